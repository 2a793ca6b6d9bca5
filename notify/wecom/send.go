package wecom

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"mime/multipart"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	"goscan/notify"
	"goscan/notify/internal/text"
	"goscan/notify/internal/wire"
)

// Send is notify.Channel's.
func (r *robot) Send(ctx context.Context, p notify.Part) (notify.Reply, error) {
	if p.File == nil {
		reply, _, err := r.post(ctx, r.send, "application/json; charset=utf-8", p.Body)
		return reply, err
	}
	reply, err := r.sendFile(ctx, *p.File)
	if e, ok := errors.AsType[*notify.Error](err); ok && e.Code == "40007" {
		return r.sendFile(ctx, *p.File) // the server has forgotten the file already: it may keep the next one
	}
	return reply, err
}

// sendFile uploads a file and sends what names it. An upload alone shows nothing to anybody: whatever becomes of it, the
// message was not sent.
func (r *robot) sendFile(ctx context.Context, f notify.File) (notify.Reply, error) {
	mediaType, form, err := multiform(f)
	if err != nil {
		return notify.Reply{}, &notify.Error{Text: err.Error()}
	}
	reply, media, err := r.post(ctx, r.upload, mediaType, form)
	if e, ok := errors.AsType[*notify.Error](err); ok && e.Class == notify.Uncertain {
		e.Class = notify.Transient
	}
	if err != nil {
		return reply, err
	}
	if media == "" {
		return reply, &notify.Error{Class: notify.Transient, Text: "the upload's answer names no media_id"}
	}
	body, err := wire.JSON(map[string]any{"msgtype": "file", "file": map[string]string{"media_id": media}})
	if err != nil {
		return reply, &notify.Error{Text: err.Error()}
	}
	reply, _, err = r.post(ctx, r.send, "application/json; charset=utf-8", body)
	return reply, err
}

// multiform writes the form of an upload: its field is named media, and its file name is what the group sees.
func multiform(f notify.File) (mediaType string, body []byte, err error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	name := strings.NewReplacer(`\`, "_", `"`, "_", "/", "_").Replace(text.Line(f.Name))
	if name == "" {
		name = "report"
	}
	kind := f.Type
	if _, _, err := mime.ParseMediaType(kind); err != nil {
		kind = "application/octet-stream"
	}
	part, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {fmt.Sprintf(`form-data; name="media"; filename="%s"; filelength=%d`, name, len(f.Data))},
		"Content-Type":        {kind},
	})
	if err != nil {
		return "", nil, err
	}
	if _, err := part.Write(f.Data); err != nil {
		return "", nil, err
	}
	if err := w.Close(); err != nil {
		return "", nil, err
	}
	return w.FormDataContentType(), b.Bytes(), nil
}

func (r *robot) post(ctx context.Context, target, mediaType string, body []byte) (reply notify.Reply, media string, err error) {
	answer, err := r.client.Post(ctx, target, mediaType, nil, body)
	if err != nil {
		return notify.Reply{}, "", err
	}
	var said struct {
		Code    *int   `json:"errcode"`
		Message string `json:"errmsg"`
		Media   string `json:"media_id"`
	}
	if json.Unmarshal(answer.Body, &said) != nil || said.Code == nil {
		return notify.Reply{Status: answer.Status}, "", r.client.Broken(answer)
	}
	reply = notify.Reply{Status: answer.Status, Code: strconv.Itoa(*said.Code), Text: r.client.Line(brief(said.Message))}
	if *said.Code != 0 {
		return reply, "", refusal(*said.Code, reply.Text)
	}
	if e := r.client.Refusal(answer); e != nil {
		return reply, "", e
	}
	return reply, said.Media, nil
}

// brief cuts the end of a message that holds the caller's address and differs from call to call.
func brief(s string) string {
	for _, tail := range []string{"hint:", "from ip:", "more info at"} {
		s, _, _ = strings.Cut(s, tail)
	}
	return strings.TrimRight(s, " ,.")
}

// refusal says what a code means. An unknown one is permanent: the message is not sent, and the next will not be.
func refusal(code int, said string) *notify.Error {
	e := &notify.Error{Code: strconv.Itoa(code), Text: said}
	switch code {
	case -1, 45033: // busy; too many requests at once
		e.Class = notify.Transient
	case 45009:
		e.Class, e.Wait = notify.Throttled, time.Minute
	case 93000:
		e.Hint = "the robot was removed from the group, or webhook_url is incomplete: add a robot to the group again and copy its address"
	case 93004:
		e.Hint = "the robot is disabled: the group's owner or an administrator can enable it"
	case 93008:
		e.Hint = "the robot is not in the group any more: add a robot to the group again and copy its address"
	case 40058:
		e.Hint = "the server does not take the content: a client or server that does not know markdown_v2 needs `format: markdown`"
	case 40008:
		e.Hint = "the server does not know this type of message: try `format: markdown`"
	case 45002:
		e.Hint = "the content is too long for the server: please report it, with what --dry-run prints"
	case 44004:
		e.Hint = "the content is empty: please report it, with what --dry-run prints"
	case 40007:
		e.Hint = "the server does not keep the uploaded file: send without files, and report it if it stays so"
	case 40004, 40006, 40009, 45001:
		e.Hint = "the server does not take the picture or file: its type or size"
	default:
		e.Hint = "see the code in WeCom's list of global error codes (全局错误码)"
	}
	return e
}
