package simulator

import (
	"crypto/md5" // as WeCom checks images
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

// wecom plays qyapi.weixin.qq.com, whose answers have status 200 whatever they say.
type wecom struct{}

func (wecom) address(base, key string) string {
	return base + "/cgi-bin/webhook/send?key=" + url.QueryEscape(key)
}

func (wecom) refusal(code int, text string) answer {
	return inJSON(fmt.Sprintf(`{"errcode":%d,"errmsg":%q}`, code,
		text+", hint: [1763690000_12_0a1b2c3d], from ip: 127.0.0.1, more info at https://open.work.weixin.qq.com/devtool/query?e="+fmt.Sprint(code)))
}

func (d wecom) handle(s *Server, r *http.Request, body []byte) answer {
	switch {
	case r.Method != http.MethodPost:
		return d.refusal(43002, "require POST method")
	case r.URL.Query().Get("key") != s.options.Key:
		// The real server does not repeat the key. One that did must not make it known.
		return d.refusal(93000, "invalid webhook url "+r.URL.Query().Get("key"))
	case r.URL.Path == "/cgi-bin/webhook/upload_media":
		return d.upload(s, r)
	case r.URL.Path != "/cgi-bin/webhook/send":
		return d.refusal(-9, "no such path")
	case !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json"):
		return d.refusal(43003, "require application/json")
	}
	var m map[string]json.RawMessage
	var kind string
	if json.Unmarshal(body, &m) != nil || json.Unmarshal(m["msgtype"], &kind) != nil {
		return d.refusal(40008, "invalid message type")
	}
	if s.over(map[time.Duration]int{time.Minute: 20}) {
		return d.refusal(45009, "api freq out of limit")
	}
	message, refused := d.read(s, kind, m[kind])
	if refused != (answer{}) {
		return refused
	}
	message.Type, message.Body = kind, body
	s.accept(message)
	return inJSON(`{"errcode":0,"errmsg":"ok"}`)
}

// read checks the content of a message: it stands under the name of its type.
func (d wecom) read(s *Server, kind string, raw json.RawMessage) (Message, answer) {
	var c struct {
		Content string   `json:"content"`
		Users   []string `json:"mentioned_list"`
		Mobiles []string `json:"mentioned_mobile_list"`
		Base64  string   `json:"base64"`
		MD5     string   `json:"md5"`
		Media   string   `json:"media_id"`
	}
	limits := map[string]int{"text": 2048, "markdown": 4096, "markdown_v2": 4096}
	limit, written := limits[kind]
	if !written && kind != "image" && kind != "file" {
		return Message{}, d.refusal(40008, "invalid message type")
	}
	if json.Unmarshal(raw, &c) != nil {
		return Message{}, d.refusal(40058, kind+" is missing")
	}
	switch {
	case written && c.Content == "":
		return Message{}, d.refusal(44004, "content is empty")
	case written && len(c.Content) > limit:
		return Message{}, d.refusal(40058, fmt.Sprintf("%s.content exceed max length %d. invalid Request Parameter", kind, limit))
	case written && !utf8.ValidString(c.Content):
		return Message{}, d.refusal(40058, "content is not UTF-8")
	case written:
		return Message{Content: c.Content, Mention: append(c.Users, c.Mobiles...)}, answer{}
	case kind == "image":
		return d.image(c.Base64, c.MD5)
	}
	s.mutex.Lock()
	data, known := s.media[c.Media]
	s.mutex.Unlock()
	if !known {
		return Message{}, d.refusal(40007, "invalid media_id")
	}
	name, _, _ := strings.Cut(c.Media, "@")
	return Message{Title: name, Data: data}, answer{}
}

func (d wecom) image(encoded, sum string) (Message, answer) {
	data, err := base64.StdEncoding.DecodeString(encoded)
	real := md5.Sum(data)
	switch {
	case err != nil || hex.EncodeToString(real[:]) != sum:
		return Message{}, d.refusal(40058, "image.md5 does not match")
	case len(data) > 2<<20:
		return Message{}, d.refusal(40009, "invalid image size")
	case !strings.HasPrefix(string(data), "\x89PNG") && !strings.HasPrefix(string(data), "\xff\xd8\xff"):
		return Message{}, d.refusal(40004, "invalid media type")
	}
	return Message{Data: data}, answer{}
}

func (d wecom) upload(s *Server, r *http.Request) answer {
	if r.URL.Query().Get("type") != "file" {
		return d.refusal(40004, "invalid media type")
	}
	file, header, err := r.FormFile("media")
	if err != nil {
		return d.refusal(41005, "media data missing")
	}
	defer func() { _ = file.Close() }() // in memory
	data, err := io.ReadAll(file)
	if err != nil || len(data) <= 5 || len(data) > 20<<20 {
		return d.refusal(40006, "invalid media size")
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	id := fmt.Sprintf("%s@%d", header.Filename, len(s.media)+1)
	s.media[id] = data
	return inJSON(fmt.Sprintf(`{"errcode":0,"errmsg":"ok","type":"file","media_id":%q,"created_at":"1763690000"}`, id))
}
