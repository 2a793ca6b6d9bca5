// Package email sends mails through an SMTP server.
//
// A message is one mail: its text in HTML with tables and the chart, the same in plain text, and the files attached. What was
// rendered is a whole mail in RFC 5322's form but for its date, so it is sent, and sent again, exactly as it was rendered; its
// Message-ID follows from the message's id, and most mailboxes show a mail that came twice once.
//
// All recipients get a mail, or none: when the server refuses one of them, nobody gets it, and the error names who it is.
package email

import (
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"net"
	"net/mail"
	"strings"
	"time"

	"goscan/notify"
	"goscan/notify/internal/wire"
)

// Settings are the keys of a mailbox in the configuration.
type Settings struct {
	notify.Common `yaml:",inline"`
	Host          string        `yaml:"host"`     // of the SMTP server
	Port          int           `yaml:"port"`     // 0: 587, with tls: tls 465, with tls: none 25
	Username      string        `yaml:"username"` // empty: the server wants none
	Password      notify.Secret `yaml:"password"` // many servers want an authorization code (授权码) here
	From          string        `yaml:"from"`     // address, or "Name <address>"; empty: username
	To            []string      `yaml:"to"`
	Cc            []string      `yaml:"cc"`
	// TLS is starttls, tls (from the first byte), or none, which is for a server on this machine alone; empty: tls on port 465,
	// else starttls. The connection is never opened without.
	TLS string `yaml:"tls"`
	// CA are certificates in PEM to trust instead of the system's. As a secret it also has the key ca_file, for the path of a
	// file that holds them.
	CA notify.Secret `yaml:"ca"`
}

const (
	startTLS = "starttls"
	tlsFirst = "tls"
	noTLS    = "none"
)

// New returns settings with their defaults.
func New() notify.Settings { return &Settings{} }

// Validate is notify.Settings'.
func (s *Settings) Validate() error {
	errs := []error{s.Common.Validate()}
	bad := func(key, problem, hint string) {
		errs = append(errs, &notify.KeyError{Key: key, Problem: problem, Hint: hint})
	}
	switch {
	case s.Host == "":
		bad("host", "is missing", "the SMTP server's name, such as smtp.example.com")
	case strings.ContainsFunc(s.Host, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '/' }) || strings.Contains(s.Host, ":") && net.ParseIP(s.Host) == nil:
		bad("host", "is no name of a server", "write the name alone, and the port as port:")
	}
	if s.Port < 0 || s.Port > 65535 {
		bad("port", "is no port", "usual are 587 and 465")
	}
	switch mode := s.mode(); {
	case mode != startTLS && mode != tlsFirst && mode != noTLS:
		bad("tls", "is neither starttls nor tls nor none", "")
	case mode == noTLS && !loopback(s.Host):
		bad("tls", "is none, and the server is not on this machine", "the mail and the password would be readable on the way: use starttls or tls")
	case mode == startTLS && s.Port == 465:
		bad("tls", "is starttls on port 465, where servers begin with TLS", "use tls: tls, or port: 587")
	}
	if s.Username == "" && s.Password != "" {
		bad("username", "is missing beside password", "")
	}
	if s.Username != "" && s.Password == "" {
		bad("password", "is missing beside username", "keep it out of the file: ${VARIABLE} or password_file")
	}
	if _, err := roots(s.CA); err != nil {
		bad("ca", err.Error(), "it must hold certificates in PEM: -----BEGIN CERTIFICATE-----")
	}
	if s.Proxy != "" {
		bad("proxy", "is set, and mail servers are not reached through HTTP proxies", "remove it")
	}
	return errors.Join(append(errs, s.checkAddresses()...)...)
}

