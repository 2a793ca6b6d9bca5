package render

import (
	_ "embed"
	"html/template"
	"io"
	"strings"

	"goscan/store/report"
	"goscan/store/report/render/chart"
)

// HTMLOptions say how a page looks.
type HTMLOptions struct {
	Lang Lang
}

//go:embed report.html.tmpl
var pageTemplate string

//go:embed report.css
var pageStyle string

// HTML writes a report as one page that needs nothing else: no network, no script, no font. It follows the reader's choice
// of light or dark, fits a phone, and prints on A4. Rises are red and falls green: it is cost.
func HTML(w io.Writer, r *report.Report, o HTMLOptions) error {
	t, err := template.New("report").Parse(pageTemplate)
	if err != nil {
		return err
	}
	return t.Execute(w, newPage(r, o.Lang))
}

// A page is what the template shows.
type page struct {
	Style    template.CSS
	Language string
	Title    string
	Period   string
	State    tone
	Facts    []string // what the amounts are, where they are from, and what the report is limited to
	Heading  string   // of the concerns
	Concerns []tone
	Sections []pageSection
	Silence  string // said when there are no sections
	Tables   []pageTable
	Notes    []string
	NotesAre string
}

// A tone is a text and the class that gives it its colour.
type tone struct{ Words, Class string }

func newPage(r *report.Report, lang Lang) *page {
	v := pageView{view{r, phrasesOf(lang)}, pageWordsOf(lang), scaleOf(lang)}
	p := &page{
		Style: template.CSS(pageStyle), Language: v.words.language, Title: v.p.kinds[r.Kind],
		Heading: v.p.frame.attention, NotesAre: v.p.notesTitle,
	}
	if len(r.Sections) == 0 {
		p.Silence = v.p.silence(r)
	}
	if r.Stored == nil {
		return p
	}
	p.Period = v.p.period(r)
	p.State = tone{v.p.summaries[r.State], classOf(statePaint(r.State))}
	p.Facts = []string{v.p.cost(r.Amount)}
	if source := plain(r.Store); source != "" {
		p.Facts = append(p.Facts, source)
	}
	p.Facts = append(p.Facts, v.scope()...)
	p.Concerns = each(v.concerns(), func(c concern) tone { return tone{c.words, classOf(c.paint)} })
	for i := range r.Sections {
		p.Sections = append(p.Sections, v.section(&r.Sections[i]))
	}
	p.Tables = tablesOf(v.closing()...)
	p.Notes = v.notes()
	return p
}

// A pageView is a view with what only pages and pictures need.
type pageView struct {
	view
	words *pageWords
	scale chart.Scale
}

// classOf names a paint in the page's style.
func classOf(p paint) string {
	switch p {
	case red:
		return "rise"
	case green:
		return "fall"
	case yellow:
		return "warn"
	case dim:
		return "quiet"
	case bold:
		return "strong"
	}
	return ""
}

func classes(names ...string) string {
	return strings.Join(strings.Fields(strings.Join(names, " ")), " ")
}
