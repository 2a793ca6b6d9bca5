package feishu

import (
	"encoding/json"
	"errors"
	"strings"

	"goscan/notify/internal/text"
	"goscan/notify/internal/wire"
)

// asText returns the body of a text message that says what the body of a card says, but for the chart.
func asText(body []byte) ([]byte, error) {
	var message struct {
		Card struct {
			Header struct {
				Title spoken `json:"title"`
			} `json:"header"`
			Body struct {
				Elements []cardElement `json:"elements"`
			} `json:"body"`
		} `json:"card"`
	}
	if err := json.Unmarshal(body, &message); err != nil {
		return nil, err
	}
	lines := []string{message.Card.Header.Title.Content}
	for _, e := range message.Card.Body.Elements {
		lines = append(lines, e.lines()...)
	}
	if len(lines) == 1 && lines[0] == "" {
		return nil, errors.New("the body is no card")
	}
	// In a text <at ...> is a mention.
	content := text.Wide(strings.Join(lines, "\n"), "<>")
	for room := mostBody - 100; ; room -= 500 { // JSON escapes some characters: it may take more bytes than the text
		simple, err := wire.JSON(element{"msg_type": "text", "content": element{"text": text.Clip(content, room)}})
		if err != nil || len(simple) <= mostBody || room <= 0 {
			return simple, err
		}
	}
}

// A spoken text is what plain_text elements hold.
type spoken struct {
	Content string `json:"content"`
}

// A cardElement is what asText reads of an element.
type cardElement struct {
	Tag       string   `json:"tag"`
	Text      spoken   `json:"text"`
	Columns   []column `json:"columns"`
	Rows      []map[string]string
	Behaviors []struct {
		Address string `json:"default_url"`
	} `json:"behaviors"`
}

type column struct {
	Name  string `json:"name"`
	Title string `json:"display_name"`
}

func (e cardElement) lines() []string {
	switch e.Tag {
	case "div":
		return []string{e.Text.Content}
	case "button":
		var all []string
		for _, b := range e.Behaviors {
			all = append(all, b.Address)
		}
		return all
	case "table":
		return e.table()
	default:
		return nil
	}
}

func (e cardElement) table() []string {
	row := func(cell func(column) string) string {
		var all []string
		for _, c := range e.Columns {
			all = append(all, cell(c))
		}
		return strings.Join(all, " | ")
	}
	lines := []string{row(func(c column) string { return c.Title })}
	for _, r := range e.Rows {
		lines = append(lines, row(func(c column) string { return r[c.Name] }))
	}
	return lines
}
