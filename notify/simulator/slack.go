package simulator

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"
)

// slack plays hooks.slack.com, which answers in words.
type slack struct{}

const services = "/services/T00000000/B00000000/"

func (slack) address(base, key string) string { return base + services + key }

func (slack) refusal(code int, text string) answer { return answer{code, "text/plain", text} }

func (d slack) handle(s *Server, r *http.Request, body []byte) answer {
	var m struct {
		Text   string                       `json:"text"`
		Blocks []map[string]json.RawMessage `json:"blocks"`
	}
	switch {
	case r.Method != http.MethodPost || r.URL.Path != services+s.options.Key:
		return d.refusal(http.StatusForbidden, "invalid_token")
	case !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") || json.Unmarshal(body, &m) != nil:
		return d.refusal(http.StatusBadRequest, "invalid_payload")
	case m.Text == "" && len(m.Blocks) == 0:
		return d.refusal(http.StatusBadRequest, "no_text")
	case len(m.Blocks) > 50 || !d.blocks(m.Blocks):
		return d.refusal(http.StatusBadRequest, "invalid_blocks")
	case s.over(map[time.Duration]int{500 * time.Millisecond: 1}): // "about one a second": short bursts pass
		return d.refusal(http.StatusTooManyRequests, "rate_limited")
	}
	s.accept(Message{Type: "blocks", Title: m.Text, Content: string(body), Body: body})
	return answer{http.StatusOK, "text/html", "ok"}
}

// blocks counts what Slack counts, in characters.
func (slack) blocks(blocks []map[string]json.RawMessage) bool {
	tables := 0
	for _, b := range blocks {
		var kind string
		var text struct {
			Text string `json:"text"`
		}
		var rows [][]json.RawMessage
		if json.Unmarshal(b["type"], &kind) != nil {
			return false
		}
		if b["text"] != nil && json.Unmarshal(b["text"], &text) != nil || b["rows"] != nil && json.Unmarshal(b["rows"], &rows) != nil {
			return false
		}
		n := utf8.RuneCountInString(text.Text)
		switch kind {
		case "header":
			if n == 0 || n > 150 {
				return false
			}
		case "section":
			if n > 3000 || n == 0 && b["fields"] == nil {
				return false
			}
		case "table":
			tables++
			if len(rows) == 0 || len(rows) > 100 || len(rows[0]) > 20 {
				return false
			}
		}
	}
	return tables <= 1
}
