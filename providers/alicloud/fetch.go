package alicloud

import (
	"context"
	"encoding/json"
	"maps"

	"goscan/providers"
	"goscan/providers/internal/row"
)

const (
	opDetail = "DescribeInstanceBill"
	pageSize = 300 // the most that the cloud allows
)

// Fetch reads the pages of a day one after the other: each names the token of the next.
func (c *client) Fetch(ctx context.Context, b providers.Bill, d providers.Day, emit providers.Emit) error {
	// The cloud would answer with another day in silence.
	if b.Dataset != providers.DatasetBill || b.Month != d.Month() {
		return &providers.Error{Op: opDetail, Message: "no day " + d.String() + " in " + b.Dataset + " " + b.Month.String()}
	}
	began := c.now()
	f := &fetch{client: c, of: oneDay{d}, emit: emit, tokens: map[row.Text]bool{}}
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
	f := &fetch{client: c, of: wholeMonth{b.Month}, emit: emit, tokens: map[row.Text]bool{}}
	return c.calls.Name(f.all(ctx), opDetail)
}

// page is the Data of an answer.
type page struct {
	BillingCycle row.Text
	AccountID    row.Text
	AccountName  row.Text
	TotalCount   json.RawMessage
	NextToken    row.Text
	Items        json.RawMessage
}

// fetch is one reading of a day or a month.
type fetch struct {
	client *client
	of     span
	emit   providers.Emit

	total  int // as the first page announced it
	read   int // lines so far
	tokens map[row.Text]bool
	pages  row.Pages
}

// all ends: every page that is not the last one brings lines, and there are no more than announced.
func (f *fetch) all(ctx context.Context) error {
	for token := row.Text(""); ; {
		p, err := f.ask(ctx, token)
		if err != nil {
			return err
		}
		if err := f.count(p, token == ""); err != nil {
			return err
		}
		got, err := f.put(p)
		if err != nil {
			return err
		}
		// The last page may name a token nevertheless: an empty page is the end as well.
		if token = p.NextToken; token == "" || got == 0 {
			return f.complete()
		}
		if f.tokens[token] {
			return malformed("NextToken repeats after %d lines", f.read)
		}
		f.tokens[token] = true
	}
}

func (f *fetch) ask(ctx context.Context, token row.Text) (page, error) {
	query := map[string]any{
		"BillingCycle":  f.of.cycle().String(),
		"IsBillingItem": true,
		"MaxResults":    pageSize,
	}
	maps.Copy(query, f.of.query())
	if token != "" {
		query["NextToken"] = string(token)
	}
	data, err := f.client.data(ctx, opDetail, f.client.detailPace, query)
	if err != nil {
		return page{}, err
	}
	var p page
	if err := json.Unmarshal(data, &p); err != nil {
		return page{}, malformed("Data is not what this API answers")
	}
	return p, nil
}

// count checks what a page says of the whole span.
func (f *fetch) count(p page, first bool) error {
	if want := f.of.cycle().String(); p.BillingCycle != "" && string(p.BillingCycle) != want {
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
	case f.pages.Repeats(p.Items, rows):
		return 0, changed("the page at line %d repeats another", f.read)
	}
	payer := account{id: string(p.AccountID), name: string(p.AccountName)}
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
func itemsOf(items json.RawMessage, announced int) ([]map[string]any, error) {
	if len(items) > 0 && items[0] == '{' {
		var wrapped struct{ Item json.RawMessage }
		if err := json.Unmarshal(items, &wrapped); err != nil {
			return nil, malformed("Items is not a list")
		}
		items = wrapped.Item
	}
	if items == nil {
		if announced > 0 {
			return nil, malformed("the answer has no Items, %d lines are announced", announced)
		}
		return nil, nil
	}
	return row.Decode(items)
}
