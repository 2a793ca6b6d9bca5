// Package render writes a report.Report as text for a terminal, as Markdown for a chat, as a page (HTML) for paper and
// screen, as a picture (PNG), as a workbook (XLSX), and as CSV and JSON for programs. All show the same numbers: JSON and CSV
// with all their digits, the others rounded half away from zero to two digits. A Digest is a report for a phone.
//
// Names come from cloud bills and from users' tags, so nothing in them is trusted: control characters, escape sequences
// and marks that reorder text are made visible or dropped, and in Markdown what would be markup is escaped. Columns are
// aligned by the width that a terminal gives to a grapheme, which does not depend on the locale.
package render

import (
	"fmt"

	"goscan/store"
	"goscan/store/report"
)

// A Lang is a language of reports.
type Lang string

// The languages of reports. Any other value is English.
const (
	Chinese Lang = "zh"
	English Lang = "en"
)

// ParseLang returns the language that a user named, "zh" or "en".
func ParseLang(s string) (Lang, error) {
	switch lang := Lang(s); lang {
	case Chinese, English:
		return lang, nil
	}
	return "", fmt.Errorf("%q is not a language of reports (zh, en)", s)
}

// silence is what a report says that has no section to show.
func (p *phrases) silence(r *report.Report) string {
	switch {
	case r.Stored == nil:
		return p.emptyStore
	case r.State == report.Missing && !anyStored(r):
		return fmt.Sprintf(p.notStored, p.period(r), p.full(*r.Stored))
	}
	return fmt.Sprintf(p.noCharges, p.period(r))
}

func anyStored(r *report.Report) bool {
	for _, a := range r.Accounts {
		if a.Stored > 0 {
			return true
		}
	}
	return false
}

// shown tells whether a breakdown gets a table. That of accounts does not: every section has a table of accounts, which
// tells more.
func shown(b report.Breakdown) bool { return b.By != store.ByAccount && len(b.Rows) > 0 }
