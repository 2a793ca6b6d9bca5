package simulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// feishu plays open.feishu.cn.
type feishu struct{}

const hook = "/open-apis/bot/v2/hook/"

func (feishu) address(base, key string) string { return base + hook + key }

func (feishu) refusal(code int, text string) answer {
	return inJSON(fmt.Sprintf(`{"code":%d,"data":{},"msg":%q}`, code, text))
}

// A feishuMessage is what is read of a request.
type feishuMessage struct {
	Timestamp string          `json:"timestamp"`
	Sign      string          `json:"sign"`
	Type      string          `json:"msg_type"`
	Card      json.RawMessage `json:"card"`
	Content   struct {
		Text string `json:"text"`
	} `json:"content"`
}

func (d feishu) handle(s *Server, r *http.Request, body []byte) answer {
	var m feishuMessage
	switch {
	case r.Method != http.MethodPost || r.URL.Path != hook+s.options.Key:
		return d.refusal(19001, "param invalid: incoming webhook access token invalid "+r.URL.Path)
	case !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json"):
		return d.refusal(9499, "Bad Request")
	case len(body) > 20*1024:
		return d.refusal(9499, "Bad Request: body too large")
	case json.Unmarshal(body, &m) != nil:
		return d.refusal(9499, "Bad Request")
	case !d.signed(s, m):
		return d.refusal(19021, "sign match fail or timestamp is not within one hour from current time")
	case s.options.Now().Minute()%30 == 0 && s.options.Now().Second() == 0 && s.options.Now().Nanosecond() == 0:
		return d.refusal(11232, "frequency limited psm[lark.oapi.app_platform_runtime]")
	case s.over(map[time.Duration]int{time.Second: 5, time.Minute: 100}):
		return d.refusal(11232, "frequency limited psm[lark.oapi.app_platform_runtime]")
	}
	message := Message{Type: m.Type, Content: m.Content.Text, Body: body}
	switch m.Type {
	case "text":
		if m.Content.Text == "" {
			return d.refusal(9499, "Bad Request")
		}
	case "interactive":
		title, problem := checkCard(m.Card)
		if problem != "" {
			return d.refusal(230099, "Failed to create card content, ext=ErrCode: 11310; ErrMsg: "+problem)
		}
		message.Title, message.Content = title, string(m.Card)
	default:
		return d.refusal(9499, "Bad Request")
	}
	s.accept(message)
	return inJSON(`{"StatusCode":0,"StatusMessage":"success","code":0,"data":{},"msg":"success"}`)
}

func (feishu) signed(s *Server, m feishuMessage) bool {
	if s.options.Secret == "" {
		return true
	}
	seconds, err := strconv.ParseInt(m.Timestamp, 10, 64)
	if err != nil || s.options.Now().Sub(time.Unix(seconds, 0)).Abs() > time.Hour {
		return false
	}
	mac := hmac.New(sha256.New, []byte(m.Timestamp+"\n"+s.options.Secret))
	return m.Sign == base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// checkCard judges a card of schema 2.0.
func checkCard(raw json.RawMessage) (title, problem string) {
	var card struct {
		Schema string `json:"schema"`
		Header struct {
			Title struct {
				Content string `json:"content"`
			} `json:"title"`
			Template string `json:"template"`
		} `json:"header"`
		Body struct {
			Elements []map[string]json.RawMessage `json:"elements"`
		} `json:"body"`
	}
	if json.Unmarshal(raw, &card) != nil || card.Schema != "2.0" {
		return "", "schemaV2 is not valid"
	}
	tables := 0
	for _, e := range card.Body.Elements {
		var tag string
		if json.Unmarshal(e["tag"], &tag) != nil {
			return "", "element without a tag"
		}
		switch tag {
		case "table":
			tables++
			if p := checkTable(e); p != "" {
				return "", p
			}
		case "div", "markdown", "chart", "button", "hr":
		default:
			return "", "unknown tag " + tag
		}
	}
	if tables > 5 {
		return "", "card table number over limit"
	}
	return card.Header.Title.Content, ""
}

func checkTable(e map[string]json.RawMessage) string {
	var size int
	var columns []struct {
		Name string `json:"name"`
		Type string `json:"data_type"`
	}
	var rows []map[string]json.RawMessage
	if json.Unmarshal(e["page_size"], &size) != nil || size < 1 || size > 10 {
		return "page_size is not within 1 and 10"
	}
	if json.Unmarshal(e["columns"], &columns) != nil || len(columns) == 0 || len(columns) > 50 {
		return "columns are not within 1 and 50"
	}
	if json.Unmarshal(e["rows"], &rows) != nil {
		return "rows are missing"
	}
	for _, c := range columns {
		for _, r := range rows {
			var s string
			if c.Type == "text" && json.Unmarshal(r[c.Name], &s) != nil {
				return "a cell of " + c.Name + " is no text"
			}
		}
	}
	return ""
}
