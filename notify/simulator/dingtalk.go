package simulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// dingtalk plays oapi.dingtalk.com.
type dingtalk struct{}

func (dingtalk) address(base, key string) string {
	return base + "/robot/send?access_token=" + url.QueryEscape(key)
}

func (dingtalk) refusal(code int, text string) answer {
	return inJSON(fmt.Sprintf(`{"errcode":%d,"errmsg":%q}`, code, text))
}

func (d dingtalk) handle(s *Server, r *http.Request, body []byte) answer {
	query := r.URL.Query()
	switch {
	case r.Method != http.MethodPost || r.URL.Path != "/robot/send":
		return d.refusal(404, "请求的URI地址不存在")
	case !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json"):
		return d.refusal(43004, "需要content-type为application/json")
	case query.Get("access_token") != s.options.Key:
		return d.refusal(300005, "token is not exist: "+query.Get("access_token"))
	}
	if problem := d.unsigned(s, query); problem != "" {
		return d.refusal(310000, problem)
	}
	if len(body) > 20000 {
		return d.refusal(460101, "message too long, exceed 20000 bytes")
	}
	var m struct {
		Type     string `json:"msgtype"`
		Markdown struct {
			Title string `json:"title"`
			Text  string `json:"text"`
		} `json:"markdown"`
		At struct {
			Mobiles []string `json:"atMobiles"`
			Users   []string `json:"atUserIds"`
			All     bool     `json:"isAtAll"`
		} `json:"at"`
	}
	switch {
	case json.Unmarshal(body, &m) != nil:
		return d.refusal(40035, "不合法的参数")
	case m.Type != "markdown":
		return d.refusal(400105, "unsupported msgtype")
	case m.Markdown.Title == "" || m.Markdown.Text == "":
		return d.refusal(40035, "缺少参数 title or text")
	}
	if s.over(map[time.Duration]int{time.Minute: 20}) {
		return d.refusal(130101, "send too fast, exceed 20 times per minute")
	}
	message := Message{Type: m.Type, Title: m.Markdown.Title, Content: m.Markdown.Text, Body: body}
	for _, n := range append(m.At.Mobiles, m.At.Users...) {
		if strings.Contains(m.Markdown.Text, "@"+n) { // only who is named in the text is told
			message.Mention = append(message.Mention, n)
		}
	}
	if m.At.All {
		message.Mention = append(message.Mention, "@all")
	}
	s.accept(message)
	return inJSON(`{"errcode":0,"errmsg":"ok"}`)
}

func (dingtalk) unsigned(s *Server, query url.Values) string {
	if s.options.Secret == "" {
		return ""
	}
	stamp := query.Get("timestamp")
	ms, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || s.options.Now().Sub(time.UnixMilli(ms)).Abs() > time.Hour {
		return "invalid timestamp"
	}
	mac := hmac.New(sha256.New, []byte(s.options.Secret))
	mac.Write([]byte(stamp + "\n" + s.options.Secret))
	if query.Get("sign") != base64.StdEncoding.EncodeToString(mac.Sum(nil)) {
		return "sign not match " + query.Get("sign") // the real server says no more than the first words
	}
	return ""
}
