package sync

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"slices"

	"github.com/shopspring/decimal"

	"goscan/providers"
	"goscan/store"
)

// Books are what the stored lines of a month are compared from, and where the result is kept. Both stores are Books.
type Books interface {
	store.Reader
	store.History
}

// A Comparison is a month's stored lines beside the cloud's own overview.
type Comparison struct {
	Bill   providers.Bill
	Closed bool
	Rows   []store.MonthRow // by service, currency and amount
	Apart  []string         // services whose currencies differ between the lines and the overview: not comparable

	// What is in the lines but not in what was compared, or the other way round; per currency.
	Rounding  store.Amounts // rounded away by the overview, added back for the comparison
	Unsettled store.Amounts // billed cost of lines that are not settled: the overview does not count it
	Tax       store.Amounts // the overview's
}

// Agrees tells whether no row differs beyond its tolerance without being accepted.
func (c *Comparison) Agrees() bool {
	return !slices.ContainsFunc(c.Rows, func(r store.MonthRow) bool { return !r.Agrees() && r.Accepted == "" })
}

// cent is how far one row of an overview may be from its lines: the clouds round each to whole cents.
var cent = decimal.New(1, -2)

// serviceSums are what is stored of a month, by service and currency.
type serviceSums struct {
	total   map[service]store.Cost // cost_before_voucher of all lines
	settled map[service]store.Cost // billed_cost of the lines that the overview's SettledCost counts
	billed  store.Amounts          // billed_cost of all lines, by currency
}

type service struct{ code, currency string }

// readSums reads what is stored of a bill.
func readSums(ctx context.Context, books Books, b providers.Bill, proof providers.Proof) (serviceSums, error) {
	q := store.Query{
		From: b.Month.First(), To: b.Month.Last(), Amount: store.CostBeforeVoucher, By: []store.Dimension{store.ByService},
		Where: []store.Filter{{Dimension: store.ByAccount, Values: []string{b.Account}}},
	}
	s := serviceSums{billed: store.Amounts{}}
	var err error
	if s.total, err = sumsOf(ctx, books, q); err != nil {
		return s, err
	}
	q.Amount = store.BilledCost
	all, err := sumsOf(ctx, books, q)
	if err != nil {
		return s, err
	}
	for key, c := range all {
		s.billed.Add(key.currency, c.Amount)
	}
	if s.settled = all; proof.SettledField != "" {
		q.Where = append(q.Where, store.Filter{Dimension: store.Native(proof.SettledField), Values: proof.SettledValues})
		s.settled, err = sumsOf(ctx, books, q)
	}
	return s, err
}

func sumsOf(ctx context.Context, books Books, q store.Query) (map[service]store.Cost, error) {
	rows, err := books.Costs(ctx, q)
	if err != nil {
		return nil, err
	}
	sums := make(map[service]store.Cost, len(rows))
	for _, r := range rows {
		sums[service{r.Keys[0], r.Currency}] = r
	}
	return sums, nil
}

// compare sets what is stored of a bill against the cloud's overview. It is pure.
func compare(b providers.Bill, proof providers.Proof, closed bool, stored serviceSums, totals []providers.Total) *Comparison {
	c := &Comparison{Bill: b, Closed: closed, Rounding: store.Amounts{}, Unsettled: store.Amounts{}, Tax: store.Amounts{}}
	overview := fingerprint(totals)
	announced := map[service]providers.Total{}
	for _, t := range totals {
		key := service{t.ServiceCode, currencyOf(t, stored)}
		announced[key] = t
		c.Tax.Add(key.currency, t.TaxAmount)
	}
	for key := range stored.total {
		if _, ok := announced[key]; !ok {
			announced[key] = providers.Total{ServiceCode: key.code, ServiceName: stored.total[key].Names[0], Currency: key.currency}
		}
	}
	for key, t := range announced {
		if c.apart(key, stored, announced) {
			continue
		}
		total, settled := stored.total[key], stored.settled[key]
		c.add(key, t, overview, total.Lines, store.CostBeforeVoucher, total.Amount, t.CostBeforeVoucher, proof.RoundedOnce)
		if proof.SettledField != "" {
			c.add(key, t, overview, total.Lines, store.BilledCost, settled.Amount, t.SettledCost, proof.RoundedOnce)
		}
	}
	c.setApart(stored, announced)
	for currency, billed := range stored.billed {
		c.Unsettled.Add(currency, billed)
	}
	for key, sum := range stored.settled {
		c.Unsettled.Add(key.currency, sum.Amount.Neg())
	}
	slices.SortFunc(c.Rows, func(x, y store.MonthRow) int {
		return cmp.Or(cmp.Compare(x.ServiceCode, y.ServiceCode), cmp.Compare(x.Currency, y.Currency), cmp.Compare(x.Amount, y.Amount))
	})
	return c
}

