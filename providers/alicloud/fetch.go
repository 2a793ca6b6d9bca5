package alicloud

import (
	"context"
	"maps"
	"strings"

	"goscan/providers"
	"goscan/providers/internal/call"
	"goscan/providers/internal/row"
)

const (
	opDetail   = "DescribeInstanceBill"
	pageSize   = 300 // the most that the cloud allows
	fewAtOnce  = 3   // days, while answers come quickly
	manyAtOnce = 16  // however slowly they come; up to twice as many at the end
)

// DaysAtOnce divides the days that are left into rounds of equal size, each of at least as many days as requests are to be
// under way: a day has but one, and a last round of few days would leave a part of the rate unused.
func (c *client) DaysAtOnce(left int) int {
	least := min(max(c.detailPace.Width(), fewAtOnce), manyAtOnce)
	if least == manyAtOnce && c.detailPace.Waiting() > 0 {
		return 1 // no rate can be kept with so slow answers: more days would only take memory
	}
	rounds := max(left/least, 1)
	return (left + rounds - 1) / rounds
}

// Fetch reads the pages of a day one after the other: each names the token of the next.
func (c *client) Fetch(ctx context.Context, b providers.Bill, d providers.Day, emit providers.Emit) error {
	// The cloud would answer with another day in silence.
	if b.Dataset != providers.DatasetBill || b.Month != d.Month() {
		return &providers.Error{Op: opDetail, Message: "no day " + d.String() + " in " + b.Dataset + " " + b.Month.String()}
	}
	began := c.now()
	f := &fetch{client: c, of: oneDay{d}, emit: emit, tokens: map[string]bool{}}
	if err := f.all(ctx); err != nil {
		return c.calls.Name(err, opDetail)
	}
	if f.read == 0 && began.Before(calendar().Issued(d)) {
		return &providers.Error{Kind: providers.NotReady, Op: opDetail, Message: d.String() + " is not issued yet"}
	}
	return nil
}

// FetchMonth reads the pages of a month as Fetch reads those of a day.
func (c *client) FetchMonth(ctx context.Context, b providers.Bill, emit providers.Emit) error {
	if b.Dataset != providers.DatasetBill {
		return &providers.Error{Op: opDetail, Message: "no dataset " + b.Dataset}
	}
	f := &fetch{client: c, of: wholeMonth{b.Month}, emit: emit, tokens: map[string]bool{}}
	return c.calls.Name(f.all(ctx), opDetail)
}

// page is the Data of an answer.
type page struct {
	BillingCycle string
	AccountID    string
	AccountName  string
	NextToken    string
	TotalCount   string // JSON texts, empty where the Data has none
	Items        string
}

func decodeData(data string) (p page, err error) {
	fields, ok := row.Fields(data, "BillingCycle", "AccountID", "AccountName", "NextToken", "TotalCount", "Items")
	for i, said := range []*string{&p.BillingCycle, &p.AccountID, &p.AccountName, &p.NextToken} {
		scalar := false
		*said, scalar = row.Scalar(fields[i])
		ok = ok && scalar
	}
	if !ok {
		return page{}, malformed("Data is not what this API answers")
	}
	p.TotalCount, p.Items = fields[4], fields[5]
	return p, nil
}

// fetch is one reading of a day or a month.
type fetch struct {
	client *client
	of     span
	emit   providers.Emit

	total  int // as the first page announced it
	read   int // lines so far
	tokens map[string]bool
	pages  row.Pages
}

// all ends: every page that is not the last one brings lines, and there are no more than announced.
func (f *fetch) all(ctx context.Context) error {
	for token := ""; ; {
		next, got, err := f.page(ctx, token)
		if err != nil {
			return err
		}
		// The last page may name a token nevertheless: an empty page is the end as well.
		if token = next; token == "" || got == 0 {
			return f.complete()
		}
		if f.tokens[token] {
			return malformed("NextToken repeats after %d lines", f.read)
		}
		f.tokens[token] = true
	}
}

// page asks for a page and puts it. It returns the token of the next and how many lines this one had.
func (f *fetch) page(ctx context.Context, token string) (next string, got int, err error) {
	ctx, put := call.InHand(ctx)
	defer put()
	p, err := f.ask(ctx, token)
	if err != nil {
		return "", 0, err
	}
	if err := f.count(p, token == ""); err != nil {
		return "", 0, err
	}
	err = f.client.calls.Work(ctx, func() (err error) {
		got, err = f.put(p)
		return err
	})
	return strings.Clone(p.NextToken), got, err // the tokens are remembered, the page is not
}

func (f *fetch) ask(ctx context.Context, token string) (page, error) {
	query := map[string]any{
		"BillingCycle":  f.of.cycle().String(),
		"IsBillingItem": true,
		"MaxResults":    pageSize,
	}
	maps.Copy(query, f.of.query())
	if token != "" {
		query["NextToken"] = token
	}
	data, err := f.client.data(ctx, opDetail, f.client.detailPace, f.rank(token), query)
	if err != nil {
		return page{}, err
	}
	return decodeData(data)
}

// rank lets the day go first that has the most pages to come: as its pages follow one another, it is the one that would be
// read alone in the end.
func (f *fetch) rank(token string) int {
	if token == "" {
		return call.RankFirst // nobody knows
	}
	return f.total - f.read
}

// count checks what a page says of the whole span.
func (f *fetch) count(p page, first bool) error {
	if want := f.of.cycle().String(); p.BillingCycle != "" && p.BillingCycle != want {
		return malformed("BillingCycle %.20s, asked for %s", p.BillingCycle, want)
	}
	total, err := row.Count("TotalCount", p.TotalCount)
	if err != nil {
		return err
	}
	if total < 0 {
		return malformed("TotalCount is %d", total)
	}
	if first {
		f.total = total
	}
	if total != f.total {
		return changed("%d lines at first, then %d", f.total, total)
	}
	return nil
}

// put converts a page and hands it over. It returns how many lines the page had.
func (f *fetch) put(p page) (int, error) {
	rows, err := itemsOf(p.Items, f.total)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	switch {
	case len(rows) > pageSize:
		return 0, malformed("a page has %d lines, asked for %d", len(rows), pageSize)
	case f.read+len(rows) > f.total:
		return 0, changed("more than the %d lines announced", f.total)
	case f.pages.Repeats(rows):
		return 0, changed("the page at line %d repeats another", f.read)
	}
	payer := account{id: p.AccountID, name: p.AccountName}
	lines := make([]providers.Line, len(rows))
	for i, fields := range rows {
		if lines[i], err = f.of.convert(fields, f.read+i, payer); err != nil {
			return 0, err
		}
	}
	f.read += len(rows)
	return len(rows), f.emit(lines)
}

func (f *fetch) complete() error {
	if f.read < f.total {
		return changed("%d of the %d lines announced", f.read, f.total)
	}
	return nil
}

// itemsOf decodes the rows of a page. Some APIs of this cloud wrap the list: {"Item": [...]}. Only a page of nothing
// may have none.
func itemsOf(items string, announced int) ([]row.Row, error) {
	if strings.HasPrefix(items, "{") {
		wrapped, _ := row.Fields(items, "Item")
		items = wrapped[0]
	}
	if items == "" {
		if announced > 0 {
			return nil, malformed("the answer has no Items, %d lines are announced", announced)
		}
		return nil, nil
	}
	return row.Decode(items)
}
