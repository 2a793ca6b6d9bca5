package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"goscan/providers"
	"goscan/store"
)

// Costs returns the sums of a query, of one instant: it is one SELECT, over the daily sums where they suffice and else
// over the lines.
func (l *Ledger) Costs(ctx context.Context, q store.Query) ([]store.Cost, error) {
	s, err := newSelection(q)
	if err != nil {
		return nil, err
	}
	rows, err := l.db.QueryContext(ctx, s.text, s.args...)
	if err != nil {
		return nil, l.db.explain(ctx, err)
	}
	defer rows.Close()
	var costs []store.Cost
	row := newCostRow(q)
	into := row.targets()
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		c, err := row.cost()
		if err != nil {
			return nil, err
		}
		costs = append(costs, c)
	}
	return costs, l.db.explain(ctx, rows.Err())
}

// A selection is a query in SQL.
type selection struct {
	lines bool // it is asked of the lines
	text  string
	args  []any
}

func newSelection(q store.Query) (selection, error) {
	if err := q.Check(); err != nil {
		return selection{}, err
	}
	s := selection{lines: q.NeedsLines()}
	table, lines := "bill_daily AS t ON t.load_id = c.load_id", "sum(t.lines)"
	if s.lines {
		table, lines = "bill_lines AS t ON t.load_id = c.load_id CROSS JOIN bill_kinds AS k ON k.id = t.kind", "count(*)"
	}
	var columns, groups []string
	for _, d := range q.By {
		key, err := s.key(d)
		if err != nil {
			return s, err
		}
		columns = append(columns, key)
		if d == store.ByResource { // rows are sorted for their groups: what differs most decides first
			groups = slices.Insert(groups, 0, fmt.Sprint(len(columns)))
		} else {
			groups = append(groups, fmt.Sprint(len(columns)))
		}
		if name, named := nameOf(d); named {
			columns = append(columns, "max("+s.column(name)+")")
		}
	}
	columns = append(columns, s.column("currency"))
	groups = append(groups, fmt.Sprint(len(columns)))
	columns = append(columns, lines, sumColumns("t", q.Amount.String()))
	if q.Quantity {
		columns = append(columns, quantities)
	}

	loads, err := s.loads(q)
	if err != nil {
		return s, err
	}
	where := "c.day BETWEEN ? AND ?"
	s.args = append(s.args, q.From.String(), q.To.String())
	for _, f := range q.Where {
		condition, err := s.condition(f)
		if err != nil {
			return s, err
		}
		where += " AND " + condition
	}
	s.text = "SELECT " + strings.Join(columns, ", ") +
		" FROM " + loads + " AS c CROSS JOIN " + table +
		" WHERE " + where + " GROUP BY " + strings.Join(groups, ", ")
	return s, nil
}

// quantities lists the quantities of a row's lines, or is NULL when that of any is unknown. They are texts, because a
// quantity may have more digits than any number of SQLite: they are summed by sumQuantities.
const quantities = "iif(count(t.pricing_quantity) = count(*), group_concat(t.pricing_quantity, ' '), NULL)"

func sumQuantities(list sql.NullString) (providers.Quantity, error) {
	sum := providers.Quantity{Valid: list.Valid}
	for text := range strings.FieldsSeq(list.String) {
		q := providers.ParseQuantity(text)
		if !q.Valid {
			return providers.Quantity{}, fmt.Errorf("pricing_quantity holds %q, which is no quantity", text)
		}
		sum.Decimal = sum.Decimal.Add(q.Decimal)
	}
	return sum, nil
}

// loads returns the loads that the query is about, with what the commit log says of them.
func (s *selection) loads(q store.Query) (string, error) {
	if q.Loads == nil {
		return "current_loads", nil
	}
	list, err := json.Marshal(q.Loads)
	if err != nil {
		return "", err
	}
	s.args = append(s.args, string(list))
	return "(SELECT DISTINCT load_id, account, provider, month, day FROM bill_days WHERE load_id IN (SELECT value FROM json_each(?)))", nil
}

// nameOf returns the column of a dimension's name, if that is another than the column of its key.
func nameOf(d store.Dimension) (column string, named bool) {
	key, name := d.Columns()
	return name, name != key
}

// key returns the key of a dimension and adds the arguments that it has.
func (s *selection) key(d store.Dimension) (string, error) {
	if tag, ok := d.Tag(); ok {
		return s.tag(tag), nil
	}
	if field, ok := d.Native(); ok {
		return s.native(field), nil
	}
	key, name := d.Columns()
	switch key {
	case "":
		return "", fmt.Errorf("%q is not a dimension", d)
	case "load_id":
		return "CAST(c.load_id AS TEXT)", nil
	case name:
		return s.column(key), nil
	}
	return fmt.Sprintf("coalesce(nullif(%s, ''), %s)", s.column(key), s.column(name)), nil
}

// column returns a column of a table that is asked: the commit log, so that only its loads are looked at, the daily sums, or
// the lines and their kinds.
func (s *selection) column(name string) string {
	switch name {
	case "day", "month", "account", "provider":
		return "c." + name
	}
	if s.lines && ofKind(name) {
		return "k." + name
	}
	return "t." + name
}

// tag returns the value of a tag, or the empty text.
func (s *selection) tag(key string) string {
	s.args = append(s.args, key)
	return "coalesce((SELECT value FROM json_each(t.tags) WHERE key = ?), '')"
}

// native returns the value of a native field, or the empty text.
func (s *selection) native(field string) string {
	s.args = append(s.args, field)
	return "coalesce(t.native ->> (SELECT position FROM native_fields WHERE shape = t.shape AND name = ?), '')"
}

func (s *selection) condition(f store.Filter) (string, error) {
	key, err := s.key(f.Dimension)
	if err != nil {
		return "", err
	}
	values := f.Values
	if values == nil {
		values = []string{}
	}
	list, err := json.Marshal(values)
	if err != nil {
		return "", err
	}
	s.args = append(s.args, string(list))
	return key + " IN (SELECT value FROM json_each(?))", nil
}

// A costRow is a row of a query's answer while it is scanned.
type costRow struct {
	query       store.Query
	keys, names []string
	currency    string
	lines       int64
	sum         moneySum
	quantities  sql.NullString
}

func newCostRow(q store.Query) *costRow {
	return &costRow{query: q, keys: make([]string, len(q.By)), names: make([]string, len(q.By))}
}

func (r *costRow) targets() (targets []any) {
	for i, d := range r.query.By {
		targets = append(targets, &r.keys[i])
		if _, named := nameOf(d); named {
			targets = append(targets, &r.names[i])
		}
	}
	targets = append(targets, &r.currency, &r.lines, &r.sum.whole, &r.sum.micros, &r.sum.picos)
	if r.query.Quantity {
		targets = append(targets, &r.quantities)
	}
	return targets
}

// cost returns what was scanned. What has no name is called by its key.
func (r *costRow) cost() (store.Cost, error) {
	n := len(r.keys)
	texts := append(append(make([]string, 0, 2*n), r.keys...), r.names...)
	c := store.Cost{Keys: texts[:n:n], Names: texts[n:], Currency: r.currency, Lines: r.lines, Amount: r.sum.money()}
	for i, name := range c.Names {
		if name == "" {
			c.Names[i] = c.Keys[i]
		}
	}
	var err error
	c.Quantity, err = sumQuantities(r.quantities)
	return c, err
}
