package simulator

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"goscan/providers"
)

// A dialect is how one kind of cloud says things.
type dialect interface {
	row(d providers.Day, c Charge) Row
	group(r Row) groupKey
	// amounts are the fields of a row that add up; a row of the month or of the overview holds their sums.
	amounts() []string
	sums(amounts map[string]decimal.Decimal) Sums
	addOverview(t *providers.Total, key groupKey, amounts map[string]decimal.Decimal)
	overviewRow(m providers.Month, key groupKey, amounts map[string]decimal.Decimal) Row
	// monthKey names the row of a month's answer that a row of a day goes into; term is the query's.
	monthKey(r Row, term string) string
	// monthRow makes a row of a day the row of a month with these sums.
	monthRow(r Row, amounts map[string]decimal.Decimal) Row
	isZero(r Row) bool
	wrongType() string // the field of a row that WrongType spoils

	read(r *http.Request, body []byte) (query, *refusal)
	oldest(now time.Time) providers.Month
	page(q query, a answer) any
	refuse(q query, r refusal) any
	refusals() map[Effect]refusal
	invalid(message string) refusal // of a parameter
}

// A query is a request, understood.
type query struct {
	id        string // of the request, ours
	op        string
	userAgent string
	month     providers.Month
	day       providers.Day
	shape     shape
	term      string // what a month's rows are summed by
	hideZero  bool
	offset    int
	limit     int
	counted   bool // the total is asked for
}

type shape uint8

const (
	oneDay     shape = iota // the rows of a day
	everyDay                // the rows of all days of a month
	wholeMonth              // the rows of a month, summed over its days
	overviews               // the overview of a month
)

// An answer is a page of rows.
type answer struct {
	rows     []json.RawMessage
	total    int
	next     int // the offset of the page behind this one, 0 when there is none
	noResult bool
}

// A refusal is an answer that is an error.
type refusal struct {
	status  int
	number  int // Volcengine's CodeN
	code    string
	message string
}

const longestBody = 1 << 20

func (c *Cloud) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, longestBody))
	if err != nil {
		return // the client left
	}
	q, refused := c.wire.read(r, body)
	q.userAgent = r.UserAgent()
	visit := c.enter(&q, refused)
	defer c.leave()

	if visit.fault.Run != nil {
		visit.fault.Run(visit.request)
	}
	if c.options.Latency > 0 && !c.wait(r, c.options.Latency) {
		return
	}
	if visit.fault.Wait > 0 && visit.fault.Effect.waits() && !c.wait(r, visit.fault.Wait) {
		return
	}
	switch {
	case visit.refused != nil:
		c.refuse(w, q, *visit.refused)
	case visit.fault.Effect.breaksTransport():
		c.breakTransport(w, r, q, visit.fault)
	default:
		send(w, http.StatusOK, "application/json", encode(c.wire.page(q, c.answer(q, visit.fault.Effect))))
	}
}

// wait returns false when the client left or the cloud is closing.
func (c *Cloud) wait(r *http.Request, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	case <-c.closing:
		return false
	}
}

func (c *Cloud) refuse(w http.ResponseWriter, q query, r refusal) {
	send(w, r.status, "application/json", encode(c.wire.refuse(q, r)))
}

func send(w http.ResponseWriter, status int, contentType string, body []byte) {
	w.Header().Set("Content-Type", contentType+"; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // an error means that the client left
}

func encode(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Appendf(nil, "the simulator's answer: %v", err)
	}
	return text
}

// answer returns the page that a query asks for, spoiled by an effect.
func (c *Cloud) answer(q query, spoiled Effect) answer {
	c.mu.Lock()
	rows := c.rows(q)
	c.mu.Unlock()
	a := answer{rows: cut(rows, q.offset, q.limit), total: len(rows)}
	if q.offset+len(a.rows) < len(rows) || c.options.TrailingToken {
		a.next = q.offset + q.limit
	}
	return c.spoil(q, rows, a, spoiled)
}

func cut(rows []json.RawMessage, offset, limit int) []json.RawMessage {
	from := min(offset, len(rows))
	return rows[from:min(from+limit, len(rows))]
}

// rows returns all rows that a query's pages are cut from. The caller holds c.mu.
func (c *Cloud) rows(q query) []json.RawMessage {
	var rows []json.RawMessage
	switch q.shape {
	case oneDay:
		rows = c.visible(q.day).rows
	case everyDay:
		for _, s := range c.visibleMonth(q.month) {
			rows = append(rows, s.rows...)
		}
	case wholeMonth:
		rows = c.monthRows(q)
	case overviews:
		groups := merge(c.visibleMonth(q.month))
		for _, key := range sortedKeys(groups) {
			rows = append(rows, encode(c.wire.overviewRow(q.month, key, groups[key].amounts)))
		}
	}
	if q.hideZero {
		return c.withoutZeros(rows)
	}
	return rows
}

func (c *Cloud) withoutZeros(rows []json.RawMessage) []json.RawMessage {
	var kept []json.RawMessage
	for _, text := range rows {
		if !c.wire.isZero(decodeRow(text)) {
			kept = append(kept, text)
		}
	}
	return kept
}

// monthRows sums the rows of a month over its days, in the order in which they first appear. The caller holds c.mu.
func (c *Cloud) monthRows(q query) []json.RawMessage {
	type total struct {
		row     Row
		amounts map[string]decimal.Decimal
	}
	var order []*total
	byKey := map[string]*total{}
	for _, s := range c.visibleMonth(q.month) {
		for _, row := range decodeRows(s.rows) {
			key := c.wire.monthKey(row, q.term)
			t := byKey[key]
			if t == nil {
				t = &total{row: row, amounts: map[string]decimal.Decimal{}}
				byKey[key], order = t, append(order, t)
			}
			for _, field := range c.wire.amounts() {
				amount, _ := row.amount(field) // checked when the sheet was made
				t.amounts[field] = t.amounts[field].Add(amount)
			}
		}
	}
	rows := make([]json.RawMessage, len(order))
	for i, t := range order {
		rows[i] = encode(c.wire.monthRow(t.row, t.amounts))
	}
	return rows
}

// credential reads an Authorization header of the form both clouds use, SCHEME Credential=..., SignedHeaders=...,
// Signature=HEX, and returns the credential. The signature itself is not computed.
func credential(header, scheme string) (string, bool) {
	fields, ok := strings.CutPrefix(header, scheme+" ")
	if !ok {
		return "", false
	}
	values := map[string]string{}
	for field := range strings.SplitSeq(fields, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		values[name] = value
	}
	const hexDigits = "0123456789abcdef"
	signature := values["Signature"]
	if values["SignedHeaders"] == "" || len(signature) != 64 || strings.Trim(signature, hexDigits) != "" {
		return "", false
	}
	return values["Credential"], values["Credential"] != ""
}
