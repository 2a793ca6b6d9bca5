package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"text/template"

	"goscan/store"
)

//go:embed schema
var schemas embed.FS

// migrate brings the file to the last of the schema's numbered steps, or leaves it as it was: all steps are one transaction.
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
			text, err := renderStep(schema, step, func(table, column string) (bool, error) { return hasColumn(ctx, tx, table, column) })
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

// The application ids of the files, as SQLite keeps them in a file's head: "gscS" and "gscL". A file has its own since
// version 4 of the state and version 3 of the ledger, and 0 before.
const (
	stateID  = 0x67736353
	ledgerID = 0x6773634C
)

// isMine refuses a file that says it is something else: a ledger that was copied to the state's place, another program's.
func (d *database) isMine(ctx context.Context, q querier) error {
	var id int
	if err := q.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil {
		return err
	}
	places := map[int]string{stateID: StateFile, ledgerID: LedgerFile}
	if id == 0 || places[id] == filepath.Base(d.file) {
		return nil
	}
	is := map[int]string{stateID: "a state", ledgerID: "a ledger"}[id]
	return fmt.Errorf("%s: %w: the file is %s: move it to its own place", d.file, store.ErrSchema,
		cmp.Or(is, fmt.Sprintf("another program's (application id %#x)", uint32(id))))
}

// acceptable returns nil when this goscan may open the file: it is its own and no newer one's. SQLite changes a file already
// when it opens it with the pragmas of address.
func (d *database) acceptable(ctx context.Context, schema fs.FS) error {
	steps, err := fs.Glob(schema, "*.sql")
	if err != nil {
		return err
	}
	version, err := d.examine(ctx)
	if err == nil && version > len(steps) {
		return d.tooNew(version, len(steps))
	}
	return d.explain(ctx, err)
}

func hasColumn(ctx context.Context, q querier, table, column string) (has bool, err error) {
	err = q.QueryRowContext(ctx, "SELECT count(*) > 0 FROM pragma_table_info(?) WHERE name = ?", table, column).Scan(&has)
	return has, err
}

// renderStep returns the SQL of a step. A step is a template because every amount is a pair of columns: {{range amounts}}
// repeats a line for each, {{text "t" .}} shows one of table t with all its digits. {{has "t" "c"}} asks the file whether
// table t has column c, {{step "f"}} is another step.
func renderStep(schema fs.FS, name string, has func(table, column string) (bool, error)) (string, error) {
	t, err := template.New(name).Funcs(template.FuncMap{
		"amounts": store.AmountColumns, "text": amountText, "has": has,
		"step": func(other string) (string, error) { return renderStep(schema, other, has) },
	}).ParseFS(schema, name)
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
