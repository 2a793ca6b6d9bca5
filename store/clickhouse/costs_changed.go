package clickhouse

import (
	"context"
	"fmt"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"goscan/providers"
	"goscan/store"
)

// Changed returns what changed from one day to the next: see store.Differ. All rows are of the instant at which the commit
// log was read, as in Costs. The lines of both days lie among each other, so the server reads them once.
func (s *Store) Changed(ctx context.Context, q store.ChangeQuery) (before, after []store.Cost, err error) {
	ctx = s.hosts.onOneHost(ctx)
	days := store.Query{From: q.Day - 1, To: q.Day, Amount: q.Amount, By: store.ChangeDimensions(), Where: q.Where, Quantity: true}
	loads, err := s.loads(ctx, days)
	if err != nil || loads.Block().Rows() == 0 {
		return nil, nil, err
	}
	found := newChangedRows(days)
	err = s.query(ctx, "reading what changed", s.changeStatement(days), found.scan, clickhouse.WithExternalTable(loads))
	return found.before.all(), found.after.all(), err
}

// changedColumns are those of store.ChangeDimensions: the keys and, for the service and the resource, the names.
var changedColumns = [...]string{
	"account", "service_code", "service_name", "charge_category", "resource_id", "resource_name", "sku_meter", "pricing_unit",
}

// changeStatement adds the lines of both days up to rows, side by side; gathers the rows of each resource, as one row
// without texts where none of them changed; and adds up what is the same then. Where quantities are not known only the
// amounts tell. A resource whose service goes by two names is taken for changed, so that neither is lost.
func (s *Store) changeStatement(q store.Query) string {
	columns := strings.Join(changedColumns[:], ", ")
	sums, gathered, added := "", "", ""
	for i, d := range []providers.Day{q.From, q.To} {
		sums += strings.NewReplacer("#", fmt.Sprint(i), "THEN", "day = "+literal(d.String()), "AMOUNT", q.Amount.String()).Replace(
			`, sumIf(toDecimal256(AMOUNT, 12), THEN) AS a#, countIf(THEN) AS n#, toUInt16(maxIf(day, THEN)) AS d#,
    sumIf(toDecimal256(ifNull(pricing_quantity, 0), 12), THEN) AS q#, countIf(isNull(pricing_quantity) AND THEN) AS u#`)
		gathered += strings.ReplaceAll(", sum(a#), sum(n#), max(d#), sum(q#), sum(u#)", "#", fmt.Sprint(i))
		first := 8 + 5*i // of the day in a row: the texts are before it
		added += fmt.Sprintf(", sum(r.%d), sum(r.%d), max(r.%d), sum(r.%d), sum(r.%d)", first, first+1, first+2, first+3, first+4)
	}
	return `SELECT currency, changed, account, r.1, r.2, r.3, r.4, r.5, r.6, r.7` + added + ` FROM (
    SELECT currency, account, ` + keyOf(store.ByService) + ` AS service, ` + keyOf(store.ByResource) + ` AS resource,
        max(a0 != a1 OR u0 + u1 = 0 AND q0 != q1) OR min(service_name) != max(service_name) AS changed,
        if(changed, groupArray((toString(service_code), toString(service_name), toString(charge_category), resource_id,
            resource_name, toString(sku_meter), toString(pricing_unit), a0, n0, d0, q0, u0, a1, n1, d1, q1, u1)),
            [(toString(any(service_code)), toString(any(service_name)), '', '', '', '', ''` + gathered + `)]) AS found
    FROM (
        SELECT currency, ` + columns + sums + ` FROM ` + qualified(s.cfg.Database, "bill_lines") + `
        WHERE ` + strings.Join(conditions(q), " AND ") + ` GROUP BY currency, ` + columns + `
    ) GROUP BY currency, account, service, resource
) ARRAY JOIN found AS r GROUP BY currency, changed, account, r.1, r.2, r.3, r.4, r.5, r.6, r.7 SETTINGS ` + wholeMaps
}

// changedRows makes costs of the rows of a changeStatement.
type changedRows struct {
	before, after changedDay
	into          []any

	currency string
	changed  uint8
	texts    [len(changedColumns)]string
}

// A changedDay is one of the two days.
type changedDay struct {
	*costRows
	same []store.Cost // of the resources that did not change

	amount, quantity providers.Money
	lines, unknown   uint64 // unknown: the lines without a quantity
	newest           uint16
}

func newChangedRows(q store.Query) *changedRows {
	r := &changedRows{before: changedDay{costRows: newCostRows(q)}, after: changedDay{costRows: newCostRows(q)}}
	r.into = []any{&r.currency, &r.changed}
	for i := range r.texts {
		r.into = append(r.into, &r.texts[i])
	}
	for _, d := range []*changedDay{&r.before, &r.after} {
		r.into = append(r.into, &d.amount, &d.lines, &d.newest, &d.quantity, &d.unknown)
	}
	return r
}

func (r *changedRows) scan(rows driver.Rows) error {
	if err := rows.Scan(r.into...); err != nil {
		return err
	}
	for _, d := range []*changedDay{&r.before, &r.after} {
		if d.lines > 0 {
			d.add(r)
		}
	}
	return nil
}

// add adds the day's half of a row.
func (d *changedDay) add(r *changedRows) {
	row := &d.row
	row.currency, row.amount, row.lines, row.newest, row.quantity = r.currency, d.amount, d.lines, d.newest, nil
	if d.unknown == 0 && r.changed != 0 {
		row.quantity = &d.quantity
	}
	t := &r.texts
	copy(row.keys, []string{t[0], t[1], t[3], t[4], t[6], t[7]})
	row.names[1], row.names[3] = t[2], t[5]
	if r.changed != 0 {
		d.take()
		return
	}
	row.useNames(d.named)
	c := d.cost()
	copy(c.Names, row.names)
	d.same = append(d.same, c)
}

// all returns the day's costs.
func (d *changedDay) all() []store.Cost {
	d.costs = append(d.costs, d.same...)
	return d.costRows.all()
}
