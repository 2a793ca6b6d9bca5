package clickhouse

import (
	"context"
	"fmt"
	"time"

	"github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/shopspring/decimal"

	"goscan/providers"
	"goscan/store"
)

// Of the rows of a day the first in this order is the newest. The last column decides between two rows that one load
// could only get from one writer that repeated itself.
const newestFirst = "version DESC, load_id DESC, committed_at DESC"

// newest returns the newest commit of a day, the zero Mark when there is none.
func (s *Store) newest(ctx context.Context, k store.Key) (store.Mark, error) {
	marks, err := s.marks(ctx, fmt.Sprintf("account = %s AND dataset = %s AND day = %s",
		literal(k.Account), literal(k.Dataset), literal(k.Day.String())))
	if err != nil || len(marks) == 0 {
		return store.Mark{}, err
	}
	return marks[0], nil
}

// marks returns the newest commits of the days that a condition holds for.
func (s *Store) marks(ctx context.Context, where string) ([]store.Mark, error) {
	log, suffix := s.commitLog()
	return s.queryMarks(ctx, log, "WHERE "+where+" ORDER BY account, day, dataset, "+newestFirst+" LIMIT 1 BY account, day, dataset"+suffix)
}

// queryMarks returns the rows of the commit log, read from a table, that the rest of a statement selects. Dates and instants are read as
// numbers: a time.Time of a Date would depend on the zones of the column and of the machine.
func (s *Store) queryMarks(ctx context.Context, log, rest string) (marks []store.Mark, err error) {
	err = s.query(ctx, "reading the commit log", `SELECT account, provider, dataset, toUInt16(month), toUInt16(day), load_id,
    toUnixTimestamp64Micro(version), toUnixTimestamp64Micro(committed_at), state, lines, billed_cost, checksum, run_id
FROM `+log+" "+rest,
		func(rows driver.Rows) error {
			m, err := scanMark(rows)
			marks = append(marks, m)
			return err
		})
	return marks, err
}

func scanMark(rows driver.Rows) (m store.Mark, err error) {
	var (
		month, day         uint16
		load, lines        uint64
		version, committed int64
		state              string
		billed             map[string]decimal.Decimal
	)
	err = rows.Scan(&m.Account, &m.Provider, &m.Dataset, &month, &day, &load, &version, &committed, &state, &lines, &billed,
		&m.Checksum, &m.RunID)
	if err != nil {
		return m, err
	}
	m.Month, m.Day = providers.Day(month).Month(), providers.Day(day)
	m.LoadID, m.Lines, m.BilledCost = store.LoadID(load), int(lines), store.Amounts(billed)
	m.Version, m.CommittedAt = time.UnixMicro(version).UTC(), time.UnixMicro(committed).UTC()
	m.State, err = providers.ParseState(state)
	return m, err
}

// commit writes a row of the commit log: one INSERT of one row, which the server stores or does not.
func (s *Store) commit(ctx context.Context, m store.Mark) error {
	account, provider, dataset, state := lowCardinality(), lowCardinality(), lowCardinality(), lowCardinality()
	account.Append(m.Account)
	provider.Append(m.Provider)
	dataset.Append(m.Dataset)
	state.Append(m.State.String())
	var run proto.ColStr
	run.Append(m.RunID)

	var billed proto.ColDecimal128
	currencies := lowCardinality()
	for _, currency := range m.BilledCost.Currencies() {
		amount, err := decimal128(m.BilledCost[currency])
		if err != nil {
			return fmt.Errorf("billed_cost: %w", err)
		}
		currencies.Append(currency)
		billed.Append(amount)
	}
	cost := proto.NewMap[string, proto.Decimal128](currencies, &billed)
	cost.Offsets.Append(uint64(len(billed)))

	return s.insert(ctx, "committing "+m.Day.String(), "bill_days", proto.Input{
		{Name: "account", Data: account},
		{Name: "provider", Data: provider},
		{Name: "dataset", Data: dataset},
		{Name: "month", Data: &proto.ColDate{proto.Date(m.Month.First())}},
		{Name: "day", Data: &proto.ColDate{proto.Date(m.Day)}},
		{Name: "load_id", Data: &proto.ColUInt64{uint64(m.LoadID)}},
		{Name: "version", Data: micros(m.Version)},
		{Name: "committed_at", Data: micros(m.CommittedAt)},
		{Name: "state", Data: state},
		{Name: "lines", Data: &proto.ColUInt64{uint64(m.Lines)}},
		{Name: "billed_cost", Data: mapColumn{cost, "Map(LowCardinality(String), " + decimalType + ")"}},
		{Name: "checksum", Data: &proto.ColUInt64{m.Checksum}},
		{Name: "run_id", Data: &run},
	})
}

func micros(instants ...time.Time) *proto.ColDateTime64 {
	column := new(proto.ColDateTime64).WithPrecision(proto.PrecisionMicro).WithLocation(time.UTC)
	column.AppendArr(instants)
	return column
}

// A mapColumn is a map under the name of its type in the table. Unlike proto.Alias it stays one that is prepared.
type mapColumn struct {
	*proto.ColMap[string, proto.Decimal128]
	columnType proto.ColumnType
}

// Type returns the type's name in the table.
func (c mapColumn) Type() proto.ColumnType { return c.columnType }

// Infer leaves the type as it is: ch-go takes the comma inside Decimal(38, 12) for a third part of the map's type.
func (c mapColumn) Infer(proto.ColumnType) error { return nil }
