package render

import (
	"fmt"
	"strings"

	"goscan/providers"
	"goscan/store"
	"goscan/store/report"
)

// phrases are the words of a language. A field whose comment shows verbs is a format.
type phrases struct {
	kinds      map[report.Kind]string
	costs      map[store.Amount]string
	dimensions map[store.Dimension]string
	states     map[report.State]string // of an account
	summaries  map[report.State]string // of the whole report
	against    map[report.Against]string
	notes      map[report.NoteKind]string // %[1]s account, %[2]s days, %[3]s what it is compared with, %[4]s month
	weekdays   [7]string

	total, amount, share, change, relativeTitle, account, provider, state, lines string
	unnamed, fresh, retired, notesTitle                                          string

	by          string // "by %s": a dimension
	tag         string // "tag %s": a key
	other       string // "%s others": a count
	lineCount   string // "%s lines": a count
	to          string // "%s to %s": days
	when        string // "%s (%s)": what it is compared with, days
	without     string // "(without %s)": accounts
	notCompared string // "%s: no comparison": what it is compared with
	lackDays    string // "%d days missing"
	trend       map[report.Kind]string
	trendGaps   string
	extremes    string // "low %s (%s) · high %s (%s) · mean %s": amounts and periods
	more        string // "and %d more": ranges of days
	comma       string

	emptyStore string
	notStored  string // "%s is not stored; stored are %s"
	noCharges  string // "%s: no charges"

	clouds   map[string]string                     // by the report's name of the cloud
	values   map[store.Dimension]map[string]string // of dimensions whose values are words of Goscan
	frame    frameWords
	moves    moverWords
	spent    eventWords
	outlook  outlookWords
	plans    budgetWords
	alerts   alertWords
	closing  monthWords
	restated restatedWords
}

func phrasesOf(lang Lang) *phrases {
	if lang == Chinese {
		return chinese()
	}
	return english()
}

// dimension names a dimension.
func (p *phrases) dimension(d store.Dimension) string {
	if key, ok := d.Tag(); ok {
		return fmt.Sprintf(p.tag, plain(key))
	}
	return p.dimensions[d]
}

// heading is the title of a table by a dimension.
func (p *phrases) heading(d store.Dimension) string {
	return fmt.Sprintf(p.by, p.lower(d))
}

// lower names a dimension within a sentence.
func (p *phrases) lower(d store.Dimension) string {
	if _, ok := d.Tag(); ok {
		return p.dimension(d)
	}
	return strings.ToLower(p.dimension(d))
}

// name names a row for people.
func (p *phrases) name(name string) string {
	if strings.TrimSpace(name) == "" {
		return p.unnamed
	}
	return plain(name)
}

// period names a report's period in full.
func (p *phrases) period(r *report.Report) string {
	switch r.Kind {
	case report.Weekly:
		year, week := r.Period.From.Start().ISOWeek()
		return fmt.Sprintf(p.frame.week, year, week, p.span(r.Period, r.Period.To))
	case report.Monthly:
		month := r.Period.From.Month()
		if r.Period.To == month.Last() {
			return month.String()
		}
		return fmt.Sprintf("%s (%s)", month, p.span(r.Period, r.Period.To))
	}
	return p.full(r.Period) + " " + p.weekdays[r.Period.From.Weekday()]
}

// full names a range of days with its years.
func (p *phrases) full(r report.Range) string {
	if r.From == r.To {
		return r.From.String()
	}
	return fmt.Sprintf(p.to, r.From, r.To)
}

// span names a range of days, without the year where it is that of the day seen.
func (p *phrases) span(r report.Range, seen providers.Day) string {
	if r.From == r.To {
		return short(r.From, seen)
	}
	return fmt.Sprintf(p.to, short(r.From, seen), short(r.To, seen))
}

func short(d, seen providers.Day) string {
	if year, _, _ := d.Date(); seen.String()[:4] == fmt.Sprint(year) {
		return d.String()[len("2006-"):]
	}
	return d.String()
}

// compared names what a comparison compares with; seen is the report's last day.
func (p *phrases) compared(with report.Against, period report.Range, seen providers.Day) string {
	when, words := p.span(period, seen), p.against[with]
	switch {
	case with == report.DayBefore || with == report.SameWeekday:
		when += " " + p.weekdays[period.From.Weekday()]
	case with == report.MonthBefore && seen == seen.Month().Last():
		words = p.frame.before
	}
	return fmt.Sprintf(p.when, words, when)
}

const mostRanges = 6

// days names several ranges of days.
func (p *phrases) days(ranges []report.Range, seen providers.Day) string {
	names := make([]string, 0, mostRanges)
	for i, r := range ranges {
		if i == mostRanges {
			return strings.Join(names, p.comma) + p.comma + fmt.Sprintf(p.more, len(ranges)-i)
		}
		names = append(names, p.span(r, seen))
	}
	return strings.Join(names, p.comma)
}

// note words a note.
func (p *phrases) note(n report.Note, seen providers.Day) string {
	return fmt.Sprintf(p.notes[n.Kind], plain(n.Account), p.days(n.Days, seen), p.against[n.With], n.Month)
}

// stateOf words what is stored of an account.
func (p *phrases) stateOf(a report.Account) string {
	switch {
	case a.Retired && a.Stored < a.Days:
		return p.retired
	case a.State == report.Missing && a.Stored > 0:
		return fmt.Sprintf(p.lackDays, a.Days-a.Stored)
	}
	return p.states[a.State]
}

// cost names the cost column, in words and as the column is called.
func (p *phrases) cost(a store.Amount) string { return fmt.Sprintf("%s (%s)", p.costs[a], a) }

// cloud names a cloud.
func (p *phrases) cloud(provider string) string {
	if name, ok := p.clouds[provider]; ok {
		return name
	}
	return plain(provider)
}

// value names a row of a breakdown, or a value of a filter: a word of the language where the dimension has its own words.
func (p *phrases) value(d store.Dimension, key, name string) string {
	if word, ok := p.values[d][key]; ok {
		return word
	}
	if word, ok := p.clouds[key]; ok && d == store.ByProvider {
		return word
	}
	return p.name(name)
}
