package email

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/mail"
	"strings"
	"sync"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"goscan/notify"
)

// longest is how long a mail may take where the context says nothing.
const longest = 5 * time.Minute

// Send is notify.Channel's.
func (m *mailbox) Send(ctx context.Context, p notify.Part) (notify.Reply, error) {
	e, err := envelopeOf(p)
	if err != nil {
		return notify.Reply{}, &notify.Error{Text: err.Error(), Hint: "please report it"}
	}
	line := &wireline{config: m.tlsConfig(), first: m.settings.mode() == tlsFirst}
	defer line.close()
	defer context.AfterFunc(ctx, line.close)() // the SMTP dialogue itself does not look at the context
	reply, step, err := m.deliver(ctx, line, e)
	if err != nil {
		return reply, m.failure(ctx, step, err)
	}
	return reply, nil
}

// An envelope is a mail with those whom the server is told.
type envelope struct {
	from string
	to   []string
	data []byte
}

// envelopeOf reads a part's mail: who gets it is what its head says.
func envelopeOf(p notify.Part) (envelope, error) {
	if p.File == nil {
		return envelope{}, fmt.Errorf("%s holds no mail", p.Name)
	}
	read, err := mail.ReadMessage(bytes.NewReader(p.File.Data))
	if err != nil {
		return envelope{}, fmt.Errorf("%s: %w", p.Name, err)
	}
	from, err := read.Header.AddressList("From")
	if err != nil {
		return envelope{}, fmt.Errorf("%s: From: %w", p.Name, err)
	}
	e := envelope{from: path(from[0]), data: p.File.Data}
	for _, key := range []string{"To", "Cc"} {
		if read.Header.Get(key) == "" {
			continue
		}
		all, err := read.Header.AddressList(key)
		if err != nil {
			return envelope{}, fmt.Errorf("%s: %s: %w", p.Name, key, err)
		}
		for _, a := range all {
			e.to = append(e.to, path(a))
		}
	}
	return e, nil
}

// path is an address as SMTP writes it: <name@example.com>.
func path(a *mail.Address) string { return (&mail.Address{Address: a.Address}).String() }

// A step is how far a delivery came.
type step uint8

const (
	connecting step = iota
	sending         // from MAIL FROM to the last byte of the mail
	recipients      // the server refused some of them
	ending          // the mail is written, and the server's word is awaited: it may be delivered
)

// deliver goes through one SMTP dialogue, and tells at which step it failed.
func (m *mailbox) deliver(ctx context.Context, line *wireline, e envelope) (notify.Reply, step, error) {
	client, err := m.connect(ctx, line)
	if err != nil {
		return notify.Reply{}, connecting, err
	}
	if err := client.Mail(e.from); err != nil {
		return notify.Reply{}, sending, err
	}
	if err := rcpt(client, e.to); err != nil {
		return notify.Reply{}, recipients, err
	}
	w, err := client.Data()
	if err != nil {
		return notify.Reply{}, sending, err
	}
	date := "Date: " + m.now().Format(time.RFC1123Z) + "\r\n"
	if _, err := w.Write(append([]byte(date), e.data...)); err != nil {
		return notify.Reply{}, sending, err
	}
	if err := w.Close(); err != nil {
		return notify.Reply{}, ending, err
	}
	reply := notify.Reply{Status: 250, Code: "250"}
	if said, ok := w.(*smtp.DataCloser); ok {
		reply.Text = m.words.Line(said.ServerResponse())
	}
	_ = client.Quit() // the server has taken the mail, whatever it says now
	return reply, ending, nil
}

// connect returns a client that is encrypted and logged in as the settings say.
func (m *mailbox) connect(ctx context.Context, line *wireline) (*smtp.Client, error) {
	left := longest
	if deadline, ok := ctx.Deadline(); ok {
		left = max(time.Until(deadline), time.Millisecond)
	}
	options := []gomail.Option{
		gomail.WithPort(m.settings.port()), gomail.WithTimeout(left), gomail.WithDialContextFunc(line.dial),
		gomail.WithTLSConfig(m.tlsConfig()), gomail.WithTLSPolicy(gomail.TLSMandatory),
	}
	switch m.settings.mode() {
	case tlsFirst:
		options = append(options, gomail.WithSSL())
	case noTLS:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	}
	if m.settings.Username != "" {
		options = append(options, gomail.WithUsername(m.settings.Username), gomail.WithPassword(m.settings.Password.Reveal()),
			gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin, gomail.SMTPAuthCramMD5))
	}
	client, err := gomail.NewClient(m.settings.Host, options...)
	if err != nil {
		return nil, err
	}
	return client.DialToSMTPClientWithContext(ctx)
}

func (m *mailbox) tlsConfig() *tls.Config {
	return &tls.Config{ServerName: m.settings.Host, MinVersion: tls.VersionTLS12, RootCAs: m.roots}
}

// A wireline is the connection of one delivery. The library opens it, and leaves it open when something fails.
type wireline struct {
	config *tls.Config
	first  bool // TLS from the first byte
	guard  sync.Mutex
	conn   net.Conn
	ended  bool
}

func (l *wireline) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{Timeout: 10 * time.Second}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	l.guard.Lock()
	l.conn = conn
	ended := l.ended
	l.guard.Unlock()
	if ended {
		l.close()
	}
	if !l.first {
		return conn, nil
	}
	secure := tls.Client(conn, l.config)
	return secure, secure.HandshakeContext(ctx)
}

func (l *wireline) close() {
	l.guard.Lock()
	defer l.guard.Unlock()
	l.ended = true
	if l.conn != nil {
		_ = l.conn.Close() // nothing is waited for any more
	}
}

// A refused lists the recipients that the server does not take.
type refused struct {
	all   int
	who   []string
	words []error
}

func (r *refused) Error() string {
	var each []string
	for i, w := range r.who {
		each = append(each, fmt.Sprintf("%s: %d %s", w, codeOf(r.words[i]), wordOf(r.words[i])))
	}
	return fmt.Sprintf("%d of %d recipients are refused, so nobody got the mail: %s", len(r.who), r.all, strings.Join(each, "; "))
}

// rcpt names all recipients to the server, also after one was refused: the error says whom to take out at once.
func rcpt(client *smtp.Client, to []string) error {
	r := &refused{all: len(to)}
	for _, t := range to {
		err := client.Rcpt(t)
		if err == nil {
			continue
		}
		if codeOf(err) == 0 {
			return err // the connection broke
		}
		r.who, r.words = append(r.who, t), append(r.words, err)
	}
	if len(r.who) > 0 {
		return r
	}
	return nil
}
