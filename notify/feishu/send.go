package feishu

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"goscan/notify"
	"goscan/notify/internal/wire"
)

// Send is notify.Channel's.
func (b *bot) Send(ctx context.Context, p notify.Part) (notify.Reply, error) {
	reply, err := b.post(ctx, p.Body)
	e, ok := errors.AsType[*notify.Error](err)
	if !ok || !slices.Contains([]string{"11246", "230099", "11310"}, e.Code) {
		return reply, err
	}
	simple, readErr := asText(p.Body)
	if readErr != nil {
		return reply, err
	}
	again, err := b.post(ctx, simple)
	if err == nil {
		again.Text = b.client.Line("sent as text: the card was refused with " + e.Error())
	}
	return again, err
}

func (b *bot) post(ctx context.Context, body []byte) (notify.Reply, error) {
	body, err := b.signed(body)
	if err != nil {
		return notify.Reply{}, &notify.Error{Text: err.Error()}
	}
	answer, err := b.client.PostJSON(ctx, b.settings.WebhookURL.Reveal(), nil, body)
	if err != nil {
		return notify.Reply{}, err
	}
	// Old and new bots answer in two shapes, and one of them in both.
	var said struct {
		Code       *int   `json:"code"`
		Message    string `json:"msg"`
		StatusCode *int   `json:"StatusCode"`
		Status     string `json:"StatusMessage"`
	}
	if json.Unmarshal(answer.Body, &said) != nil || said.Code == nil && said.StatusCode == nil {
		return notify.Reply{Status: answer.Status}, b.client.Broken(answer)
	}
	code, message := said.Code, said.Message
	if code == nil {
		code, message = said.StatusCode, said.Status
	}
	reply := notify.Reply{Status: answer.Status, Code: strconv.Itoa(*code), Text: b.client.Line(message)}
	if *code != 0 {
		return reply, refusal(*code, reply.Text)
	}
	if e := b.client.Refusal(answer); e != nil {
		return reply, e
	}
	return reply, nil
}

// signed adds the time and its signature to a body: they are fields of it.
func (b *bot) signed(body []byte) ([]byte, error) {
	if b.settings.Secret == "" {
		return body, nil
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return nil, err
	}
	stamp := strconv.FormatInt(b.now().Unix(), 10)
	fields["timestamp"] = json.RawMessage(strconv.Quote(stamp))
	fields["sign"] = json.RawMessage(strconv.Quote(Sign(stamp, b.settings.Secret.Reveal())))
	return wire.JSON(fields)
}

// refusal says what a code means. An unknown one is permanent: the message is not sent, and the next will not be.
func refusal(code int, said string) *notify.Error {
	e := &notify.Error{Code: strconv.Itoa(code), Text: said}
	low := strings.ToLower(said)
	switch code {
	case 11232, 99991400:
		e.Class, e.Wait = notify.Throttled, time.Minute
	case 9499:
		if strings.Contains(low, "too many request") {
			e.Class, e.Wait = notify.Throttled, time.Minute
		} else {
			e.Hint = "the server does not read the request: please report it, with what --dry-run prints"
		}
	case 19001:
		e.Hint = "no bot has this address: copy it from the bot's page once more, or create a new bot"
	case 19021:
		e.Hint = "the signature is wrong: `secret:` must be the one of this very bot, and this machine's clock right within an hour"
	case 19022:
		e.Hint = "the bot takes messages from listed addresses alone: add this machine's public address on the bot's page"
	case 19024:
		e.Hint = "the bot wants a keyword in each message: use the security setting 签名校验 (signature) instead, and write it to `secret:`"
	case 11246, 230099, 11310:
		e.Hint = "Feishu refuses the card, and the same as text: please report it, with what --dry-run prints"
	default:
		e.Hint = "see the code in Feishu's documents of custom bots (自定义机器人)"
	}
	return e
}
