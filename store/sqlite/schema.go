package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"text/template"

	"goscan/store"
)

//go:embed schema
var schemas embed.FS

// migrate brings the file to the last of the schema's numbered steps, or leaves it as it was.
func (d *database) migrate(ctx context.Context, schema fs.FS) error {
	steps, err := fs.Glob(schema, "*.sql")
	if err != nil {
		return err
	}
	if version, err := schemaVersion(ctx, d.read); err == nil && version == len(steps) {
		return nil
	}
	return d.update(ctx, func(tx *sql.Tx) error {
		version, err := schemaVersion(ctx, tx)
		if err != nil {
			return err
		}
		if version > len(steps) {
			return d.tooNew(version, len(steps))
		}
		for _, step := range steps[version:] {
			text, err := renderStep(schema, step)
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, text); err != nil {
				return fmt.Errorf("%s: %w", step, err)
			}
		}
		_, err = tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", len(steps)))
		return err
	})
}

func (d *database) tooNew(version, known int) error {
	return fmt.Errorf("%s: %w: a newer goscan wrote it (version %d, this goscan knows %d): use that one",
		d.file, store.ErrSchema, version, known)
}

type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func schemaVersion(ctx context.Context, q querier) (version int, err error) {
	err = q.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version)
	return version, err
}

// renderStep returns the SQL of a step. A step is a template because every amount is a pair of columns: {{range amounts}}
// repeats a line for each, {{text "t" .}} shows one of table t with all its digits.
func renderStep(schema fs.FS, name string) (string, error) {
	t, err := template.New(name).Funcs(template.FuncMap{"amounts": store.AmountColumns, "text": amountText}).ParseFS(schema, name)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	err = t.Execute(&b, nil)
	return b.String(), err
}

// amountText returns an expression for an amount as text: -1 and 990000000000 is '-0.01'.
func amountText(table, amount string) string {
	return strings.NewReplacer("W", table+"."+amount+"_whole", "P", table+"."+amount+"_pico").Replace(
		`iif(W < 0 AND P > 0, '-' || -(W + 1), W) || ` +
			`iif(P = 0, '', '.' || rtrim(printf('%012d', iif(W < 0, 1000000000000 - P, P)), '0'))`)
}
