package simulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
)

// webhook plays a server of the user's own that verifies what it gets.
type webhook struct{}

func (webhook) address(base, key string) string { return base + "/hooks/" + key }

func (webhook) refusal(code int, text string) answer {
	return answer{code, "text/plain", text}
}

func (d webhook) handle(s *Server, r *http.Request, body []byte) answer {
	var m struct {
		Title string `json:"title"`
	}
	switch {
	case r.Method != http.MethodPost || r.URL.Path != "/hooks/"+s.options.Key:
		return d.refusal(http.StatusNotFound, "no such hook: "+r.URL.Path)
	case !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") || json.Unmarshal(body, &m) != nil:
		return d.refusal(http.StatusUnprocessableEntity, "not JSON")
	case r.Header.Get("Idempotency-Key") == "":
		return d.refusal(http.StatusBadRequest, "no Idempotency-Key")
	}
	if s.options.Secret != "" {
		mac := hmac.New(sha256.New, []byte(s.options.Secret))
		mac.Write([]byte(r.Header.Get("X-Goscan-Timestamp") + "." + string(body)))
		if r.Header.Get("X-Goscan-Signature") != "sha256="+hex.EncodeToString(mac.Sum(nil)) {
			return d.refusal(http.StatusUnauthorized, "signature "+r.Header.Get("X-Goscan-Signature")+" is wrong")
		}
	}
	s.accept(Message{Type: "json", Title: m.Title, Content: string(body), Body: body})
	return answer{http.StatusNoContent, "", ""}
}
