package email

import (
	"html/template"
	"net/url"
	"strings"

	"goscan/notify"
	"goscan/notify/internal/split"
	"goscan/notify/internal/text"
)

// page is the HTML of a mail. Mail programs know tables and inline styles, and little else.
const page = `<!DOCTYPE html>
<html{{with .Lang}} lang="{{.}}"{{end}}><head><meta charset="utf-8"><title>{{.Title}}</title></head>
<body style="margin:0;padding:16px;background:#f4f5f7;color:#1f2329;font-family:'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',Helvetica,Arial,sans-serif;font-size:14px;line-height:1.6">
<table role="presentation" cellpadding="0" cellspacing="0" style="width:100%;max-width:760px;margin:0 auto;background:#ffffff;border-top:4px solid {{.Colour}}"><tr><td style="padding:20px 24px">
<h1 style="margin:0 0 12px;font-size:20px">{{.Title}}</h1>
{{range $i, $s := .Summary}}<p style="margin:0 0 8px{{if eq $i 0}};font-size:16px;font-weight:bold{{end}}">{{$s}}</p>
{{end}}{{with .Chart}}<p style="margin:16px 0"><img src="{{.Source}}" alt="{{.Alt}}" style="width:100%;max-width:712px;height:auto"></p>
{{end}}{{range .Sections}}{{with .Heading}}<h2 style="margin:20px 0 8px;font-size:16px">{{.}}</h2>
{{end}}{{range .Lines}}<p style="margin:0 0 8px">{{.}}</p>
{{end}}{{with .Table}}{{$columns := .Columns}}<table cellpadding="0" cellspacing="0" style="border-collapse:collapse;width:100%;margin:8px 0">
<tr>{{range .Columns}}<th align="{{if .Right}}right{{else}}left{{end}}" style="padding:6px 8px;border-bottom:2px solid #dee0e3;background:#f5f6f7">{{.Title}}</th>{{end}}</tr>
{{range .Rows}}<tr>{{range $i, $c := .}}<td align="{{if (index $columns $i).Right}}right{{else}}left{{end}}" style="padding:6px 8px;border-bottom:1px solid #eff0f1">{{$c}}</td>{{end}}</tr>
{{end}}{{with .Total}}<tr>{{range $i, $c := .}}<td align="{{if (index $columns $i).Right}}right{{else}}left{{end}}" style="padding:6px 8px;font-weight:bold">{{$c}}</td>{{end}}</tr>
{{end}}</table>
{{end}}{{with .After}}<p style="margin:0 0 8px;color:#646a73">{{.}}</p>
{{end}}{{end}}{{range .Notes}}<p style="margin:8px 0 0;color:#646a73;font-size:12px">{{.}}</p>
{{end}}{{with .Link}}<p style="margin:16px 0 0"><a href="{{.}}" style="color:#245bdb">{{$.Label}}</a></p>
{{end}}{{with .Closing}}<p style="margin:8px 0 0;color:#646a73">{{.}}</p>
{{end}}</td></tr></table>
</body></html>
`

// A view is what a page needs beside the message's texts.
type view struct {
	ID    string
	Chart *notify.File
}

type picture struct {
	Source template.URL
	Alt    string
}

func (m *mailbox) html(p split.Page, v view) (string, error) {
	data := struct {
		split.Page
		Colour string
		Label  string
		Chart  *picture
	}{Page: p, Colour: colour(p.Severity), Label: label(p.Lang)}
	if data.Title == "" {
		data.Title = "Goscan"
	}
	if !isLink(p.Link) {
		data.Closing = strings.TrimSpace(p.Link + " " + p.Closing)
		data.Link = ""
	}
	if v.Chart != nil {
		data.Chart = &picture{Source: template.URL("cid:" + chartID(v.ID)), Alt: text.Line(v.Chart.Name)} // made of hexadecimal digits and a valid address
		if p.Series != nil {
			data.Chart.Alt = text.Line(p.Series.Title)
		}
	}
	var b strings.Builder
	err := m.page.Execute(&b, data)
	return b.String(), err
}

func colour(s notify.Severity) string {
	switch s {
	case notify.Critical:
		return "#d83931"
	case notify.Warning:
		return "#de7802"
	default:
		return "#3370ff"
	}
}

func label(lang string) string {
	if lang == "zh" {
		return "完整报告"
	}
	return "Full report"
}

func isLink(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http")
}

// textOf is the plain text of a mail, for programs that show no HTML: a row is a line that names what each number is.
func textOf(p split.Page) string {
	var blocks []string
	add := func(lines ...string) {
		if len(lines) > 0 {
			blocks = append(blocks, strings.Join(lines, "\n"))
		}
	}
	title := p.Title
	if title == "" {
		title = "Goscan"
	}
	add(title)
	add(p.Summary...)
	for _, s := range p.Sections {
		var lines []string
		if s.Heading != "" {
			lines = append(lines, "## "+s.Heading)
		}
		lines = append(lines, s.Lines...)
		if s.Table != nil {
			for _, r := range s.Table.Rows {
				lines = append(lines, row(s.Table.Columns, r, p.Lang))
			}
			if s.Table.Total != nil {
				lines = append(lines, row(s.Table.Columns, s.Table.Total, p.Lang))
			}
		}
		if s.After != "" {
			lines = append(lines, s.After)
		}
		add(lines...)
	}
	add(p.Notes...)
	if p.Link != "" {
		add(p.Link)
	}
	if p.Closing != "" {
		add(p.Closing)
	}
	return strings.Join(blocks, "\n\n") + "\n"
}

func row(columns []notify.Column, cells []string, lang string) string {
	var values []string
	for i := 1; i < len(cells); i++ {
		if cells[i] != "" {
			values = append(values, strings.TrimSpace(columns[i].Title+" "+cells[i]))
		}
	}
	colon := ": "
	if lang == "zh" {
		colon = "："
	}
	if len(values) == 0 {
		colon = ""
	}
	return "- " + cells[0] + colon + strings.Join(values, " · ")
}
