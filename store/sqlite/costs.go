package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
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
	for rows.Next() {
		c, err := scanCost(rows, q)
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
		key, name, err := s.expressions(d)
		if err != nil {
			return s, err
		}
		columns = append(columns, key, name)
		groups = append(groups, fmt.Sprint(len(columns)-1))
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

// expressions returns the key of a dimension and, over the lines of a key, its name.
func (s *selection) expressions(d store.Dimension) (key, name string, err error) {
	key, err = s.key(d)
	if err != nil {
		return "", "", err
	}
	_, column := d.Columns()
	if column == "" {
		return key, "''", nil
	}
	return key, "max(" + s.column(column) + ")", nil
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

func scanCost(rows *sql.Rows, q store.Query) (store.Cost, error) {
	c := store.Cost{Keys: make([]string, len(q.By)), Names: make([]string, len(q.By))}
	var targets []any
	for i := range q.By {
		targets = append(targets, &c.Keys[i], &c.Names[i])
	}
	var sum moneySum
	targets = append(targets, &c.Currency, &c.Lines, &sum.whole, &sum.micros, &sum.picos)
	var list sql.NullString
	if q.Quantity {
		targets = append(targets, &list)
	}
	err := rows.Scan(targets...)
	if err != nil {
		return c, err
	}
	for i, name := range c.Names {
		if name == "" {
			c.Names[i] = c.Keys[i]
		}
	}
	c.Amount = sum.money()
	c.Quantity, err = sumQuantities(list)
	return c, err
}
