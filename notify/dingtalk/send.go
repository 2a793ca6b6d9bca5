package dingtalk

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"goscan/notify"
)

// Send is notify.Channel's.
func (r *robot) Send(ctx context.Context, p notify.Part) (notify.Reply, error) {
	answer, err := r.client.PostJSON(ctx, r.signed(), nil, p.Body)
	if err != nil {
		return notify.Reply{}, err
	}
	var said struct {
		Code    *int   `json:"errcode"`
		Message string `json:"errmsg"`
	}
	if json.Unmarshal(answer.Body, &said) != nil || said.Code == nil {
		return notify.Reply{Status: answer.Status}, r.client.Broken(answer)
	}
	reply := notify.Reply{Status: answer.Status, Code: strconv.Itoa(*said.Code), Text: r.client.Line(said.Message)}
	if *said.Code != 0 {
		return reply, refusal(*said.Code, reply.Text)
	}
	if e := r.client.Refusal(answer); e != nil {
		return reply, e
	}
	return reply, nil
}

// refusal says what a code means. An unknown one is permanent: the message is not sent, and the next will not be.
func refusal(code int, said string) *notify.Error {
	e := &notify.Error{Code: strconv.Itoa(code), Text: said}
	switch code {
	case -1: // busy
		e.Class = notify.Transient
	case 130101, 410100:
		e.Class, e.Wait = notify.Throttled, time.Minute
	case 310000:
		e.Hint = security(said)
	case 300005, 400101:
		e.Hint = "no robot has this access_token: copy the address from the robot's page once more, or create a new robot"
	case 400102:
		e.Hint = "the robot is stopped: enable it on its page in the group's settings"
	case 400013:
		e.Hint = "the group was dissolved: create a robot in another group"
	case 400106:
		e.Hint = "the robot does not exist any more: create a new one and copy its address"
	case 430101, 430102, 430103, 430104:
		e.Hint = "DingTalk holds a link, picture or text in it for unsafe: which name or link of the report may it be?"
	case 90030:
		e.Hint = "the robot has sent more today than DingTalk allows: it works again tomorrow"
	case 400105, 40035, 43004:
		e.Hint = "please report it, with what --dry-run prints"
	default:
		if strings.Contains(said, "too fast") || strings.Contains(said, "exceed 20 times") {
			e.Class, e.Wait = notify.Throttled, time.Minute
			return e
		}
		e.Hint = "see the code in DingTalk's list of global error codes (全局错误码)"
	}
	return e
}

// security tells the three security settings of a robot apart, which share a code.
func security(said string) string {
	low := strings.ToLower(said)
	switch {
	case strings.Contains(low, "keyword"):
		return "the robot wants a keyword in each message: use the security setting 加签 (signature) instead, and write it to `secret:`"
	case strings.Contains(low, "sign"):
		return "the signature is wrong: `secret:` must be the SEC... of this very robot"
	case strings.Contains(low, "timestamp"):
		return "this machine's clock is more than an hour wrong"
	case strings.Contains(low, "ip"):
		return "the robot takes messages from listed addresses alone: add this machine's public address on the robot's page"
	default:
		return "a security setting of the robot refuses it: keyword (关键词), signature (加签) or address (IP)"
	}
}
