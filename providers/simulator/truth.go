package simulator

import (
	"maps"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"goscan/providers"
)

// Sums are what the lines of a bill must add up to, named as the columns of providers.Line.
type Sums struct {
	Lines int

	ListCost, ContractedCost            providers.Money
	BilledCost                          providers.Money
	CostBeforeVoucher, CostAfterVoucher providers.Money
	CouponAmount, VoucherAmount         providers.Money
	PaidAmount, UnpaidAmount            providers.Money
	TaxAmount, RoundingAmount           providers.Money
}

// Add returns the sums of both.
func (s Sums) Add(o Sums) Sums {
	s.Lines += o.Lines
	mine, others := s.money(), o.money()
	for i := range mine {
		*mine[i] = mine[i].Add(*others[i])
	}
	return s
}

// Equal tells whether the counts and all amounts are equal.
func (s Sums) Equal(o Sums) bool {
	mine, others := s.money(), o.money()
	for i := range mine {
		if !mine[i].Equal(*others[i]) {
			return false
		}
	}
	return s.Lines == o.Lines
}

func (s *Sums) money() [11]*providers.Money {
	return [...]*providers.Money{
		&s.ListCost, &s.ContractedCost, &s.BilledCost, &s.CostBeforeVoucher, &s.CostAfterVoucher, &s.CouponAmount,
		&s.VoucherAmount, &s.PaidAmount, &s.UnpaidAmount, &s.TaxAmount, &s.RoundingAmount,
	}
}

// A Truth is what a correct reader of a bill must find, by service and currency.
type Truth map[Service]Sums

// A Service is a product of a cloud in a currency.
type Service struct{ Code, Currency string }

// Total returns the sums of all services of a currency.
func (t Truth) Total(currency string) Sums {
	var total Sums
	for service, sums := range t {
		if service.Currency == currency {
			total = total.Add(sums)
		}
	}
	return total
}

// Lines returns the number of lines, of all currencies.
func (t Truth) Lines() int {
	n := 0
	for _, sums := range t {
		n += sums.Lines
	}
	return n
}

// Equal tells whether both have the same services with equal sums.
func (t Truth) Equal(o Truth) bool { return maps.EqualFunc(t, o, Sums.Equal) }

// Truth returns what the lines of a day add up to, as the cloud shows the day now: an unissued day is empty.
func (c *Cloud) Truth(d providers.Day) Truth {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.truth([]*sheet{c.visible(d)})
}

// TruthOfMonth returns what all lines of a month add up to, as the cloud shows it now; lines without a day are counted.
func (c *Cloud) TruthOfMonth(m providers.Month) Truth {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.truth(c.visibleMonth(m))
}

func (c *Cloud) truth(sheets []*sheet) Truth {
	t := Truth{}
	for key, g := range merge(sheets) {
		service := Service{Code: key.Product, Currency: key.Currency}
		sums := c.wire.sums(g.amounts)
		sums.Lines = g.lines
		t[service] = t[service].Add(sums)
	}
	return t
}

// Overview returns what Provider.Overview must return for a month, by service code and currency.
func (c *Cloud) Overview(m providers.Month) []providers.Total {
	c.mu.Lock()
	groups := merge(c.visibleMonth(m))
	c.mu.Unlock()

	totals := map[Service]*providers.Total{}
	for _, key := range sortedKeys(groups) {
		service := Service{Code: key.Product, Currency: key.Currency}
		t := totals[service]
		if t == nil {
			t = &providers.Total{ServiceCode: key.Product, ServiceName: key.Name, Currency: key.Currency}
			totals[service] = t
		}
		t.Rows++
		c.wire.addOverview(t, key, groups[key].amounts)
	}
	return sortedTotals(totals)
}

func sortedTotals(totals map[Service]*providers.Total) []providers.Total {
	services := slices.SortedFunc(maps.Keys(totals), func(a, b Service) int {
		return strings.Compare(a.Code+"\x00"+a.Currency, b.Code+"\x00"+b.Currency)
	})
	list := make([]providers.Total, 0, len(services))
	for _, s := range services {
		list = append(list, *totals[s])
	}
	return list
}

// cents rounds towards zero to whole cents, as the clouds do when they round an amount down.
func cents(d decimal.Decimal) decimal.Decimal { return d.Truncate(2) }