// currencyOf returns the currency of an overview's total. Where the overview does not say, it is the only one in which lines
// of the service are stored.
func currencyOf(t providers.Total, stored serviceSums) string {
	if t.Currency != "" {
		return t.Currency
	}
	currency := ""
	for key := range stored.total {
		if key.code != t.ServiceCode {
			continue
		}
		if currency != "" {
			return "" // several: which one cannot be told
		}
		currency = key.currency
	}
	return currency
}

func (c *Comparison) add(key service, t providers.Total, overview string, lines int64, a store.Amount, stored, announced providers.Money, rounded bool) {
	row := store.MonthRow{
		Account: c.Bill.Account, Provider: c.Bill.Provider, Dataset: c.Bill.Dataset, Month: c.Bill.Month,
		ServiceCode: key.code, ServiceName: t.ServiceName, Currency: key.currency, Amount: a,
		Closed: c.Closed, Lines: lines, Rows: t.Rows, Stored: stored, Announced: announced,
		Tolerance: cent.Mul(decimal.NewFromInt(int64(max(t.Rows, 1)))), Overview: overview,
	}
	if rounded {
		row.Rounding = t.RoundingAmount
		row.Announced = announced.Add(t.RoundingAmount)
		if a == store.CostBeforeVoucher {
			c.Rounding.Add(key.currency, t.RoundingAmount)
		}
	}
	c.Rows = append(c.Rows, row)
}

// apart tells whether the service has an amount in the overview or in the lines whose currency the other does not know.
func (c *Comparison) apart(key service, stored serviceSums, announced map[service]providers.Total) bool {
	inLines, inOverview := false, false // in another currency
	for other := range stored.total {
		inLines = inLines || other.code == key.code && other != key
	}
	for other, t := range announced {
		inOverview = inOverview || other.code == key.code && other != key && t.Rows > 0
	}
	_, hasLines := stored.total[key]
	hasRows := announced[key].Rows > 0
	return (!hasLines && inLines) || (!hasRows && inOverview)
}

// setApart names the services that apart left out.
func (c *Comparison) setApart(stored serviceSums, announced map[service]providers.Total) {
	for key := range announced {
		if c.apart(key, stored, announced) && !slices.Contains(c.Apart, key.code) {
			c.Apart = append(c.Apart, key.code)
		}
	}
	slices.Sort(c.Apart)
}

// fingerprint returns a text that changes when any digit of an overview does, and not with the order of its rows.
func fingerprint(totals []providers.Total) string {
	texts := make([]string, len(totals))
	for i, t := range totals {
		texts[i] = fmt.Sprintf("%q %q %d %s %s %s %s %s %s", t.ServiceCode, t.Currency, t.Rows,
			t.ListCost, t.BilledCost, t.SettledCost, t.CostBeforeVoucher, t.RoundingAmount, t.TaxAmount)
	}
	slices.Sort(texts)
	h := fnv.New128a()
	for _, text := range texts {
		fmt.Fprintln(h, text)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

// FocusBound returns how far the lines of an invoice may be from it by FOCUS 1.4 (Invoice Detail): the greater of 100
// cents and half a cent for the square root of the lines. It is wider than Goscan's own tolerance.
func FocusBound(lines int64) providers.Money {
	one := decimal.NewFromInt(1)
	root, err := decimal.NewFromInt(max(lines, 0)).SqrtRound(4)
	if err != nil { // only of a negative number
		return one
	}
	return decimal.Max(one, root.Mul(decimal.New(5, -3)).Round(2))
}
