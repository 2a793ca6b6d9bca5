package clickhouse

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/ext"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"goscan/providers"
	"goscan/store"
)

// askedLoads is the name under which a query finds the loads it is about.
const askedLoads = "asked_loads"

// Costs returns the sums of a query: see store.Reader. All rows are of the instant at which the commit log was read.
// The log is read in a statement of its own, and its answer sent along with the second: within one statement the server
// fixes what it will read of each table one after the other, and a load that was stored and committed between the two
// would show neither its old lines nor its new ones. Loads that the query names need no log. Lines of a load that is
// superseded meanwhile are still there: Clean waits for longer than a query takes.
func (s *Store) Costs(ctx context.Context, q store.Query) ([]store.Cost, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	ctx = s.hosts.onOneHost(ctx)
	loads, err := s.loads(ctx, q)
	if err != nil || loads.Block().Rows() == 0 {
		return nil, err
	}
	var costs []store.Cost
	err = s.query(ctx, "reading costs", s.costStatement(q), func(rows driver.Rows) error {
		cost := store.Cost{Keys: make([]string, len(q.By)), Names: make([]string, len(q.By))}
		var lines uint64
		var quantity *providers.Money // nil where it is not known
		into := []any{&cost.Currency, &cost.Amount, &lines}
		if q.Quantity {
			into = append(into, &quantity)
		}
		for i := range q.By {
			into = append(into, &cost.Keys[i], &cost.Names[i])
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		cost.Lines = int64(lines)
		if quantity != nil {
			cost.Quantity = providers.Quantity{Decimal: *quantity, Valid: true}
		}
		costs = append(costs, cost)
		return nil
	}, clickhouse.WithExternalTable(loads))
	return costs, err
}

// loads returns the loads that the query is about as a table that a statement can be given.
func (s *Store) loads(ctx context.Context, q store.Query) (*ext.Table, error) {
	table, err := ext.NewTable(askedLoads, ext.Column("load_id", "UInt64"))
	if err != nil {
		return nil, err
	}
	if q.Loads == nil {
		return table, s.appendCurrent(ctx, q, table)
	}
	for _, load := range q.Loads {
		if err := table.Append(uint64(load)); err != nil {
			return nil, err
		}
	}
	return table, nil
}

// appendCurrent adds the current loads of the query's days.
func (s *Store) appendCurrent(ctx context.Context, q store.Query, table *ext.Table) error {
	statement := fmt.Sprintf("SELECT argMax(load_id, (version, load_id)) FROM %s WHERE %s GROUP BY account, dataset, day",
		qualified(s.cfg.Database, "bill_days"), days(q.From, q.To))
	return s.query(ctx, "reading the commit log", statement, func(rows driver.Rows) error {
		var load uint64
		if err := rows.Scan(&load); err != nil {
			return err
		}
		return table.Append(load)
	})
}

// costStatement asks the daily sums where they know all that the query asks for, else the lines. It adds up by the columns
// as they are stored, and makes keys and names only of what is left: made of every row, they took half of the time.
func (s *Store) costStatement(q store.Query) string {
	table, lines := "bill_daily", "sum(lines)"
	if q.NeedsLines() {
		table, lines = "bill_lines", "count()"
	}
	sums := []string{"max(day) AS newest_day", fmt.Sprintf("sum(toDecimal256(%s, 12)) AS amounts", q.Amount), lines + " AS line_count"}
	columns := []string{"currency", "sum(amounts)", "sum(line_count)"}
	if q.Quantity {
		sums = append(sums, "countIf(isNull(pricing_quantity)) AS unknown", "sum(toDecimal256(pricing_quantity, 12)) AS quantities")
		columns = append(columns, quantities)
	}
	stored, read, groups := []string{"currency"}, []string{"currency"}, []string{"currency"}
	for i, d := range q.By {
		key := keyOf(d)
		if field, _ := d.Columns(); field == "" { // of a tag or a native field only the value goes on
			value := fmt.Sprintf("value_%d", i)
			read, stored = append(read, key+" AS "+value), append(stored, value)
			columns, groups = append(columns, value, value), append(groups, value)
			continue
		}
		read, stored = append(read, storedColumns(d)...), append(stored, storedColumns(d)...)
		columns, groups = append(columns, key, nameOf(d, key)), append(groups, key)
	}
	return fmt.Sprintf("SELECT %s FROM (SELECT %s FROM %s WHERE %s GROUP BY %s) GROUP BY %s SETTINGS %s",
		strings.Join(columns, ", "), strings.Join(append(read, sums...), ", "), qualified(s.cfg.Database, table),
		strings.Join(conditions(q), " AND "), strings.Join(stored, ", "), strings.Join(groups, ", "), wholeMaps)
}

// wholeMaps has the server read a map whole where one key of it is asked for. Reading the key alone is faster, but 26.7
// sometimes fails at it (code 33, "Cannot read all data ... of column tags.key_") while parts of the table are replaced.
const wholeMaps = "optimize_functions_to_subcolumns = 0"

// quantities sums the quantities of a group's lines; NULL when that of any is unknown.
const quantities = "if(sum(unknown) = 0, sum(quantities), NULL)"

// storedColumns returns what keyOf and nameOf make a dimension's key and name of.
func storedColumns(d store.Dimension) []string {
	key, name := d.Columns()
	if key == name {
		return []string{key}
	}
	return []string{key, name}
}

func conditions(q store.Query) []string {
	all := []string{
		fmt.Sprintf("month BETWEEN %s AND %s", literal(q.From.Month().First().String()), literal(q.To.Month().First().String())),
		days(q.From, q.To),
		"load_id IN " + askedLoads,
	}
	for _, f := range q.Where {
		all = append(all, condition(f))
	}
	return all
}

func days(from, to providers.Day) string {
	return fmt.Sprintf("day BETWEEN %s AND %s", literal(from.String()), literal(to.String()))
}

func condition(f store.Filter) string {
	if len(f.Values) == 0 {
		return "0"
	}
	values := slices.Clone(f.Values)
	for i, v := range values {
		values[i] = literal(v)
	}
	return fmt.Sprintf("%s IN (%s)", keyOf(f.Dimension), strings.Join(values, ", "))
}

// keyOf returns the expression of a dimension's key as a String.
func keyOf(d store.Dimension) string {
	if tag, ok := d.Tag(); ok {
		return fmt.Sprintf("tags[%s]", literal(tag))
	}
	if field, ok := d.Native(); ok {
		return fmt.Sprintf("native[%s]", literal(field))
	}
	key, name := d.Columns()
	switch {
	case d == store.ByMonth:
		return "formatDateTime(month, '%Y-%m')"
	case d == store.ByDay, d == store.ByLoad:
		return fmt.Sprintf("toString(%s)", key)
	case key == name:
		return key
	}
	return fmt.Sprintf("if(%s = '', toString(%s), toString(%s))", key, name, key)
}

// nameOf returns the expression of the name that goes with a key: of several, that of the newest day.
func nameOf(d store.Dimension, key string) string {
	_, name := d.Columns()
	if column, _ := d.Columns(); column == name {
		return key
	}
	newest := fmt.Sprintf("argMaxIf(toString(%s), (newest_day, %s), %s != '')", name, name, name)
	return fmt.Sprintf("if(%s = '', %s, %s)", newest, key, newest)
}
