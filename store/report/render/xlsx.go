package render

import (
	"io"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"goscan/store/report"
)

// XLSX writes a report as a workbook: a summary, the trend with a chart, and a sheet with a filter for each breakdown, the
// accounts, what changed, and the purchases. Amounts of different currencies are in rows of their own and are never added.
//
// A cell holds an amount with all its digits as far as a spreadsheet can keep them (15) and shows two, so that sums over
// cells are exact and what is seen is what the other formats show; an amount that has more digits before and two after the
// point than fit is a text. The same report gives the same bytes.
func XLSX(w io.Writer, r *report.Report, lang Lang) error {
	b := newBook(r, lang)
	b.summary()
	if len(r.Sections) > 0 {
		b.trend()
		b.breakdowns()
		b.accounts()
		b.movers()
		b.events()
	}
	b.properties()
	b.dropImageTypes()
	if b.err == nil {
		b.err = b.file.Write(w)
	}
	b.try(b.file.Close())
	return b.err
}

// A book is a workbook while it is written. It keeps the first error and does nothing after it.
type book struct {
	file   *excelize.File
	r      *report.Report
	p      *phrases
	words  bookWords
	styles map[look]int
	names  map[string]bool // of its sheets, in lower case
	err    error
}

func newBook(r *report.Report, lang Lang) *book {
	b := &book{
		file: excelize.NewFile(), r: r, p: phrasesOf(lang), words: bookWordsOf(lang),
		styles: map[look]int{}, names: map[string]bool{},
	}
	b.try(b.file.SetDefaultFont(b.words.font))
	return b
}

func (b *book) try(err error) {
	if b.err == nil {
		b.err = err
	}
}

// properties describes the workbook. Its time is not that of its making: a report of the same numbers is the same file.
func (b *book) properties() {
	made := b.r.AsOf
	if made.IsZero() && b.r.Stored != nil {
		made = (b.r.Period.To + 1).Start()
	}
	if made.IsZero() {
		made = time.Unix(0, 0)
	}
	at := made.UTC().Format(time.RFC3339)
	b.try(b.file.SetDocProps(&excelize.DocProperties{
		Creator: "Goscan", LastModifiedBy: "Goscan", Title: b.title(), Created: at, Modified: at, Language: b.words.language,
	}))
	b.file.SetActiveSheet(0)
}

// title names the report and its period.
func (b *book) title() string {
	if b.r.Stored == nil {
		return b.p.kinds[b.r.Kind]
	}
	return b.p.kinds[b.r.Kind] + " " + b.p.period(b.r)
}

// dropImageTypes takes back the types of images that a chart declares, in the order of a map: the book has no images.
func (b *book) dropImageTypes() {
	types := b.file.ContentTypes
	if types == nil {
		return
	}
	kept := types.Defaults[:0]
	for _, d := range types.Defaults {
		if !strings.HasPrefix(d.ContentType, "image/") {
			kept = append(kept, d)
		}
	}
	types.Defaults = kept
}
