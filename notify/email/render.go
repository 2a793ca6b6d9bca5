package email

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/mail"
	"slices"
	"strings"

	"goscan/notify"
	"goscan/notify/internal/split"
	"goscan/notify/internal/text"
)

const (
	mostHTML  = 95 << 10 // Gmail cuts what is longer than 102 KB
	mostFiles = 15 << 20 // all together; many servers take mails of 20 MB, and base64 adds a third
)

// Render is notify.Channel's: a message is one mail, which is the part's file. The part's body says what is in it for people.
func (m *mailbox) Render(message notify.Message) ([]notify.Part, error) {
	message, files := attachable(message)
	id := m.id(message)
	look := view{ID: id, Chart: message.Chart}
	pages, err := split.Pages(message, split.Limits{Pages: 1, Attached: len(files) > 0, Fits: func(p split.Page) bool {
		html, err := m.html(p, look)
		return err == nil && len(html) <= mostHTML
	}})
	if err != nil {
		return nil, err
	}
	html, err := m.html(pages[0], look)
	if err != nil {
		return nil, err
	}
	plain := textOf(pages[0])
	head := m.head(message, pages[0], id)
	body := leaf("text/html; charset=utf-8", []byte(html))
	if message.Chart != nil {
		body = group("related", body, inline(*message.Chart, id))
	}
	// The last alternative is the one that programs prefer.
	body = group("alternative", leaf("text/plain; charset=utf-8", []byte(plain)), body)
	if len(files) > 0 {
		all := []node{body}
		for _, f := range files {
			all = append(all, attachment(f))
		}
		body = group("mixed", all...)
	}
	return []notify.Part{{
		Name: "mail", Body: describe(head, plain, message.Chart, files),
		File: &notify.File{Name: "message.eml", Type: "message/rfc822", Data: letter(head, body, id)},
	}}, nil
}

// A field is one line of a mail's head, with its text as people read it and as it is sent.
type field struct{ name, shown, sent string }

func (m *mailbox) head(message notify.Message, p split.Page, id string) []field {
	subject := p.Title
	if subject == "" {
		subject = "Goscan"
	}
	head := []field{addresses("From", []*mail.Address{m.from}), addresses("To", m.to)}
	if len(m.cc) > 0 {
		head = append(head, addresses("Cc", m.cc))
	}
	head = append(head, field{"Subject", subject, encoded(subject)}, same("Message-ID", "<"+id+">"))
	if message.Severity == notify.Critical {
		head = append(head, same("Importance", "high"), same("X-Priority", "1"))
	}
	if slices.Contains([]string{"zh", "en"}, message.Lang) {
		head = append(head, same("Content-Language", message.Lang))
	}
	// Both keep away the answers of those who are on holiday; the second is Exchange's.
	return append(head, same("Auto-Submitted", "auto-generated"), same("X-Auto-Response-Suppress", "All"), same("MIME-Version", "1.0"))
}

func same(name, value string) field { return field{name, value, value} }

func addresses(name string, all []*mail.Address) field {
	var shown, sent []string
	for _, a := range all {
		s := a.Address
		if a.Name != "" {
			s = a.Name + " <" + a.Address + ">"
		}
		shown, sent = append(shown, s), append(sent, fold(a.String()))
	}
	return field{name, strings.Join(shown, ", "), strings.Join(sent, ",\r\n ")}
}

// id is the mail's: the same for the same message of the same channel to the same people.
func (m *mailbox) id(message notify.Message) string {
	h := sha256.New()
	known := message.ID
	if known == "" {
		known = fmt.Sprintf("%q %q %q", message.Title, message.Summary, message.Notes)
	}
	fmt.Fprintf(h, "%q %q %q", m.name, message.Kind, known)
	for _, a := range slices.Concat(m.to, m.cc) {
		fmt.Fprintf(h, " %q", a.Address)
	}
	domain := m.from.Address[strings.LastIndexByte(m.from.Address, '@')+1:]
	return "goscan." + hex.EncodeToString(h.Sum(nil)[:16]) + "@" + domain
}

// describe is the mail for people's eyes: its head, its text and what is attached.
func describe(head []field, plain string, chart *notify.File, files []notify.File) []byte {
	var b strings.Builder
	for _, f := range head {
		b.WriteString(f.name + ": " + f.shown + "\n")
	}
	b.WriteString("\n" + plain)
	if chart != nil {
		fmt.Fprintf(&b, "\n[in the text: %s, %d bytes]\n", text.Line(chart.Name), len(chart.Data))
	}
	for _, f := range files {
		fmt.Fprintf(&b, "\n[attached: %s, %d bytes]\n", text.Line(f.Name), len(f.Data))
	}
	return []byte(b.String())
}

// attachable returns the message with the files that a mail can hold, and a note for each other.
func attachable(m notify.Message) (notify.Message, []notify.File) {
	notes := slices.Clone(m.Notes)
	if m.Chart != nil && len(m.Chart.Data) == 0 {
		m.Chart = nil
	}
	room := mostFiles
	if m.Chart != nil {
		room -= len(m.Chart.Data)
	}
	var files []notify.File
	for _, f := range m.Files {
		if len(f.Data) > room {
			notes = append(notes, unsent(m.Lang, text.Clip(text.Line(f.Name), 100)))
			continue
		}
		room -= len(f.Data)
		files = append(files, f)
	}
	m.Notes, m.Files = notes, files
	return m, files
}

func unsent(lang, name string) string {
	if lang == "zh" {
		return name + " 未附上：邮件附件总共不超过 15 MB"
	}
	return name + " is not attached: the files of a mail have at most 15 MB together"
}
