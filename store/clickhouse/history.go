package clickhouse

import (
	"context"
	"fmt"
	"time"

	"github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"goscan/providers"
	"goscan/store"
)

// Commits returns every row of the commit log of a range of days: see store.History. Beside the commits that were once
// current there may be some that never were: of a fetch that another overtook, which began later and was committed
// before. Their loads have sums too.
func (s *Store) Commits(ctx context.Context, account string, from, to providers.Day) ([]store.Mark, error) {
	where := days(from, to)
	if account != "" {
		where += " AND account = " + literal(account)
	}
	marks, err := s.queryMarks(ctx, qualified(s.cfg.Database, "bill_days"), "WHERE "+where+" ORDER BY account, dataset, day, committed_at, version, load_id")
	return sincePruned(marks), err
}

// RecordMonth keeps the rows, in one INSERT of one block that the server stores whole or not at all. No rows are no
// record: what was recorded before stays the last.
func (s *Store) RecordMonth(ctx context.Context, rows []store.MonthRow) error {
	if len(rows) == 0 {
		return nil
	}
	block := newMonthBlock()
	for i := range rows {
		if err := block.append(&rows[i]); err != nil {
			return fmt.Errorf("%s %s %s: %w", rows[i].Account, rows[i].Month, rows[i].ServiceCode, err)
		}
	}
	return s.insert(ctx, "recording "+rows[0].Month.String(), "bill_months", block.input)
}

// monthTexts are the columns of text of bill_months whose values repeat.
var monthTexts = [...]struct {
	column string
	of     func(r *store.MonthRow) string
}{
	{"account", func(r *store.MonthRow) string { return r.Account }},
	{"provider", func(r *store.MonthRow) string { return r.Provider }},
	{"dataset", func(r *store.MonthRow) string { return r.Dataset }},
	{"service_code", func(r *store.MonthRow) string { return r.ServiceCode }},
	{"service_name", func(r *store.MonthRow) string { return r.ServiceName }},
	{"currency", func(r *store.MonthRow) string { return r.Currency }},
	{"amount", func(r *store.MonthRow) string { return r.Amount.String() }},
}

// monthAmounts are the columns of amounts of bill_months.
var monthAmounts = [...]struct {
	column string
	of     func(r *store.MonthRow) providers.Money
}{
	{"stored_total", func(r *store.MonthRow) providers.Money { return r.Stored }},
	{"provider_total", func(r *store.MonthRow) providers.Money { return r.Announced }},
	{"rounding", func(r *store.MonthRow) providers.Money { return r.Rounding }},
	{"difference", func(r *store.MonthRow) providers.Money { return r.Difference() }},
	{"tolerance", func(r *store.MonthRow) providers.Money { return r.Tolerance }},
}

// A monthBlock is rows of bill_months as columns.
type monthBlock struct {
	texts                   [len(monthTexts)]*proto.ColLowCardinality[string]
	amounts                 [len(monthAmounts)]proto.ColDecimal128
	month                   proto.ColDate
	closed                  proto.ColBool
	lines                   proto.ColUInt64
	rows                    proto.ColUInt32
	overview, accepted, run proto.ColStr
	recordedAt              *proto.ColDateTime64

	input proto.Input
}

func newMonthBlock() *monthBlock {
	b := &monthBlock{recordedAt: micros()}
	b.input = proto.Input{
		{Name: "month", Data: &b.month},
		{Name: "closed", Data: &b.closed},
		{Name: "lines", Data: &b.lines},
		{Name: "rows", Data: &b.rows},
		{Name: "overview", Data: &b.overview},
		{Name: "accepted_reason", Data: &b.accepted},
		{Name: "recorded_at", Data: b.recordedAt},
		{Name: "run_id", Data: &b.run},
	}
	for i := range b.texts {
		b.texts[i] = lowCardinality()
		b.input = append(b.input, proto.InputColumn{Name: monthTexts[i].column, Data: b.texts[i]})
	}
	for i := range b.amounts {
		b.input = append(b.input, proto.InputColumn{Name: monthAmounts[i].column, Data: proto.Alias(&b.amounts[i], decimalType)})
	}
	return b
}

// append adds a row. After an error the block is of no use.
func (b *monthBlock) append(r *store.MonthRow) error {
	for i := range b.amounts {
		v, err := decimal128(monthAmounts[i].of(r))
		if err != nil {
			return fmt.Errorf("%s: %w", monthAmounts[i].column, err)
		}
		b.amounts[i].Append(v)
	}
	for i := range b.texts {
		b.texts[i].Append(monthTexts[i].of(r))
	}
	b.month = append(b.month, proto.Date(r.Month.First()))
	b.closed.Append(r.Closed)
	b.lines.Append(uint64(r.Lines))
	b.rows.Append(uint32(r.Rows))
	b.overview.Append(r.Overview)
	b.accepted.Append(r.Accepted)
	b.recordedAt.Append(r.RecordedAt)
	b.run.Append(r.RunID)
	return nil
}

// Months returns the rows that were recorded last of every month of an account: see store.History. The table is read
// once: what is newest and its rows are of one instant.
func (s *Store) Months(ctx context.Context, account string) (months []store.MonthRow, err error) {
	statement := fmt.Sprintf(`SELECT account, provider, dataset, toUInt16(month), service_code, service_name, currency, amount, closed,
    lines, rows, stored_total, provider_total, rounding, tolerance, overview, accepted_reason, toUnixTimestamp64Micro(recorded_at), run_id
FROM (
    SELECT *, max(recorded_at) OVER (PARTITION BY dataset, month) AS newest FROM %s WHERE account = %s
)
WHERE recorded_at = newest
ORDER BY month, dataset, service_code, service_name, currency, amount`, qualified(s.cfg.Database, "bill_months"), literal(account))
	err = s.query(ctx, "reading what was reconciled", statement, func(rows driver.Rows) error {
		r, err := scanMonth(rows)
		months = append(months, r)
		return err
	})
	return months, err
}

func scanMonth(rows driver.Rows) (r store.MonthRow, err error) {
	var (
		month      uint16
		amount     string
		lines      uint64
		announced  uint32
		recordedAt int64
	)
	err = rows.Scan(&r.Account, &r.Provider, &r.Dataset, &month, &r.ServiceCode, &r.ServiceName, &r.Currency, &amount, &r.Closed,
		&lines, &announced, &r.Stored, &r.Announced, &r.Rounding, &r.Tolerance, &r.Overview, &r.Accepted, &recordedAt, &r.RunID)
	if err != nil {
		return r, err
	}
	r.Month, r.Lines, r.Rows = providers.Day(month).Month(), int64(lines), int(announced)
	r.RecordedAt = time.UnixMicro(recordedAt).UTC()
	r.Amount, err = store.ParseAmount(amount)
	return r, err
}
