package email

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"mime"
	"strconv"
	"strings"

	"goscan/notify"
	"goscan/notify/internal/text"
)

// A node is a piece of a mail's body: with content, or of other pieces. Libraries make random boundaries between them; a mail
// that is rendered twice must be the same.
type node struct {
	header   []string // lines without their ends
	content  []byte   // base64 in lines
	multi    string   // "mixed", "related", "alternative"; empty: a leaf
	children []node
}

func leaf(mediaType string, data []byte, header ...string) node {
	lines := append([]string{"Content-Type: " + mediaType, "Content-Transfer-Encoding: base64"}, header...)
	return node{header: lines, content: inLines(data)}
}

func group(multi string, children ...node) node { return node{multi: multi, children: children} }

// inline is the chart: the HTML names it by its Content-ID.
func inline(f notify.File, id string) node {
	mediaType, disposition := named(f, "inline", "chart.png", "image/png")
	return leaf(mediaType, f.Data, "Content-Disposition: "+disposition, "Content-ID: <"+chartID(id)+">")
}

func chartID(id string) string { return "chart." + id }

func attachment(f notify.File) node {
	mediaType, disposition := named(f, "attachment", "report", "application/octet-stream")
	return leaf(mediaType, f.Data, "Content-Disposition: "+disposition)
}

// named returns the headers that name a file, its name in any script as RFC 2231 writes it.
func named(f notify.File, kind, name, mediaType string) (contentType, disposition string) {
	if n := strings.NewReplacer("/", "_", `\`, "_", `"`, "_").Replace(text.Clip(text.Line(f.Name), 200)); n != "" {
		name = n
	}
	if t, _, err := mime.ParseMediaType(f.Type); err == nil && strings.Count(t, "/") == 1 && !strings.HasPrefix(t, "multipart/") {
		mediaType = t
	}
	names := map[string]string{"filename": name}
	return mediaType, strings.Replace(mime.FormatMediaType(kind, names), "; ", ";\r\n ", 1)
}

// inLines encodes data in lines of 76 characters.
func inLines(data []byte) []byte {
	const width = 76
	whole := base64.StdEncoding.EncodeToString(data)
	var b bytes.Buffer
	b.Grow(len(whole) + len(whole)/width*2 + 2)
	for len(whole) > 0 {
		n := min(width, len(whole))
		b.WriteString(whole[:n] + "\r\n")
		whole = whole[n:]
	}
	return b.Bytes()
}

// letter writes a whole mail.
func letter(head []field, body node, id string) []byte {
	var b bytes.Buffer
	for _, f := range head {
		b.WriteString(f.name + ": " + f.sent + "\r\n")
	}
	sum := sha256.Sum256([]byte(id))
	body.write(&b, "goscan."+hex.EncodeToString(sum[:10])) // base64 has no full stop: a boundary is nowhere within
	return b.Bytes()
}

func (n node) write(b *bytes.Buffer, boundary string) {
	if n.multi == "" {
		b.WriteString(strings.Join(n.header, "\r\n") + "\r\n\r\n")
		b.Write(n.content)
		return
	}
	b.WriteString("Content-Type: multipart/" + n.multi + ";\r\n boundary=\"" + boundary + "\"\r\n\r\n")
	for i, c := range n.children {
		b.WriteString("--" + boundary + "\r\n")
		c.write(b, boundary+"."+strconv.Itoa(i))
		b.WriteString("\r\n")
	}
	b.WriteString("--" + boundary + "--\r\n")
}

// encoded returns a text as a head can hold it: RFC 2047's words where it is not ASCII, or looks like such words.
func encoded(s string) string {
	s = strings.ReplaceAll(text.Line(s), "=?", "=？")
	return fold(mime.BEncoding.Encode("utf-8", s))
}

// fold puts encoded words on lines of their own: a line of a head should have 78 characters, and must not have 998.
func fold(s string) string { return strings.ReplaceAll(s, "?= =?", "?=\r\n =?") }
