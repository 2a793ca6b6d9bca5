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
	found := newCostRows(q)
	err = s.query(ctx, "reading costs", s.costStatement(q), found.scan, clickhouse.WithExternalTable(loads))
	return found.all(), err
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

// appendCurrent adds the current loads of the query's days and accounts.
func (s *Store) appendCurrent(ctx context.Context, q store.Query, table *ext.Table) error {
	where := []string{days(q.From, q.To)}
	for _, f := range q.Where {
		if f.Dimension == store.ByAccount {
			where = append(where, condition(f))
		}
	}
	statement := currentLoads(qualified(s.cfg.Database, "bill_days"), strings.Join(where, " AND "))
	return s.query(ctx, "reading the commit log", statement, func(rows driver.Rows) error {
		var load uint64
		if err := rows.Scan(&load); err != nil {
			return err
		}
		return table.Append(load)
	})
}

// costStatement asks the daily sums where they know all that the query asks for, else the lines. It adds up by the columns
// as they are stored. What is left is made into costs by costRows: by the server, one group after the other, it took as
// long again.
func (s *Store) costStatement(q store.Query) string {
	table, lines, settings := "bill_daily", "sum(lines)", ""
	if q.NeedsLines() {
		table, lines, settings = "bill_lines", "count()", " SETTINGS "+wholeMaps
	}
	columns := []string{"currency", fmt.Sprintf("sum(toDecimal256(%s, 12))", q.Amount), lines}
	if q.Quantity {
		columns = append(columns, "if(countIf(isNull(pricing_quantity)) = 0, sum(toDecimal256(pricing_quantity, 12)), NULL)")
	}
	groups := []string{"currency"}
	named := false
	for i, d := range q.By {
		key, name := d.Columns()
		switch {
		case key == "": // of a tag or a native field only the value goes on
			value := fmt.Sprintf("value_%d", i)
			columns, groups = append(columns, keyOf(d)+" AS "+value), append(groups, value)
		case key == name:
			columns, groups = append(columns, keyOf(d)), append(groups, key)
		default:
			columns, groups, named = append(columns, key, name), append(groups, key, name), true
		}
	}
	if named {
		columns = append(columns, "toUInt16(max(day))")
	}
	return fmt.Sprintf("SELECT %s FROM %s WHERE %s GROUP BY %s%s", strings.Join(columns, ", "), qualified(s.cfg.Database, table),
		strings.Join(conditions(q), " AND "), strings.Join(groups, ", "), settings)
}

// wholeMaps has the server read a map once and whole where some keys of it are asked for. Since 26.4 it would else read it
// once for every key, and 26.7 sometimes fails at that (code 33, "Cannot read all data ... of column tags.key_") while
// parts of the table are replaced.
const wholeMaps = "optimize_functions_to_subcolumns = 0"

func conditions(q store.Query) []string {
	all := []string{
		fmt.Sprintf("month BETWEEN %s AND %s", literal(q.From.Month().First().String()), literal(q.To.Month().First().String())),
		days(q.From, q.To),
		"identity(load_id) IN " + askedLoads, // no index is searched for them: nearly all are asked for
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
	in := fmt.Sprintf("%s IN (%s)", keyOf(f.Dimension), strings.Join(values, ", "))
	if isNamed(f.Dimension) { // the lines of a service are found by its code, where it has one
		code, _ := f.Dimension.Columns()
		return fmt.Sprintf("%s IN ('', %s) AND %s", code, strings.Join(values, ", "), in)
	}
	return in
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
