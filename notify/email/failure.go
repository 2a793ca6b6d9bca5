package email

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/textproto"
	"strconv"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"goscan/notify"
	"goscan/notify/internal/wire"
)

// failure says what became of a mail: 4xx is for a while, 5xx is final, and what breaks while the server's last word is
// awaited may have arrived.
func (m *mailbox) failure(ctx context.Context, at step, err error) *notify.Error {
	if r, ok := errors.AsType[*refused](err); ok {
		return m.refusal(r)
	}
	if code := codeOf(err); code != 0 {
		e := &notify.Error{Code: strconv.Itoa(code), Text: m.words.Line(wordOf(err)), Class: classOf(code)}
		if e.Class == notify.Permanent {
			e.Hint = hint(at, code)
		}
		return e
	}
	e := &notify.Error{Class: notify.Transient, Text: m.words.Line(wire.Reason(ctx, err))}
	switch {
	case at == ending:
		e.Class = notify.Uncertain
		e.Text += ", after the mail was written: it may have arrived"
	case ctx.Err() == nil:
		if h := cure(err); h != "" {
			e.Class, e.Hint = notify.Permanent, h
		}
	}
	return e
}

// refusal is permanent when the server will never take one of the recipients.
func (m *mailbox) refusal(r *refused) *notify.Error {
	e := &notify.Error{Class: notify.Transient, Code: strconv.Itoa(codeOf(r.words[0]))}
	for _, w := range r.words {
		if code := codeOf(w); classOf(code) == notify.Permanent {
			e.Class, e.Code = notify.Permanent, strconv.Itoa(code)
			e.Hint = "correct the address in to: or cc:, or take it out; or the server delivers nothing to others without username: and password:"
			break
		}
	}
	e.Text = m.words.Line(r.Error())
	return e
}

func classOf(code int) notify.Class {
	if code/100 == 4 {
		return notify.Transient
	}
	return notify.Permanent
}

// codeOf is the code of the server's answer, 0 if it gave none.
func codeOf(err error) int {
	if e, ok := errors.AsType[*textproto.Error](err); ok {
		return e.Code
	}
	return 0
}

func wordOf(err error) string {
	if e, ok := errors.AsType[*textproto.Error](err); ok {
		return e.Msg
	}
	return err.Error()
}

// hint is the cure of a final answer.
func hint(at step, code int) string {
	switch {
	case code == 535 || code == 534:
		return "the server refuses username and password: many want an authorization code (授权码) or app password, made in the mailbox's settings, instead of the password"
	case code == 530:
		return "the server wants username: and password:, or another tls:"
	case at == connecting:
		return "the server does not want to talk: is host: the one that takes mails from programs, and port: the right one?"
	case code == 552:
		return "the mail is too large for the server: send the report with a link instead of files"
	case at == ending:
		return "the server holds the mail for unwanted, or refuses the sender: ask its administrator, with the text it says"
	case code == 550 || code == 553 || code == 501 || code == 554:
		return "the server refuses the sender: from: must mostly be the mailbox of username:"
	default:
		return "see the code in the documents of the mail server"
	}
}

// cure is what to do about a failure that the server has no code for, empty for one that may pass.
func cure(err error) string {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "is this the right host:? A server of your own needs ca_file:, the certificates that it is signed with"
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return "the server does not begin with TLS on this port: use tls: starttls, mostly with port: 587"
	}
	if name, ok := errors.AsType[*net.DNSError](err); ok && name.IsNotFound {
		return "is host: written right?"
	}
	switch s := err.Error(); {
	case strings.Contains(s, "not support STARTTLS"):
		return "the server offers no encryption on this port: use tls: tls, mostly with port: 465"
	case strings.Contains(s, "not support SMTP AUTH"), errors.Is(err, gomail.ErrNoSupportedAuthDiscovered):
		return "the server takes no password on this port, or in no way that is known here: use port: 587 or 465, or leave username: and password: out"
	default:
		return ""
	}
}
