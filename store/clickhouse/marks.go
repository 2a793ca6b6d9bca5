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

// currentLoads returns the statement that selects the current loads of the accounts and days that a condition holds for,
// of all when there is none; 0 for a day that was pruned. The log is read in its own order: argMax with GROUP BY takes
// eight times as long.
func currentLoads(log, where string) string {
	if where != "" {
		where = " WHERE " + where
	}
	return "SELECT load_id FROM " + log + where + " ORDER BY account, dataset, day, version DESC, load_id DESC LIMIT 1 BY account, dataset, day"
}

// newest returns the newest commit of a day, the zero Mark when there is none. That of a day that was pruned has no load.
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

// commit writes rows of the commit log: one INSERT of one block, which the server stores or does not.
func (s *Store) commit(ctx context.Context, doing string, marks ...store.Mark) error {
	b := newCommitBlock()
	for _, m := range marks {
		if err := b.append(m); err != nil {
			return err
		}
	}
	return s.insert(ctx, doing, "bill_days", b.input())
}

// A commitBlock is rows of bill_days as columns.
type commitBlock struct {
	account, provider, dataset, state *proto.ColLowCardinality[string]
	month, day                        proto.ColDate
	load, lines, checksum             proto.ColUInt64
	version, committed                *proto.ColDateTime64
	run                               proto.ColStr

	currencies *proto.ColLowCardinality[string]
	billed     proto.ColDecimal128
	cost       *proto.ColMap[string, proto.Decimal128]
}

func newCommitBlock() *commitBlock {
	b := &commitBlock{
		account: lowCardinality(), provider: lowCardinality(), dataset: lowCardinality(), state: lowCardinality(), currencies: lowCardinality(),
		version: micros(), committed: micros(),
	}
	b.cost = proto.NewMap[string, proto.Decimal128](b.currencies, &b.billed)
	return b
}

// append adds a row. After an error the block is of no use.
func (b *commitBlock) append(m store.Mark) error {
	for _, currency := range m.BilledCost.Currencies() {
		amount, err := decimal128(m.BilledCost[currency])
		if err != nil {
			return fmt.Errorf("billed_cost: %w", err)
		}
		b.currencies.Append(currency)
		b.billed.Append(amount)
	}
	b.cost.Offsets.Append(uint64(len(b.billed)))
	b.account.Append(m.Account)
	b.provider.Append(m.Provider)
	b.dataset.Append(m.Dataset)
	b.state.Append(m.State.String())
	b.month = append(b.month, proto.Date(m.Month.First()))
	b.day = append(b.day, proto.Date(m.Day))
	b.load = append(b.load, uint64(m.LoadID))
	b.lines = append(b.lines, uint64(m.Lines))
	b.checksum = append(b.checksum, m.Checksum)
	b.version.Append(m.Version)
	b.committed.Append(m.CommittedAt)
	b.run.Append(m.RunID)
	return nil
}

func (b *commitBlock) input() proto.Input {
	return proto.Input{
		{Name: "account", Data: b.account},
		{Name: "provider", Data: b.provider},
		{Name: "dataset", Data: b.dataset},
		{Name: "month", Data: &b.month},
		{Name: "day", Data: &b.day},
		{Name: "load_id", Data: &b.load},
		{Name: "version", Data: b.version},
		{Name: "committed_at", Data: b.committed},
		{Name: "state", Data: b.state},
		{Name: "lines", Data: &b.lines},
		{Name: "billed_cost", Data: mapColumn{b.cost, "Map(LowCardinality(String), " + decimalType + ")"}},
		{Name: "checksum", Data: &b.checksum},
		{Name: "run_id", Data: &b.run},
	}
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