func (s *Settings) checkAddresses() []error {
	var errs []error
	check := func(key, text string) {
		if _, err := address(text); err != nil {
			errs = append(errs, &notify.KeyError{Key: key, Problem: fmt.Sprintf("has %q, which is no mail address", text), Hint: `write "name@example.com" or "Name <name@example.com>"`})
		}
	}
	switch from := s.from(); {
	case from == "":
		errs = append(errs, &notify.KeyError{Key: "from", Problem: "is missing", Hint: "the address that sends: most servers take the username's alone"})
	default:
		check("from", from)
	}
	if len(s.To) == 0 {
		errs = append(errs, &notify.KeyError{Key: "to", Problem: "is missing", Hint: "write a list of addresses"})
	}
	for _, t := range s.To {
		check("to", t)
	}
	for _, t := range s.Cc {
		check("cc", t)
	}
	return errs
}

// from is the sender: a username is an address on most servers.
func (s *Settings) from() string {
	if s.From == "" && strings.Contains(s.Username, "@") {
		return s.Username
	}
	return s.From
}

func (s *Settings) mode() string {
	switch {
	case s.TLS != "":
		return s.TLS
	case s.Port == 465:
		return tlsFirst
	default:
		return startTLS
	}
}

func (s *Settings) port() int {
	if s.Port != 0 {
		return s.Port
	}
	return map[string]int{startTLS: 587, tlsFirst: 465, noTLS: 25}[s.mode()]
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// address parses an address whose letters every server can read: the name before it may be in any script.
func address(s string) (*mail.Address, error) {
	a, err := mail.ParseAddress(s)
	if err != nil {
		return nil, err
	}
	if strings.ContainsFunc(a.Address, func(r rune) bool { return r <= ' ' || r >= 0x7f }) || strings.ContainsFunc(a.Name, func(r rune) bool { return r < ' ' }) {
		return nil, errors.New("an address is ASCII")
	}
	return a, nil
}

func parse(key string, texts []string) ([]*mail.Address, error) {
	var all []*mail.Address
	for _, t := range texts {
		a, err := address(t)
		if err != nil {
			return nil, &notify.KeyError{Key: key, Problem: "has what is no mail address"}
		}
		all = append(all, a)
	}
	return all, nil
}

// roots returns the certificates to trust, nil for the system's.
func roots(pem notify.Secret) (*x509.CertPool, error) {
	if pem == "" {
		return nil, nil
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM([]byte(pem.Reveal())) {
		return nil, errors.New("holds no certificate")
	}
	return pool, nil
}

// Open is notify.Settings'.
func (s *Settings) Open(o notify.Options) (notify.Channel, error) {
	m := &mailbox{settings: *s, name: o.Name, now: o.Now}
	if m.now == nil {
		m.now = time.Now
	}
	var err error
	if m.from, err = address(s.from()); err != nil {
		return nil, &notify.KeyError{Key: "from", Problem: "is no mail address"}
	}
	if m.to, err = parse("to", s.To); err != nil {
		return nil, err
	}
	if m.cc, err = parse("cc", s.Cc); err != nil {
		return nil, err
	}
	if m.roots, err = roots(s.CA); err != nil {
		return nil, &notify.KeyError{Key: "ca", Problem: err.Error()}
	}
	if m.page, err = template.New("mail").Parse(page); err != nil {
		return nil, err
	}
	// Nothing is sent with it: it hides the password in what servers say, also as AUTH sends it.
	plain := base64.StdEncoding.EncodeToString([]byte("\x00" + s.Username + "\x00" + s.Password.Reveal()))
	login := base64.StdEncoding.EncodeToString([]byte(s.Password.Reveal()))
	m.words, err = wire.New(notify.Options{}, "", s.Password, notify.Secret(plain), notify.Secret(login))
	return m, err
}

type mailbox struct {
	settings Settings
	name     string
	now      func() time.Time
	from     *mail.Address
	to, cc   []*mail.Address
	roots    *x509.CertPool
	page     *template.Template
	words    *wire.Client
}

// Pace is notify.Channel's: what a server allows is its own, and it says so.
func (m *mailbox) Pace() notify.Pace { return notify.Pace{} }
