package wecom

import (
	"bytes"
	"crypto/md5" // WeCom's check of an image, no secret
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"goscan/notify"
	"goscan/notify/internal/markdown"
	"goscan/notify/internal/split"
	"goscan/notify/internal/text"
	"goscan/notify/internal/wire"
)

const (
	mostMarkdown = 4096 // bytes of UTF-8 of the content
	mostText     = 2048
	mostImage    = 2 << 20 // bytes before base64
	mostFile     = 20 << 20
	leastFile    = 6
)

// Render is notify.Channel's.
func (r *robot) Render(m notify.Message) ([]notify.Part, error) {
	m, files := attachable(m)
	style := markdown.Style{Tables: r.settings.Format == markdownV2, Row: "> ", Break: "\n\n"}
	if !style.Tables {
		style.Break = "\n"
	}
	pages, err := split.Pages(m, split.Limits{
		Attached: len(files) > 0,
		Fits:     func(p split.Page) bool { return len(style.Page(p)) <= mostMarkdown },
	})
	if err != nil {
		return nil, err
	}
	var parts []notify.Part
	for i, p := range pages {
		name := r.settings.Format
		if len(pages) > 1 {
			name = fmt.Sprintf("%s %d/%d", name, i+1, len(pages))
		}
		// The document's key of the content is the type's name.
		if parts, err = put(parts, name, r.settings.Format, map[string]string{"content": style.Page(p)}, nil); err != nil {
			return nil, err
		}
	}
	if m.Chart != nil {
		sum := md5.Sum(m.Chart.Data)
		image := map[string]string{"base64": base64.StdEncoding.EncodeToString(m.Chart.Data), "md5": hex.EncodeToString(sum[:])}
		if parts, err = put(parts, "image", "image", image, nil); err != nil {
			return nil, err
		}
	}
	for i := range files {
		if parts, err = put(parts, "file "+files[i].Name, "file", map[string]string{"media_id": ""}, &files[i]); err != nil {
			return nil, err
		}
	}
	return r.mentions(parts, m)
}

func put(parts []notify.Part, name, kind string, content any, file *notify.File) ([]notify.Part, error) {
	body, err := wire.JSON(map[string]any{"msgtype": kind, kind: content})
	if err != nil {
		return nil, err
	}
	return append(parts, notify.Part{Name: name, Body: body, File: file}), nil
}

// mentions adds the text that reaches people: markdown_v2 knows no @.
func (r *robot) mentions(parts []notify.Part, m notify.Message) ([]notify.Part, error) {
	users, mobiles := r.settings.Mention, r.settings.MentionMobile
	if len(users)+len(mobiles) == 0 {
		return parts, nil
	}
	title := text.Clip(text.Wide(text.Line(m.Title), "<"), mostText) // <@userid> would mention somebody else
	if title == "" {
		title = "Goscan"
	}
	return put(parts, "mention", "text", struct {
		Content string   `json:"content"`
		Users   []string `json:"mentioned_list,omitempty"`
		Mobiles []string `json:"mentioned_mobile_list,omitempty"`
	}{title, users, mobiles}, nil)
}

// attachable returns the message without a chart and files that WeCom refuses, and with a note that says so.
func attachable(m notify.Message) (notify.Message, []notify.File) {
	notes := slices.Clone(m.Notes)
	if m.Chart != nil && (len(m.Chart.Data) > mostImage || !picture(m.Chart.Data)) {
		notes = append(notes, unsent(m.Lang, m.Chart.Name, "2 MB"))
		m.Chart = nil
	}
	var files []notify.File
	for _, f := range m.Files {
		if len(f.Data) < leastFile || len(f.Data) > mostFile {
			notes = append(notes, unsent(m.Lang, f.Name, "20 MB"))
			continue
		}
		files = append(files, f)
	}
	m.Notes, m.Files = notes, files
	return m, files
}

func picture(data []byte) bool {
	return bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")) || bytes.HasPrefix(data, []byte("\xff\xd8\xff"))
}

func unsent(lang, name, limit string) string {
	name = strings.TrimSpace(text.Clip(text.Line(name), 100))
	if lang == "zh" {
		return fmt.Sprintf("%s 未发送：企业微信只接受不超过 %s 的有效文件", name, limit)
	}
	return fmt.Sprintf("%s is not sent: WeCom takes valid files of up to %s", name, limit)
}
