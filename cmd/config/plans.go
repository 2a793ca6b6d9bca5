package config

import (
	"maps"
	"slices"
	"strconv"

	"goscan/providers"
)

// A Budget says what may be spent in a month.
type Budget struct {
	Name       string          `yaml:"name"`
	Match      []string        `yaml:"match"`      // filters as in report --where; none: everything
	Amount     providers.Money `yaml:"amount"`     // per month
	Currency   string          `yaml:"currency"`   // ISO 4217; CNY
	Thresholds []int           `yaml:"thresholds"` // percent of the amount, ascending; 80 and 100
}

// An Expected says that unusual cost was announced.
type Expected struct {
	Account string         `yaml:"account"` // empty: any
	Service string         `yaml:"service"` // its code; empty: any
	From    *providers.Day `yaml:"from"`
	To      *providers.Day `yaml:"to"` // inclusive: it expires
	Reason  string         `yaml:"reason"`
}

// Anomalies are the limits below which a cost is not unusual.
type Anomalies struct {
	Sensitivity float64                    `yaml:"sensitivity"` // how many robust deviations from the expected a cost may be; 0: the default
	MinPercent  float64                    `yaml:"min_percent"` // of the expected; 0: the default
	MinAmount   map[string]providers.Money `yaml:"min_amount"`  // by currency
	Rule        string                     `yaml:"rule"`        // empty: chosen per series
}

const (
	mostSensitivity = 20
	mostPercent     = 1000
	longestCurrency = 3
)

// checkPlans checks the sections about what is expected of costs, and fills in their defaults.
func (c *Config) checkPlans(d *decoder, root *node) {
	names := map[string]bool{}
	for i := range c.Budgets {
		c.Budgets[i].complete(d, item(root, "budgets", i), names)
	}
	for i, e := range c.Expected {
		e.check(d, item(root, "expected", i))
	}
	at := root.reach("anomalies")
	if s := c.Anomalies.Sensitivity; s < 0 || s > mostSensitivity {
		d.refuse(at.reach("sensitivity"), "must be above 0 and at most 20 (3 is touchy, 4 the default, 6 calm)")
	}
	if p := c.Anomalies.MinPercent; p < 0 || p > mostPercent {
		d.refuse(at.reach("min_percent"), "must be above 0 and at most 1000")
	}
	for _, currency := range slices.Sorted(maps.Keys(c.Anomalies.MinAmount)) {
		amount := c.Anomalies.MinAmount[currency]
		if key := at.reach("min_amount").reach(currency); !isCurrency(currency) {
			d.refuse(key, "must be a currency (CNY)")
		} else if amount.IsNegative() {
			d.refuse(key, "must not be negative")
		}
	}
}

// item returns an item of a list under a key of the mapping.
func item(n *node, key string, i int) *node {
	at := n.reach(key)
	if i < len(at.items) {
		return at.items[i]
	}
	return &node{path: at.path + "[" + strconv.Itoa(i) + "]", line: at.line}
}

func (b *Budget) complete(d *decoder, n *node, names map[string]bool) {
	if d.excused[n.path] {
		return
	}
	refuse := func(key, problem string) {
		if at := n.reach(key); !d.excused[at.path] {
			d.refuse(at, problem)
		}
	}
	switch {
	case b.Name == "":
		refuse("name", "is missing")
	case names[b.Name]:
		refuse("name", "is the name of another budget too")
	}
	names[b.Name] = true
	if !b.Amount.IsPositive() {
		refuse("amount", "must be an amount above 0")
	}
	if b.Currency == "" {
		b.Currency = "CNY"
	}
	if !isCurrency(b.Currency) {
		refuse("currency", "must be a currency (CNY)")
	}
	if len(b.Thresholds) == 0 {
		b.Thresholds = []int{80, 100}
	}
	for i, t := range b.Thresholds {
		if t < 1 || t > mostPercent || i > 0 && t <= b.Thresholds[i-1] {
			refuse("thresholds", "must be percents from 1 to 1000, in ascending order")
			return
		}
	}
}

func (e Expected) check(d *decoder, n *node) {
	if d.excused[n.path] {
		return
	}
	for _, need := range []struct {
		key     string
		missing bool
	}{{"from", e.From == nil}, {"to", e.To == nil}, {"reason", e.Reason == ""}} {
		if at := n.reach(need.key); need.missing && !d.excused[at.path] {
			d.refuse(at, "is missing")
		}
	}
	if e.From != nil && e.To != nil && *e.To < *e.From {
		d.refuse(n.reach("to"), "is before from")
	}
}

func isCurrency(code string) bool {
	return len(code) == longestCurrency && !slices.ContainsFunc([]byte(code), func(b byte) bool { return b < 'A' || b > 'Z' })
}

func (a Anomalies) isDefault() bool {
	return a.Sensitivity == 0 && a.MinPercent == 0 && len(a.MinAmount) == 0 && a.Rule == ""
}
