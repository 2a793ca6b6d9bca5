package email_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	username = "bills@example.com"
	password = "canary-password-77"
)

// A server plays an SMTP server on a loopback port.
type server struct {
	listener net.Listener
	config   *tls.Config
	offers   []string          // of EHLO: "STARTTLS", "AUTH PLAIN LOGIN"
	first    bool              // TLS from the first byte
	answers  map[string]string // what it says instead, by the beginning of what it is asked: "RCPT TO:<b@": "550 no"
	hangs    string            // never answers what begins with this
	drops    string            // closes the connection at what begins with this; "." is the end of the mail

	mutex sync.Mutex
	mails []received
	asked []string
}

type received struct {
	from   string
	to     []string
	data   string
	secure bool
	user   string
}

// start runs a server with a new certificate, and returns it with the certificate in PEM.
func start(t *testing.T, s *server) (*server, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	s.config = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	if s.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	var open sync.Map
	all.Go(func() {
		for {
			conn, err := s.listener.Accept()
			if err != nil {
				return
			}
			open.Store(conn, true)
			all.Go(func() {
				s.talk(conn)
				_ = conn.Close()
			})
		}
	})
	t.Cleanup(func() {
		_ = s.listener.Close()
		open.Range(func(conn, _ any) bool { return conn.(net.Conn).Close() == nil || true })
		all.Wait()
	})
	return s, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

func (s *server) port() int { return s.listener.Addr().(*net.TCPAddr).Port }

func (s *server) received() []received {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return slices.Clone(s.mails)
}

func (s *server) commands() string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return strings.Join(s.asked, "\n")
}

// talk is one dialogue.
func (s *server) talk(conn net.Conn) {
	var mail received
	if s.first {
		conn, mail.secure = tls.Server(conn, s.config), true
	}
	in := bufio.NewReader(conn)
	say := func(line string) { _, _ = io.WriteString(conn, line+"\r\n") }
	ask := func() (string, bool) {
		line, err := in.ReadString('\n')
		return strings.TrimRight(line, "\r\n"), err == nil
	}
	if said, ok := s.answers["CONNECT"]; ok {
		say(said)
	} else {
		say("220 mail ready")
	}
	for {
		line, ok := ask()
		if !ok {
			return
		}
		s.mutex.Lock()
		s.asked = append(s.asked, line)
		s.mutex.Unlock()
		if s.drops != "" && strings.HasPrefix(line, s.drops) {
			return
		}
		if s.hangs != "" && strings.HasPrefix(line, s.hangs) {
			_, _ = io.Copy(io.Discard, conn)
			return
		}
		if said, ok := s.instead(line); ok {
			say(said)
			continue
		}
		word, rest, _ := strings.Cut(line, " ")
		switch strings.ToUpper(word) {
		case "EHLO":
			lines := append([]string{"mail"}, s.offers...)
			for i, l := range lines {
				if i == len(lines)-1 {
					say("250 " + l)
				} else {
					say("250-" + l)
				}
			}
		case "STARTTLS":
			say("220 go ahead")
			conn, mail.secure = tls.Server(conn, s.config), true
			in = bufio.NewReader(conn)
			say = func(line string) { _, _ = io.WriteString(conn, line+"\r\n") }
		case "AUTH":
			mail.user = s.login(rest, say, ask)
			if mail.user == username {
				say("235 welcome")
			} else {
				say("535 5.7.8 bad login " + rest)
			}
		case "MAIL":
			mail.from, mail.to = strings.TrimPrefix(rest, "FROM:"), nil
			say("250 ok")
		case "RCPT":
			mail.to = append(mail.to, strings.TrimPrefix(rest, "TO:"))
			say("250 ok")
		case "DATA":
			say("354 go on")
			var data strings.Builder
			for {
				l, ok := ask()
				if !ok {
					return
				}
				if l == "." {
					break
				}
				data.WriteString(strings.TrimPrefix(l, ".") + "\r\n")
			}
			mail.data = data.String()
			s.mutex.Lock()
			s.mails = append(s.mails, mail)
			s.mutex.Unlock()
			if s.drops == "." {
				return
			}
			if said, ok := s.instead("."); ok {
				say(said)
			} else {
				say("250 2.0.0 queued as 4F2A")
			}
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func (s *server) instead(line string) (string, bool) {
	for begins, said := range s.answers {
		if strings.HasPrefix(line, begins) && (begins != "." || line == ".") {
			return said, true
		}
	}
	return "", false
}

// login returns the user who knows the password.
func (s *server) login(rest string, say func(string), ask func() (string, bool)) string {
	way, first, _ := strings.Cut(rest, " ")
	read := func(text string) string {
		b, _ := base64.StdEncoding.DecodeString(text)
		return string(b)
	}
	var user, secret string
	switch way {
	case "PLAIN":
		parts := strings.Split(read(first), "\x00")
		if len(parts) == 3 {
			user, secret = parts[1], parts[2]
		}
	case "LOGIN":
		say("334 " + base64.StdEncoding.EncodeToString([]byte("Username:")))
		u, _ := ask()
		say("334 " + base64.StdEncoding.EncodeToString([]byte("Password:")))
		p, _ := ask()
		user, secret = read(u), read(p)
	}
	if secret != password {
		return ""
	}
	return user
}
