package clickhouse

import (
	"cmp"
	"encoding/binary"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"goscan/providers"
	"goscan/store"
)

// costRows makes costs of the rows of a costStatement. Several rows may make one cost: a code that went by several names
// has a row for each, and where there is no code the name is the key.
type costRows struct {
	query store.Query
	named []bool // the dimensions whose key has a column for its name
	costs []store.Cost

	// Where no dimension is named every row is a cost, and nothing is looked up.
	at     map[string]int // a cost's place among costs, by its id
	newest [][]uint16     // of the costs: the days that their names are of
}

func newCostRows(q store.Query) *costRows {
	r := &costRows{query: q, named: make([]bool, len(q.By))}
	for i, d := range q.By {
		if key, name := d.Columns(); key != name {
			r.named[i], r.at = true, map[string]int{}
		}
	}
	return r
}

// scan adds a row.
func (r *costRows) scan(rows driver.Rows) error {
	cost := store.Cost{Keys: make([]string, len(r.named)), Names: make([]string, len(r.named))}
	var lines uint64
	var newest uint16             // day of the row
	var quantity *providers.Money // nil where it is not known
	into := []any{&cost.Currency, &cost.Amount, &lines, &newest}
	if r.query.Quantity {
		into = append(into, &quantity)
	}
	for i, named := range r.named {
		into = append(into, &cost.Keys[i])
		if named {
			into = append(into, &cost.Names[i])
		}
	}
	if err := rows.Scan(into...); err != nil {
		return err
	}
	cost.Lines = int64(lines)
	if quantity != nil {
		cost.Quantity = providers.Quantity{Decimal: *quantity, Valid: true}
	}
	r.add(cost, newest)
	return nil
}

// add adds what a row has, whose names are still as they are stored.
func (r *costRows) add(row store.Cost, newest uint16) {
	for i, named := range r.named {
		if named {
			row.Keys[i] = cmp.Or(row.Keys[i], row.Names[i])
		}
	}
	if r.at == nil {
		r.costs = append(r.costs, row)
		return
	}
	id := idOf(row)
	at, ok := r.at[id]
	if !ok {
		r.at[id] = len(r.costs)
		r.costs, r.newest = append(r.costs, row), append(r.newest, make([]uint16, len(r.named)))
		at = len(r.costs) - 1
	} else {
		c := &r.costs[at]
		c.Amount, c.Lines = c.Amount.Add(row.Amount), c.Lines+row.Lines
		c.Quantity = sumOf(c.Quantity, row.Quantity)
	}
	r.rename(at, row, newest)
}

// rename gives a cost those names of a row that are of a newer day than its own; of one day the last in the alphabet.
func (r *costRows) rename(at int, row store.Cost, newest uint16) {
	names, days := r.costs[at].Names, r.newest[at]
	for i, name := range row.Names {
		if name != "" && cmp.Or(cmp.Compare(newest, days[i]), cmp.Compare(name, names[i])) > 0 {
			names[i], days[i] = name, newest
		}
	}
}

// sumOf returns a sum of quantities, not known when one of them is not.
func sumOf(a, b providers.Quantity) providers.Quantity {
	if !a.Valid || !b.Valid {
		return providers.Quantity{}
	}
	return providers.Quantity{Decimal: a.Decimal.Add(b.Decimal), Valid: true}
}

// idOf returns a text that two rows share when they are of one cost.
func idOf(row store.Cost) string {
	id := append(make([]byte, 0, 64), row.Currency...)
	for _, key := range row.Keys {
		id = append(binary.AppendUvarint(id, uint64(len(key))), key...)
	}
	return string(id)
}

// all returns the costs. What has no name is called by its key.
func (r *costRows) all() []store.Cost {
	for _, c := range r.costs {
		for i, name := range c.Names {
			c.Names[i] = cmp.Or(name, c.Keys[i])
		}
	}
	return r.costs
}
