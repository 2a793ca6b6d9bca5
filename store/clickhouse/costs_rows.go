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

	// Every row is scanned into the same places: an answer may have some 100,000.
	row  costRow
	into []any
	room []string // that no cost has taken yet

	// Where no dimension is named every row is a cost, and nothing is looked up.
	at     map[string]int // a cost's place among costs, by its id
	id     []byte         // of the row
	newest []uint16       // the days that the names of the first cost are of, then those of the second
}

// A costRow is what a row has. Its names are as they are stored.
type costRow struct {
	currency    string
	amount      providers.Money
	lines       uint64
	quantity    *providers.Money // nil where it is not known
	newest      uint16           // day
	keys, names []string         // names only of the dimensions that are named
}

func newCostRows(q store.Query) *costRows {
	r := &costRows{query: q, named: make([]bool, len(q.By))}
	row := &r.row
	row.keys, row.names = make([]string, len(q.By)), make([]string, len(q.By))
	r.into = []any{&row.currency, &row.amount, &row.lines}
	if q.Quantity {
		r.into = append(r.into, &row.quantity)
	}
	for i, d := range q.By {
		r.into = append(r.into, &row.keys[i])
		if isNamed(d) {
			r.named[i], r.at = true, map[string]int{}
			r.into = append(r.into, &row.names[i])
		}
	}
	if r.at != nil {
		r.into = append(r.into, &row.newest)
	}
	return r
}

// isNamed tells whether a dimension's key has a column for its name.
func isNamed(d store.Dimension) bool {
	key, name := d.Columns()
	return key != name
}

// scan adds a row.
func (r *costRows) scan(rows driver.Rows) error {
	err := rows.Scan(r.into...)
	if err == nil {
		r.take()
	}
	return err
}

// take adds what is in row.
func (r *costRows) take() {
	r.row.useNames(r.named)
	if r.at == nil {
		r.costs = append(r.costs, r.cost())
		return
	}
	r.id = r.row.appendID(r.id[:0])
	at, ok := r.at[string(r.id)]
	if ok {
		r.addTo(&r.costs[at])
	} else {
		at = len(r.costs)
		r.at[string(r.id)] = at
		r.costs = append(r.costs, r.cost())
		r.newest = append(r.newest, make([]uint16, len(r.named))...)
	}
	r.rename(at)
}

// useNames makes a name the key of what has none.
func (row *costRow) useNames(named []bool) {
	for i, named := range named {
		if named {
			row.keys[i] = cmp.Or(row.keys[i], row.names[i])
		}
	}
}

// roomAtOnce is for how many costs the texts are made at once.
const roomAtOnce = 256

// cost makes a cost of the row, without names.
func (r *costRows) cost() store.Cost {
	n := len(r.named)
	if len(r.room) < 2*n {
		r.room = make([]string, roomAtOnce*2*n)
	}
	c := store.Cost{
		Keys: r.room[:n:n], Names: r.room[n : 2*n : 2*n],
		Currency: r.row.currency, Amount: r.row.amount, Lines: int64(r.row.lines), Quantity: nullable(r.row.quantity),
	}
	r.room = r.room[2*n:]
	copy(c.Keys, r.row.keys)
	return c
}

// addTo adds the sums of the row to a cost's.
func (r *costRows) addTo(c *store.Cost) {
	c.Amount, c.Lines = c.Amount.Add(r.row.amount), c.Lines+int64(r.row.lines)
	c.Quantity = sumOf(c.Quantity, nullable(r.row.quantity))
}

// rename gives a cost those names of the row that are of a newer day than its own; of one day the last in the alphabet.
func (r *costRows) rename(at int) {
	names, days := r.costs[at].Names, r.newest[at*len(r.named):]
	for i, name := range r.row.names {
		if name != "" && cmp.Or(cmp.Compare(r.row.newest, days[i]), cmp.Compare(name, names[i])) > 0 {
			names[i], days[i] = name, r.row.newest
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

// appendID appends what two rows share when they are of one cost.
func (row *costRow) appendID(id []byte) []byte {
	id = append(id, row.currency...)
	for _, key := range row.keys {
		id = append(binary.AppendUvarint(id, uint64(len(key))), key...)
	}
	return id
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
