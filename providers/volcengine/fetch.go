package volcengine

import (
	"context"
	"maps"

	"golang.org/x/sync/errgroup"

	"goscan/providers"
	"goscan/providers/internal/call"
	"goscan/providers/internal/row"
)

const (
	opDetail   = "ListBillDetail"
	pageSize   = 300 // the most that the cloud allows
	fewAtOnce  = 2   // days, or pages of one, while answers come quickly
	manyAtOnce = 16  // however slowly they come

	groupByMonth       = 0 // GroupPeriod
	groupByDay         = 1
	groupByBillingItem = 0 // GroupTerm
)

// DaysAtOnce makes up for days of few pages, which spend their time waiting for the first one and the last: as many days
// are read at once as requests are to be under way. While the pages of days that have many wait for their turn already, no
// other day is begun.
func (c *client) DaysAtOnce(left int) int {
	if c.pace.Waiting() >= c.atOnce() {
		return 1
	}
	return min(left, 1+c.atOnce())
}

func (c *client) atOnce() int {
	return min(max(c.pace.Width(), fewAtOnce), manyAtOnce)
}

// Fetch reads the first page of a day, then the others side by side, and the last one when all others are read: it
// tells whether the total is still the first page's.
func (c *client) Fetch(ctx context.Context, b providers.Bill, d providers.Day, emit providers.Emit) error {
	if b.Dataset != providers.DatasetBill || b.Month != d.Month() {
		return &providers.Error{Op: opDetail, Message: "no day " + d.String() + " in " + b.Dataset + " " + b.Month.String()}
	}
	began := c.now()
	f := c.newFetch(oneDay{d}, emit)
	if err := f.all(ctx); err != nil {
		return c.calls.Name(err, opDetail)
	}
	if f.total == 0 && began.Before(calendar().Issued(d)) {
		return &providers.Error{Kind: providers.NotReady, Op: opDetail, Message: d.String() + " is not issued yet"}
	}
	return nil
}

// FetchMonth reads the pages of a month as Fetch reads those of a day.
func (c *client) FetchMonth(ctx context.Context, b providers.Bill, emit providers.Emit) error {
	if b.Dataset != providers.DatasetBill {
		return &providers.Error{Op: opDetail, Message: "no dataset " + b.Dataset}
	}
	f := c.newFetch(wholeMonth{b.Month}, emit)
	return c.calls.Name(f.all(ctx), opDetail)
}

// fetch is one reading of a day or a month.
type fetch struct {
	client *client
	of     span
	emit   providers.Emit
	rank   int
	total  int // as the first page announced it
	pages  row.Pages
}

// newFetch ranks the pages of a fetch behind those of earlier ones: days end one after the other, and while one waits for
// its last pages the next has others to ask for.
func (c *client) newFetch(of span, emit providers.Emit) *fetch {
	return &fetch{client: c, of: of, emit: emit, rank: -int(c.fetches.Add(1))}
}

func (f *fetch) all(ctx context.Context) error {
	if err := f.first(ctx); err != nil {
		return err
	}
	if f.total <= pageSize {
		return nil
	}
	lastOffset := (f.total - 1) / pageSize * pageSize
	if err := f.between(ctx, lastOffset); err != nil {
		return err
	}
	return f.last(ctx, lastOffset)
}

func (f *fetch) first(ctx context.Context) error {
	ctx, put := call.InHand(ctx)
	defer put()
	l, err := f.read(ctx, 0, call.RankFirst, true)
	if err != nil {
		return err
	}
	if f.total, err = announced(l); err != nil {
		return err
	}
	return f.put(ctx, l, 0)
}

// between reads the pages after the first and before the last.
func (f *fetch) between(ctx context.Context, lastOffset int) error {
	group, shared := errgroup.WithContext(ctx)
	group.SetLimit(f.client.atOnce())
	for offset := pageSize; offset < lastOffset && shared.Err() == nil; offset += pageSize {
		group.Go(func() (err error) {
			defer providers.Recover(&err)
			ctx, put := call.InHand(shared)
			defer put()
			l, err := f.read(ctx, offset, f.rank, false)
			if err != nil {
				return err
			}
			return f.put(ctx, l, offset)
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return ctx.Err() // the loop may have ended before any page could fail
}

func (f *fetch) last(ctx context.Context, offset int) error {
	ctx, put := call.InHand(ctx)
	defer put()
	l, err := f.read(ctx, offset, f.rank, true)
	if err != nil {
		return err
	}
	total, err := announced(l)
	if err != nil {
		return err
	}
	if total != f.total {
		return changed("%d lines at first, %d at the end", f.total, total)
	}
	return f.put(ctx, l, offset)
}

func (f *fetch) read(ctx context.Context, offset, rank int, countLines bool) (list, error) {
	query := map[string]any{
		"GroupTerm":  groupByBillingItem,
		"IgnoreZero": 0,
		"Limit":      pageSize,
		"Offset":     offset,
	}
	maps.Copy(query, f.of.query())
	if countLines {
		query["NeedRecordNum"] = 1
	}
	l, err := f.client.list(ctx, opDetail, rank, f.client.api.ListBillDetailCommonWithContext, query)
	if err != nil {
		return list{}, err
	}
	return l, echoes(l, offset)
}

// put checks a page, converts it and hands it over.
func (f *fetch) put(ctx context.Context, l list, offset int) error {
	return f.client.calls.Work(ctx, func() error { return f.take(l, offset) })
}

func (f *fetch) take(l list, offset int) error {
	rows, err := row.Decode(l.List)
	if err != nil {
		return err
	}
	if err := fits(l, len(rows), offset, f.total); err != nil {
		return err
	}
	if len(rows) == 0 {
		return nil
	}
	if f.pages.Repeats(rows) {
		return changed("the page at line %d repeats another", offset)
	}
	lines := make([]providers.Line, len(rows))
	for i, fields := range rows {
		if lines[i], err = f.of.convert(fields, offset+i); err != nil {
			return err
		}
	}
	return f.emit(lines)
}

// announced returns the total that a page was asked to announce.
func announced(l list) (int, error) {
	total, err := row.Count("Total", l.Total)
	if err == nil && total < 0 {
		err = malformed("Total is %d", total)
	}
	return total, err
}

// echoes checks that a page is the one that was asked for, as far as it says so.
func echoes(l list, offset int) error {
	if l.Limit != "" {
		if limit, err := row.Count("Limit", l.Limit); err != nil || limit != pageSize {
			return malformed("the page at line %d answers to Limit %.20s, asked for %d", offset, l.Limit, pageSize)
		}
	}
	if l.Offset != "" {
		if got, err := row.Count("Offset", l.Offset); err != nil || got != offset {
			return malformed("the page at line %d answers to Offset %.20s", offset, l.Offset)
		}
	}
	return nil
}

// fits checks that a page has exactly the lines that the total leaves for it.
func fits(l list, got, offset, total int) error {
	want := min(pageSize, total-offset)
	switch {
	case got == want:
		return nil
	case l.List == "null":
		return malformed("the page at line %d has List null, %d lines are due", offset, want)
	case got > pageSize:
		return malformed("the page at line %d has %d lines, asked for %d", offset, got, pageSize)
	default:
		return changed("the page at line %d has %d lines, %d are due", offset, got, want)
	}
}
