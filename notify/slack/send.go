package slack

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"goscan/notify"
	"goscan/notify/internal/wire"
)

// Send is notify.Channel's.
func (h *hook) Send(ctx context.Context, p notify.Part) (notify.Reply, error) {
	reply, err := h.post(ctx, p.Body)
	e, ok := errors.AsType[*notify.Error](err)
	if !ok || !strings.HasPrefix(e.Text, "invalid_blocks") {
		return reply, err
	}
	simple, readErr := asText(p.Body)
	if readErr != nil {
		return reply, err
	}
	again, err := h.post(ctx, simple)
	if err == nil {
		again.Text = h.client.Line("sent as text: the blocks were refused with " + e.Error())
	}
	return again, err
}

func (h *hook) post(ctx context.Context, body []byte) (notify.Reply, error) {
	answer, err := h.client.PostJSON(ctx, h.settings.WebhookURL.Reveal(), nil, body)
	if err != nil {
		return notify.Reply{}, err
	}
	said := word(answer.Body)
	reply := notify.Reply{Status: answer.Status, Code: strconv.Itoa(answer.Status), Text: h.client.Line(said)}
	if e := h.client.Refusal(answer); e != nil {
		return reply, explain(e, answer, reply.Text)
	}
	if said != "ok" {
		return reply, &notify.Error{Class: notify.Uncertain, Code: reply.Code, Text: "Slack did not answer ok: the message may have arrived"}
	}
	return reply, nil
}

// word is what Slack answers with: a word like no_service, maybe with more after a colon. It is empty for what is no word of
// Slack's but the page of a proxy.
func word(body []byte) string {
	s := strings.TrimSpace(string(body))
	first, _, _ := strings.Cut(s, ":")
	if first == "" || len(first) > 60 || strings.ContainsFunc(first, func(r rune) bool { return (r < 'a' || r > 'z') && r != '_' }) {
		return ""
	}
	return s
}

// explain adds what Slack's word means to what the status says. An unknown word is permanent, as its status is.
func explain(e *notify.Error, a wire.Answer, said string) *notify.Error {
	if said != "" {
		e.Text, e.Hint = said, "see the word in Slack's documents of incoming webhooks"
	}
	name, _, _ := strings.Cut(said, ":")
	switch name {
	case "no_service", "invalid_token", "no_team", "team_disabled":
		e.Hint = "the webhook was removed or its app is not installed any more: add a new one on the app's page \"Incoming Webhooks\""
	case "no_active_hooks":
		e.Hint = "the webhook is disabled: enable it on the app's page, or add a new one"
	case "channel_not_found":
		e.Hint = "the channel was deleted: add a webhook for another one"
	case "channel_is_archived":
		e.Hint = "the channel is archived: unarchive it, or add a webhook for another one"
	case "action_prohibited", "posting_to_general_channel_denied":
		e.Hint = "an administrator of the workspace does not allow it: ask for the right, or use another channel"
	case "invalid_blocks":
		e.Hint = "Slack refuses the blocks, and the same as text: please report it, with what --dry-run prints"
	case "invalid_payload", "no_text", "too_many_attachments":
		e.Hint = "please report it, with what --dry-run prints"
	}
	if a.Status == http.StatusTooManyRequests && e.Wait == 0 {
		e.Wait = 30 * time.Second
	}
	if e.Class != notify.Permanent {
		e.Hint = ""
	}
	return e
}

// asText returns the body of a message without blocks that says what the blocks of a body say.
func asText(body []byte) ([]byte, error) {
	var m struct {
		Blocks []spoken `json:"blocks"`
	}
	if err := json.Unmarshal(body, &m); err != nil {
		return nil, err
	}
	var lines []string
	for _, b := range m.Blocks {
		lines = append(lines, b.lines()...)
	}
	if len(lines) == 0 {
		return nil, errors.New("the body has no blocks")
	}
	return wire.JSON(payload{Text: clip(strings.Join(lines, "\n"), mostText)})
}

// A spoken is what asText reads of a block or an element of one.
type spoken struct {
	Type     string          `json:"type"`
	Text     json.RawMessage `json:"text"` // a text, or an object with one
	Elements []spoken        `json:"elements"`
	Rows     [][]spoken      `json:"rows"`
}

func (s spoken) lines() []string {
	var all []string
	if t := s.text(); t != "" {
		all = append(all, t)
	}
	for _, e := range s.Elements {
		all = append(all, e.lines()...)
	}
	for _, r := range s.Rows {
		var cells []string
		for _, c := range r {
			cells = append(cells, c.text())
		}
		all = append(all, strings.Join(cells, " | "))
	}
	return all
}

// text is markup: what is plain in a block is escaped here.
func (s spoken) text() string {
	var inner spoken
	if json.Unmarshal(s.Text, &inner) == nil {
		return inner.text()
	}
	var t string
	if json.Unmarshal(s.Text, &t) != nil {
		return ""
	}
	if s.Type == "mrkdwn" {
		return t
	}
	return escape(t)
}
