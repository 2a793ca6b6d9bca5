package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"goscan/store"
)

// A Value is one of a dimension, with its name for people.
type Value struct{ Key, Name string }

const (
	mostValues   = 500    // nobody reads more
	recentlyKept = 20_000 // rows of daily sums: a few hundredths of a second to read
)

// Values returns the values that a dimension had lately in the ledger of a folder, in the order of their keys, for the
// completion of command lines. A dimension that is kept only with the lines has none. It creates and changes nothing: where
// there is no ledger, the error is fs.ErrNotExist.
func Values(ctx context.Context, dir string, d store.Dimension) ([]Value, error) {
	key, name := d.Columns()
	if key == "" || d.NeedsLines() {
		return nil, nil
	}
	schema, err := fs.Sub(schemas, "schema/ledger")
	if err != nil {
		return nil, err
	}
	db, err := openReader(ctx, dir, LedgerFile, schema)
	if err != nil {
		return nil, err
	}
	values, err := db.values(ctx, key, name)
	return values, errors.Join(err, db.close())
}

func (d *database) values(ctx context.Context, key, name string) ([]Value, error) {
	rows, err := d.read.QueryContext(ctx, fmt.Sprintf(`SELECT coalesce(nullif(k, ''), n) AS k, max(n)
		FROM (SELECT %s AS k, %s AS n FROM bill_daily ORDER BY rowid DESC LIMIT %d)
		WHERE k <> '' OR n <> '' GROUP BY 1 ORDER BY 1 LIMIT %d`, key, name, recentlyKept, mostValues))
	if err != nil {
		return nil, d.explain(ctx, err)
	}
	defer rows.Close()
	var all []Value
	for rows.Next() {
		var v Value
		if err := rows.Scan(&v.Key, &v.Name); err != nil {
			return nil, d.explain(ctx, err)
		}
		all = append(all, v)
	}
	return all, d.explain(ctx, rows.Err())
}
