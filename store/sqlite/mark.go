package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"goscan/providers"
	"goscan/store"
)

// markColumns are the columns of a mark, in the ledger's bill_days and in the state's marks.
const markColumns = "account, provider, dataset, month, day, load_id, version, committed_at, state, lines, billed_cost, " +
	"checksum, run_id"

// instant is how an instant is written: texts of equal length, in UTC, that sort by time.
const instant = "2006-01-02T15:04:05.000000Z"

// second is how the bounds of a charge period are written.
const second = "2006-01-02T15:04:05Z"

// markArgs returns the values of markColumns.
func markArgs(m store.Mark) ([]any, error) {
	costs, err := json.Marshal(m.BilledCost)
	if err != nil {
		return nil, err
	}
	if m.BilledCost == nil {
		costs = []byte("{}")
	}
	return []any{
		m.Account, m.Provider, m.Dataset, m.Month.String(), m.Day.String(), int64(m.LoadID),
		m.Version.UTC().Format(instant), m.CommittedAt.UTC().Format(instant), m.State.String(), m.Lines, string(costs),
		fmt.Sprintf("%016x", m.Checksum), m.RunID,
	}, nil
}

type rowsQuerier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// queryMarks returns the marks of a query for markColumns.
func queryMarks(ctx context.Context, q rowsQuerier, query string, args ...any) ([]store.Mark, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var marks []store.Mark
	for rows.Next() {
		m, err := scanMark(rows)
		if err != nil {
			return nil, err
		}
		marks = append(marks, m)
	}
	return marks, rows.Err()
}

func scanMark(rows *sql.Rows) (store.Mark, error) {
	var m store.Mark
	var month, day, version, committed, state, costs, checksum string
	var load int64
	if err := rows.Scan(&m.Account, &m.Provider, &m.Dataset, &month, &day, &load, &version, &committed, &state, &m.Lines,
		&costs, &checksum, &m.RunID); err != nil {
		return m, err
	}
	m.LoadID = store.LoadID(load)
	for _, parse := range []func() error{
		func() (err error) { m.Month, err = providers.ParseMonth(month); return err },
		func() (err error) { m.Day, err = providers.ParseDay(day); return err },
		func() (err error) { m.Version, err = time.Parse(instant, version); return err },
		func() (err error) { m.CommittedAt, err = time.Parse(instant, committed); return err },
		func() (err error) { m.State, err = providers.ParseState(state); return err },
		func() (err error) { m.BilledCost, err = parseAmounts(costs); return err },
		func() (err error) { m.Checksum, err = strconv.ParseUint(checksum, 16, 64); return err },
	} {
		if err := parse(); err != nil {
			return m, fmt.Errorf("commit of %s %s: %w", m.Account, day, err)
		}
	}
	return m, nil
}

func parseAmounts(text string) (store.Amounts, error) {
	var amounts map[string]decimal.Decimal
	decoder := json.NewDecoder(strings.NewReader(text))
	if err := decoder.Decode(&amounts); err != nil {
		return nil, err
	}
	return amounts, nil
}
