// Package notify says what a message is and what a channel does with it. It knows no channel: those are the folders
// beside this file, and package all lists them.
//
// A channel first renders a message as parts, each of which fits the channel's documented limits, and then sends them one
// by one. Deliver does that: it waits for the channel's pace, tries again what may be tried again, and tells after which
// part it stopped, so that no part is ever sent twice on purpose.
package notify

import (
	"context"
	"errors"
	"time"
)

// A Kind says what a message is about. Channels choose kinds in the configuration.
type Kind string

// The kinds of messages.
const (
	KindDaily     Kind = "daily"
	KindWeekly    Kind = "weekly"
	KindMonthly   Kind = "monthly"
	KindAnomalies Kind = "anomalies" // alerts of unusual cost and budgets
	KindFailures  Kind = "failures"  // of syncs, and their recovery
	KindTest      Kind = "test"      // what notify test sends; every channel takes it
)

// A Severity orders messages by how much they ask of the reader.
type Severity uint8

// The severities.
const (
	Info Severity = iota
	Warning
	Critical
)

// A Message is what is to be told, in plain text: no field holds markup of any dialect, and names in it come from bills and
// tags, so each channel escapes what its dialect would read as markup.
type Message struct {
	ID       string // identifies what is told: a second message of the same ID tells the same
	Kind     Kind
	Severity Severity
	Lang     string   // "zh" or "en": the language of the texts, and of the words that a channel adds ("2/5")
	Title    string   // one line
	Summary  []string // paragraphs, each one line; the first says the most important
	Sections []Section
	Notes    []string // what a reader must know to read the numbers right
	Chart    *File    // PNG; nil: none
	Series   *Series  // what Chart shows, for channels that draw charts themselves; nil: none
	Files    []File   // the whole report: where a channel can attach, it does
	Link     string   // http(s) URL; empty: none
}

// A Section is a table under a heading.
type Section struct {
	Heading string
	Lines   []string // paragraphs before the table
	Table   *Table   // nil: none
}

// A Table has a row of titles and rows of as many cells.
type Table struct {
	Columns []Column
	Rows    [][]string
	Total   []string // a last row that sums the others; nil: none
}

// A Column is a column of a table.
type Column struct {
	Title string
	Right bool // numbers are aligned to the right
}

// A Series is a row of numbers over time.
type Series struct {
	Title  string // with the unit: "cost before vouchers, CNY"
	Points []Point
}

// A Point is one number of a series.
type Point struct {
	Label string // "11-22"
	Value string // an exact decimal number without separators: "1234.56"
	Known bool   // false: a gap
}

// A File is a picture or an attachment.
type File struct {
	Name string // "goscan-2026-11-22.xlsx"
	Type string // its media type
	Data []byte
}

// A Part is one request to a channel's server: what fits into one message there.
type Part struct {
	Name string // for people: "markdown_v2 2/3", "image", "file report.xlsx"
	Body []byte // as it is sent, without signature, key or time stamp; what is not JSON is described instead
	File *File  // what is uploaded before the message can be sent; nil: nothing
}

// A Reply is what a channel's server said of a part, without any secret and without the caller's address.
type Reply struct {
	Status int    // of HTTP, or of SMTP
	Code   string // the channel's own code: "0", "ok", "45009"
	Text   string // one line, at most 200 bytes
}

// A Channel is one configured robot, mailbox or address.
type Channel interface {
	// Render returns the parts of a message, in the order in which they are sent. It does no I/O and is deterministic.
	Render(m Message) ([]Part, error)
	// Send sends one part. Its error is an *Error; a reply whose code is not known is one.
	Send(ctx context.Context, p Part) (Reply, error)
	// Pace returns how fast its server takes messages.
	Pace() Pace
}

// A Pace is what a server allows. Key identifies who is counted (a robot, by a hash of its key), so that all processes
// that use it share the count.
type Pace struct {
	Key     string
	Windows []Window // all hold
	// Avoid tells whether a moment is one at which the server asks not to be called; nil: never.
	Avoid func(time.Time) bool
}

// A Window allows a number of messages within any span of time of the given length.
type Window struct {
	Messages int
	Per      time.Duration
}

// A Class says what can be done about an error.
type Class uint8

// The classes. An Uncertain part may have arrived: it may be sent again, and the reader may then see it twice.
const (
	Permanent Class = iota // nothing but a change of the configuration or of the robot helps: Hint says which
	Transient              // not sent; the same part may be sent again
	Throttled              // not sent; the same part may be sent again after Wait
	Uncertain
)

// An Error says why a part was not sent, in words that hold no secret.
type Error struct {
	Class Class
	Code  string        // the channel's code, empty if the server did not answer
	Text  string        // what the server or the network said
	Hint  string        // the cure, for Permanent
	Wait  time.Duration // for Throttled
}

// Error returns the code and the text.
func (e *Error) Error() string {
	if e.Code == "" {
		return e.Text
	}
	return e.Code + ": " + e.Text
}

// ClassOf returns the class of an error of Send: Transient for one that is no *Error.
func ClassOf(err error) Class {
	var e *Error
	if errors.As(err, &e) {
		return e.Class
	}
	return Transient
}
