package simulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"goscan/providers"
)

// A Row is one row of a bill as the cloud sends it. Values are strings and json.Numbers, or anything else that package
// encoding/json can write. Fields that the cloud does not document are sent as they are.
type Row map[string]any

// A sheet is the rows of one day, ready to be sent, with their sums.
type sheet struct {
	rows   []json.RawMessage
	groups map[groupKey]*group
}

// A groupKey is what the overviews of the clouds group by.
type groupKey struct {
	Product    string
	Name       string
	Mode       string // Volcengine's BillingMode, Alibaba Cloud's SubscriptionType
	Category   string // Volcengine's BillCategoryParent, Alibaba Cloud's Item
	Settlement string // Volcengine's SettlementType
	Currency   string
}

type group struct {
	lines   int
	amounts map[string]decimal.Decimal // by the cloud's own field names
}

// The most days of made-up bills that are remembered; a day is made again in a few milliseconds.
const rememberedDays = 128

// SetDay makes rows the bill of a day, instead of what it was: a restatement. No rows make an empty day. The error
// names a row that cannot be sent, or whose amounts cannot be summed.
func (c *Cloud) SetDay(d providers.Day, rows []Row) error {
	s, err := newSheet(c.wire, rows)
	if err != nil {
		return fmt.Errorf("day %s: %w", d, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set[d] = s
	return nil
}

// SetUndated gives a month rows that belong to no day: only the month's own answer and the overview show them.
func (c *Cloud) SetUndated(m providers.Month, rows []Row) error {
	s, err := newSheet(c.wire, rows)
	if err != nil {
		return fmt.Errorf("month %s: %w", m, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.undated[m] = s
	return nil
}

// Day returns a copy of the rows of a day as they are served once the day is issued.
func (c *Cloud) Day(d providers.Day) []Row {
	c.mu.Lock()
	s := c.sheet(d)
	c.mu.Unlock()
	return decodeRows(s.rows)
}

// sheet returns a day's sheet, issued or not. The caller holds c.mu.
func (c *Cloud) sheet(d providers.Day) *sheet {
	if s, ok := c.set[d]; ok {
		return s
	}
	if s, ok := c.made[d]; ok {
		return s
	}
	s := c.makeSheet(d)
	if len(c.made) >= rememberedDays {
		clear(c.made)
	}
	c.made[d] = s
	return s
}

// makeSheet makes up a day's bill.
func (c *Cloud) makeSheet(d providers.Day) *sheet {
	if c.options.Empty || d < c.options.First {
		return &sheet{}
	}
	charges := c.chargesOf(d)
	rows := make([]Row, len(charges))
	for i, charge := range charges {
		rows[i] = c.wire.row(d, charge)
	}
	s, err := newSheet(c.wire, rows)
	if err != nil {
		return &sheet{} // cannot happen: made-up rows are strings and numbers; package tests would find the day empty
	}
	return s
}

// issued tells whether a day has appeared in the bills.
func (c *Cloud) issued(d providers.Day) bool {
	return !c.options.Now().Before((d + 1).Start().Add(c.options.IssuedAfter))
}

// visible returns a day's sheet as the API shows it now. The caller holds c.mu.
func (c *Cloud) visible(d providers.Day) *sheet {
	if !c.issued(d) {
		return &sheet{}
	}
	return c.sheet(d)
}

// visibleMonth returns the sheets of a month as the API shows them now. The caller holds c.mu.
func (c *Cloud) visibleMonth(m providers.Month) []*sheet {
	var sheets []*sheet
	for d := m.First(); d <= m.Last(); d++ {
		sheets = append(sheets, c.visible(d))
	}
	if s, ok := c.undated[m]; ok {
		sheets = append(sheets, s)
	}
	return sheets
}

func newSheet(wire dialect, rows []Row) (*sheet, error) {
	s := &sheet{rows: make([]json.RawMessage, len(rows)), groups: map[groupKey]*group{}}
	for i, row := range rows {
		text, err := json.Marshal(row)
		if err != nil {
			return nil, fmt.Errorf("row %d: %w", i, err)
		}
		s.rows[i] = text
		if err := s.add(wire, row); err != nil {
			return nil, fmt.Errorf("row %d: %w", i, err)
		}
	}
	return s, nil
}

func (s *sheet) add(wire dialect, row Row) error {
	key := wire.group(row)
	g := s.groups[key]
	if g == nil {
		g = &group{amounts: map[string]decimal.Decimal{}}
		s.groups[key] = g
	}
	g.lines++
	for _, field := range wire.amounts() {
		amount, err := row.amount(field)
		if err != nil {
			return err
		}
		g.amounts[field] = g.amounts[field].Add(amount)
	}
	return nil
}

// amount returns an amount of the row, zero where the row has none.
func (r Row) amount(field string) (decimal.Decimal, error) {
	var text string
	switch v := r[field].(type) {
	case nil:
	case string:
		text = v
	case json.Number:
		text = v.String()
	default:
		return decimal.Decimal{}, fmt.Errorf("%s is neither a string nor a json.Number", field)
	}
	if text == "" || text == "-" {
		return decimal.Decimal{}, nil
	}
	amount, err := decimal.NewFromString(text)
	if err != nil {
		return decimal.Decimal{}, fmt.Errorf("%s %q is no amount", field, text)
	}
	return amount, nil
}

// text returns a text field of the row, empty where the row has none.
func (r Row) text(field string) string {
	s, _ := r[field].(string)
	return s
}

func decodeRows(texts []json.RawMessage) []Row {
	rows := make([]Row, 0, len(texts))
	for _, text := range texts {
		rows = append(rows, decodeRow(text))
	}
	return rows
}

func decodeRow(text json.RawMessage) Row {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var row Row
	_ = decoder.Decode(&row) // the text was encoded by newSheet
	return row
}

// merge adds up the groups of sheets.
func merge(sheets []*sheet) map[groupKey]*group {
	sum := map[groupKey]*group{}
	for _, s := range sheets {
		for key, g := range s.groups {
			t := sum[key]
			if t == nil {
				t = &group{amounts: map[string]decimal.Decimal{}}
				sum[key] = t
			}
			t.lines += g.lines
			for field, amount := range g.amounts {
				t.amounts[field] = t.amounts[field].Add(amount)
			}
		}
	}
	return sum
}

func sortedKeys(groups map[groupKey]*group) []groupKey {
	keys := make([]groupKey, 0, len(groups))
	for key := range groups {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b groupKey) int {
		return slices.Compare(
			[]string{a.Product, a.Currency, a.Mode, a.Category, a.Settlement, a.Name},
			[]string{b.Product, b.Currency, b.Mode, b.Category, b.Settlement, b.Name})
	})
	return keys
}
