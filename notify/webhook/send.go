package webhook

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"goscan/notify"
	"goscan/notify/internal/wire"
)

// Send is notify.Channel's.
func (r *receiver) Send(ctx context.Context, p notify.Part) (notify.Reply, error) {
	stamp := strconv.FormatInt(r.now().Unix(), 10)
	header := r.header.Clone()
	header.Set("Idempotency-Key", key(p.Body))
	header.Set("X-Goscan-Timestamp", stamp)
	if r.settings.Secret != "" {
		header.Set("X-Goscan-Signature", "sha256="+Sign(stamp, r.settings.Secret.Reveal(), p.Body))
	}
	answer, err := r.client.PostJSON(ctx, r.settings.WebhookURL.Reveal(), header, p.Body)
	if err != nil {
		return notify.Reply{}, err
	}
	reply := notify.Reply{Status: answer.Status, Code: strconv.Itoa(answer.Status), Text: r.said(answer)}
	e := r.client.Refusal(answer)
	if e == nil {
		return reply, nil
	}
	return reply, explain(e, answer.Status, reply.Text)
}

// Sign returns the signature of a body at a time stamp in seconds, in hexadecimal.
func Sign(stamp, secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(stamp + "."))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// key returns the id of a message as a header can hold it: itself, or a hash if it has other characters than ids have. What
// has no id is known by what it says.
func key(body []byte) string {
	var m struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(body, &m) != nil || m.ID == "" {
		m.ID = string(body)
	}
	if len(m.ID) <= 200 && !strings.ContainsFunc(m.ID, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return m.ID
	}
	sum := sha256.Sum256([]byte(m.ID))
	return hex.EncodeToString(sum[:])
}

// said is what the receiver's own words are, if it answers with words: a page is not shown.
func (r *receiver) said(a wire.Answer) string {
	media, _, _ := mime.ParseMediaType(a.Header.Get("Content-Type"))
	if media != "text/plain" && media != "application/json" && media != "application/problem+json" {
		return http.StatusText(a.Status)
	}
	if s := r.client.Line(string(a.Body)); s != "" {
		return s
	}
	return http.StatusText(a.Status)
}

// explain says what a receiver's status asks for. It can be told the same twice, so what may have arrived is simply sent
// again.
func explain(e *notify.Error, status int, said string) *notify.Error {
	if said != "" && said != http.StatusText(status) && status/100 != 3 {
		e.Text += ", " + said
	}
	switch {
	case status >= 500 && e.Class == notify.Uncertain, status == http.StatusTooEarly:
		e.Class = notify.Transient
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		e.Hint = "the receiver does not accept it: `secret:` and `headers:` must be what it expects, and this machine's clock right"
	case slices.Contains([]int{http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusGone}, status):
		e.Hint = "the address is wrong, or the receiver is not there any more"
	case status == http.StatusRequestEntityTooLarge:
		e.Hint = "the receiver takes smaller documents: allow it 1 MiB"
	case status/100 == 4 && e.Class == notify.Permanent && status != http.StatusProxyAuthRequired:
		e.Hint = "the receiver does not take the document, of version " + Version
	}
	if e.Class != notify.Permanent {
		e.Hint = ""
	}
	return e
}
