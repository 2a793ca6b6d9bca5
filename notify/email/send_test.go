package email_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"goscan/notify"
	"goscan/notify/email"
	"goscan/notify/notifytest"
)

func TestWaysToConnect(t *testing.T) {
	for name, c := range map[string]struct {
		server *server
		change func(*email.Settings)
		secure bool
		user   string
	}{
		"starttls, plain": {usual(), func(*email.Settings) {}, true, username},
		"starttls, login": {&server{offers: []string{"STARTTLS", "AUTH LOGIN"}}, func(*email.Settings) {}, true, username},
		"tls":             {&server{first: true, offers: []string{"AUTH PLAIN"}}, func(s *email.Settings) { s.TLS = "tls" }, true, username},
		"no login":        {usual(), func(s *email.Settings) { s.Username, s.Password = "", "" }, true, ""},
		"none": {&server{}, func(s *email.Settings) {
			s.Username, s.Password, s.TLS = "", "", "none"
		}, false, ""},
		"none with login": {&server{offers: []string{"AUTH PLAIN"}}, func(s *email.Settings) { s.TLS = "none" }, false, username},
	} {
		s, pem := start(t, c.server)
		all := settings(s, pem)
		c.change(all)
		channel := open(t, all)
		if _, err := channel.Send(t.Context(), render(t, channel, notifytest.Sample())); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := s.received()[0]; got.secure != c.secure || got.user != c.user {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// try sends the sample, and checks that the error tells something and shows no secret.
func try(t *testing.T, ctx context.Context, all *email.Settings) *notify.Error {
	t.Helper()
	channel := open(t, all)
	_, err := channel.Send(ctx, render(t, channel, notifytest.Sample()))
	e, ok := errors.AsType[*notify.Error](err)
	if !ok {
		t.Fatalf("%v is no *notify.Error", err)
	}
	for _, secret := range []string{password, base64.StdEncoding.EncodeToString([]byte(password)), base64.StdEncoding.EncodeToString([]byte("\x00" + username + "\x00" + password))} {
		if strings.Contains(fmt.Sprintf("%+v", *e), secret) {
			t.Errorf("%+v shows the password", *e)
		}
	}
	if e.Text == "" || (e.Class == notify.Permanent) != (e.Hint != "") {
		t.Errorf("%+v explains nothing", *e)
	}
	return e
}

func TestFailures(t *testing.T) {
	for name, c := range map[string]struct {
		change  func(*server)
		class   notify.Class
		code    string
		words   string // of the text and the hint
		arrived int
	}{
		"not now":            {func(s *server) { s.answers = map[string]string{"CONNECT": "421 4.3.2 too busy"} }, notify.Transient, "421", "too busy", 0},
		"not welcome":        {func(s *server) { s.answers = map[string]string{"CONNECT": "554 5.7.1 go away"} }, notify.Permanent, "554", "host:", 0},
		"wrong password":     {func(s *server) { s.answers = map[string]string{"AUTH": "535 5.7.8 bad credentials"} }, notify.Permanent, "535", "授权码", 0},
		"password later":     {func(s *server) { s.answers = map[string]string{"AUTH": "454 4.7.0 later"} }, notify.Transient, "454", "later", 0},
		"no login at all":    {func(s *server) { s.offers = []string{"STARTTLS"} }, notify.Permanent, "", "port: 587 or 465", 0},
		"unknown login":      {func(s *server) { s.offers = []string{"STARTTLS", "AUTH GSSAPI"} }, notify.Permanent, "", "port: 587 or 465", 0},
		"no STARTTLS":        {func(s *server) { s.offers = []string{"AUTH PLAIN"} }, notify.Permanent, "", "tls: tls", 0},
		"sender refused":     {func(s *server) { s.answers = map[string]string{"MAIL": "553 5.7.1 not yours"} }, notify.Permanent, "553", "from:", 0},
		"greylisting":        {func(s *server) { s.answers = map[string]string{"RCPT": "451 4.7.1 try again later"} }, notify.Transient, "451", "2 of 2 recipients", 0},
		"one refused":        {func(s *server) { s.answers = map[string]string{"RCPT TO:<b@": "550 5.1.1 no such user"} }, notify.Permanent, "550", "1 of 2 recipients are refused, so nobody got the mail: <b@example.com>: 550 5.1.1 no such user", 0},
		"one later":          {func(s *server) { s.answers = map[string]string{"RCPT TO:<a@": "451 x", "RCPT TO:<b@": "550 y"} }, notify.Permanent, "550", "2 of 2 recipients", 0},
		"no data now":        {func(s *server) { s.answers = map[string]string{"DATA": "452 4.3.1 disk full"} }, notify.Transient, "452", "disk full", 0},
		"too large":          {func(s *server) { s.answers = map[string]string{".": "552 5.3.4 too big"} }, notify.Permanent, "552", "too large", 1},
		"spam":               {func(s *server) { s.answers = map[string]string{".": "554 5.7.1 spam"} }, notify.Permanent, "554", "unwanted", 1},
		"greylisted at last": {func(s *server) { s.answers = map[string]string{".": "451 4.7.1 wait"} }, notify.Transient, "451", "wait", 1},
		"dropped at RCPT":    {func(s *server) { s.drops = "RCPT" }, notify.Transient, "", "without an answer", 0},
		"dropped at DATA":    {func(s *server) { s.drops = "DATA" }, notify.Transient, "", "without an answer", 0},
		"dropped at the end": {func(s *server) { s.drops = "." }, notify.Uncertain, "", "may have arrived", 1},
	} {
		t.Run(name, func(t *testing.T) {
			plays := usual()
			c.change(plays)
			s, pem := start(t, plays)
			e := try(t, t.Context(), settings(s, pem))
			if e.Class != c.class || e.Code != c.code || !strings.Contains(e.Text+" "+e.Hint, c.words) || len(s.received()) != c.arrived {
				t.Errorf("%+v, %d mails", *e, len(s.received()))
			}
		})
	}
}

// The server repeats what it was sent, the password in base64 included: nobody sees it.
func TestPasswordIsHidden(t *testing.T) {
	s, pem := start(t, usual())
	all := settings(s, pem)
	all.Username = "someone@example.com"
	e := try(t, t.Context(), all)
	if e.Code != "535" || !strings.Contains(e.Text, "********") {
		t.Errorf("%+v", *e)
	}
	part := render(t, open(t, all), full())
	for _, text := range []string{string(part.Body), string(part.File.Data), fmt.Sprintf("%+v %#v", *all, all)} {
		if strings.Contains(text, password) {
			t.Error(text)
		}
	}
}

func TestTrust(t *testing.T) {
	s, _ := start(t, usual())
	if e := try(t, t.Context(), settings(s, "")); e.Class != notify.Permanent || !strings.Contains(e.Hint, "ca_file:") {
		t.Errorf("a strange certificate: %+v", *e)
	}
	_, other := start(t, usual())
	if e := try(t, t.Context(), settings(s, other)); e.Class != notify.Permanent || strings.Contains(s.commands(), "AUTH") {
		t.Errorf("a stranger's certificate: %+v", *e)
	}
	plain, pem := start(t, usual())
	all := settings(plain, pem)
	all.TLS = "tls"
	if e := try(t, t.Context(), all); e.Class != notify.Permanent || !strings.Contains(e.Hint, "tls: starttls") {
		t.Errorf("a server that begins without TLS: %+v", *e)
	}
}

func TestNobodyListens(t *testing.T) {
	s, pem := start(t, usual())
	all := settings(s, pem)
	_ = s.listener.Close()
	if e := try(t, t.Context(), all); e.Class != notify.Transient {
		t.Errorf("%+v", *e)
	}
}

func TestContext(t *testing.T) {
	for _, at := range []string{"EHLO", "RCPT", "DATA"} {
		plays := usual()
		plays.hangs = at
		s, pem := start(t, plays)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		began := time.Now()
		e := try(t, ctx, settings(s, pem))
		cancel()
		if took := time.Since(began); e.Class != notify.Transient || e.Text != "no answer in time" || took > 3*time.Second {
			t.Errorf("%s: %+v after %s", at, *e, took)
		}
	}
	plays := usual()
	plays.hangs = "DATA"
	s, pem := start(t, plays)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, cancel)
	began := time.Now()
	if e := try(t, ctx, settings(s, pem)); e.Class != notify.Transient || e.Text != "interrupted" || time.Since(began) > 3*time.Second {
		t.Errorf("%+v after %s", *e, time.Since(began))
	}
	s, pem = start(t, usual())
	if e := try(t, ctx, settings(s, pem)); e.Class != notify.Transient || e.Text != "interrupted" || s.commands() != "" {
		t.Errorf("%+v, %s", *e, s.commands())
	}
}

// What a refusal of one address stops is sent once when it is gone.
func TestDeliverTriesAgain(t *testing.T) {
	plays := usual()
	plays.answers = map[string]string{"DATA": "451 4.3.0 later"}
	s, pem := start(t, plays)
	channel := open(t, settings(s, pem))
	part := render(t, channel, notifytest.Sample())
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	terms := notify.Terms{Patience: notify.Patience{First: 10 * time.Millisecond}}
	if sent, _, err := notify.Deliver(ctx, channel, []notify.Part{part}, 0, terms); err == nil || sent != 0 || strings.Count(s.commands(), "DATA") < 2 {
		t.Errorf("%d sent, %v, %s", sent, err, s.commands())
	}
}

func TestSettingsAreChecked(t *testing.T) {
	s, pem := start(t, usual())
	for name, c := range map[string]struct {
		change func(*email.Settings)
		key    string
	}{
		"no host":        {func(s *email.Settings) { s.Host = "" }, "host"},
		"host and port":  {func(s *email.Settings) { s.Host = "mail.example.com:587" }, "host"},
		"URL":            {func(s *email.Settings) { s.Host = "smtp://mail.example.com" }, "host"},
		"port":           {func(s *email.Settings) { s.Port = 70000 }, "port"},
		"tls":            {func(s *email.Settings) { s.TLS = "ssl" }, "tls"},
		"far and bare":   {func(s *email.Settings) { s.TLS, s.Host = "none", "mail.example.com" }, "tls"},
		"starttls, 465":  {func(s *email.Settings) { s.TLS, s.Port = "starttls", 465 }, "tls"},
		"no password":    {func(s *email.Settings) { s.Password = "" }, "password"},
		"no username":    {func(s *email.Settings) { s.Username = "" }, "username"},
		"no recipient":   {func(s *email.Settings) { s.To = nil }, "to"},
		"no address":     {func(s *email.Settings) { s.To = []string{"王小明"} }, "to"},
		"more headers":   {func(s *email.Settings) { s.Cc = []string{"a@example.com\r\nBcc: b@example.com"} }, "cc"},
		"hidden line":    {func(s *email.Settings) { s.Cc = []string{"=?utf-8?b?eA0KQmNjOiBi?= <a@example.com>"} }, "cc"},
		"not ASCII":      {func(s *email.Settings) { s.Cc = []string{"王@example.com"} }, "cc"},
		"no sender":      {func(s *email.Settings) { s.From, s.Username, s.Password = "", "", "" }, "from"},
		"wrong sender":   {func(s *email.Settings) { s.From = "bills" }, "from"},
		"no certificate": {func(s *email.Settings) { s.CA = "x" }, "ca"},
		"proxy":          {func(s *email.Settings) { s.Proxy = "http://proxy:3128" }, "proxy"},
		"common":         {func(s *email.Settings) { s.Lang = "fr" }, "lang"},
	} {
		all := settings(s, pem)
		if err := all.Validate(); err != nil {
			t.Fatal(err)
		}
		c.change(all)
		if e, ok := errors.AsType[*notify.KeyError](all.Validate()); !ok || e.Key != c.key {
			t.Errorf("%s: %v", name, all.Validate())
		}
	}
	all := settings(s, pem)
	all.From = ""
	open(t, all) // the username is an address
}
