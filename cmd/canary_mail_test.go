package cmd_test

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"
)

// tattlingMail starts a mail server that fails in one conversation after the other, each time a step later, and tells what it
// heard, the login included. It returns its port. At the end somebody must have tried to log in.
func tattlingMail(t *testing.T, password string) (port string) {
	t.Helper()
	var tried atomic.Bool
	t.Cleanup(func() {
		if !tried.Load() {
			t.Error("nobody sent the mail server a password: nothing was proved")
		}
	})
	return listen(t, func(conn net.Conn, n int) {
		m := mailGossip{conn: conn, lines: bufio.NewScanner(conn), password: password, tried: &tried}
		m.converse(n % mailFailures)
	})
}

const mailFailures = 5

// mailGossip is one conversation.
type mailGossip struct {
	conn     net.Conn
	lines    *bufio.Scanner
	password string
	heard    []string
	tried    *atomic.Bool
}

func (m *mailGossip) say(code int, text string) {
	fmt.Fprintf(m.conn, "%d %s\r\n", code, text)
}

// tale is what the server knows, on one line.
func (m *mailGossip) tale() string {
	login := base64.StdEncoding.EncodeToString([]byte("\x00bird\x00" + m.password))
	return "you said " + strings.Join(m.heard, " / ") + ", the password is " + m.password + ", in base64 " + login
}

// converse answers until the step at which it fails: the greeting, the login (for good, then for now), the sender, the mail.
func (m *mailGossip) converse(failing int) {
	if failing == 0 {
		m.say(554, "go away, "+m.tale())
		return
	}
	m.say(220, "tattler.example.test")
	for m.lines.Scan() {
		line := m.lines.Text()
		m.heard = append(m.heard, line)
		m.tried.Store(m.tried.Load() || strings.HasPrefix(line, "AUTH PLAIN "))
		verb, _, _ := strings.Cut(strings.ToUpper(line), " ")
		switch {
		case verb == "EHLO":
			fmt.Fprint(m.conn, "250-tattler.example.test\r\n250 AUTH PLAIN LOGIN\r\n")
		case verb == "AUTH" && failing == 1:
			m.say(535, m.tale())
		case verb == "AUTH" && failing == 2:
			m.say(454, m.tale())
		case verb == "AUTH":
			m.say(235, "welcome")
		case verb == "MAIL" && failing == 3, verb == "RCPT" && failing == 4:
			m.say(550, m.tale())
		case verb == "QUIT":
			m.say(221, "bye")
			return
		default:
			m.say(250, "go on")
		}
	}
}
