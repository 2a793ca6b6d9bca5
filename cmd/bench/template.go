package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"goscan/providers"
	"goscan/providers/simulator"
)

const (
	pageSize  = 300 // the most that both clouds allow
	templates = 50  // pages of which all others are copies, with another date and other ids

	dateMark = "@DATE@@@@@" // stands where a row has its day; as long as one
	idMark   = "#LINE##"    // stands where a row has what makes its resource another one; seven digits go there
)

// A template is the JSON of a page's rows, with marks where pages differ: rendering a page is copying it and writing over the
// marks, so the cloud takes next to nothing of the machine that it shares with what is measured.
type template struct {
	rows  []simulator.Row
	text  []byte
	ends  []int // of each row in text
	dates []int // where dateMark is in text
	ids   []id
}

type id struct{ at, row int }

// newTemplates makes pages of different rows, those that the simulator makes up.
func newTemplates(c *simulator.Cloud, month providers.Month) ([]template, error) {
	day := month.First()
	all := c.Rows(day, templates*pageSize)
	made := make([]template, templates)
	for i := range made {
		made[i].rows = all[i*pageSize : (i+1)*pageSize]
		for row, fields := range made[i].rows {
			text, err := json.Marshal(marked(fields, day))
			if err != nil {
				return nil, err
			}
			made[i].add(row, text)
		}
	}
	return made, nil
}

// marked returns the row with marks for its day and its resource.
func marked(fields simulator.Row, day providers.Day) simulator.Row {
	resource := ""
	for _, field := range []string{"InstanceNo", "InstanceID"} {
		if text, ok := fields[field].(string); ok {
			resource = text
		}
	}
	swap := strings.NewReplacer(resource, resource+"-"+idMark, day.String(), dateMark)
	row := simulator.Row{}
	for field, value := range fields {
		if text, ok := value.(string); ok && text != "" {
			value = swap.Replace(text)
		}
		row[field] = value
	}
	return row
}

func (t *template) add(row int, text []byte) {
	if row > 0 {
		t.text = append(t.text, ',')
	}
	from := len(t.text)
	t.text = append(t.text, text...)
	t.ends = append(t.ends, len(t.text))
	for at := range len(text) {
		switch {
		case bytes.HasPrefix(text[at:], []byte(dateMark)):
			t.dates = append(t.dates, from+at)
		case bytes.HasPrefix(text[at:], []byte(idMark)):
			t.ids = append(t.ids, id{from + at, row})
		}
	}
}

// appendPage appends the first rows of the template as those of a day from an offset on.
func (t *template) appendPage(b []byte, day providers.Day, offset, rows int) []byte {
	begin, end := len(b), t.ends[rows-1]
	b = append(b, t.text[:end]...)
	page, date := b[begin:], day.String()
	for _, at := range t.dates {
		if at >= end {
			break
		}
		copy(page[at:], date)
	}
	for _, id := range t.ids {
		if id.at >= end {
			break
		}
		number := offset + id.row
		for digit := len(idMark) - 1; digit >= 0; digit-- {
			page[id.at+digit] = '0' + byte(number%10)
			number /= 10
		}
	}
	return b
}

// times returns the row with all its amounts so many times as large.
func times(row simulator.Row, n int) simulator.Row {
	product := simulator.Row{}
	for field, value := range row {
		product[field] = value
		if !strings.Contains(field, "Amount") && !strings.Contains(field, "Deducted") && !strings.Contains(field, "Discount") {
			continue
		}
		text := fmt.Sprint(value)
		amount, err := decimal.NewFromString(text)
		if err != nil {
			continue // a text that is no amount
		}
		sum := amount.Mul(decimal.NewFromInt(int64(n))).String()
		switch value.(type) {
		case json.Number:
			product[field] = json.Number(sum)
		default:
			product[field] = sum
		}
	}
	return product
}
