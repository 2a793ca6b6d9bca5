package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
)

// A Copy is what a file made by Backup holds.
type Copy struct {
	File    string
	Bytes   int64
	Version int     // of its schema
	Counts  []Count // of what is worth counting, in a fixed order
	Newest  string  // the newest day that is stored, or remembered as stored; empty: none
}

// A Count says how many there are of something.
type Count struct {
	What string // in the plural
	N    int64
}

// counted is what a copy is described by: questions to ask where the table is there.
func counted(name string) []struct{ what, table, query string } {
	if name == LedgerFile {
		return []struct{ what, table, query string }{
			{"accounts", "bill_days", "SELECT count(DISTINCT account) FROM bill_days"},
			{"days", "current_loads", "SELECT count(*) FROM current_loads"},
			{"lines", "bill_lines", "SELECT count(*) FROM bill_lines"},
		}
	}
	return []struct{ what, table, query string }{
		{"accounts", "marks", "SELECT count(DISTINCT account) FROM marks"},
		{"days", "marks", "SELECT count(*) FROM marks"},
		{"runs", "runs", "SELECT count(*) FROM runs"},
		{"messages that wait", "messages", "SELECT count(*) FROM messages WHERE settled = ''"},
	}
}

// Backup copies a file of a state folder, StateFile or LedgerFile, as it is at one instant, also while runs write. The copy
// is readable by its owner only, checked, and appears under its name as a whole or not at all. It has the schema of the
// original, which is not brought up to date: a copy made before an upgrade is one that the older goscan can use.
//
// fs.ErrNotExist says that there is no such file in the folder, fs.ErrExist that there is one at to already; replace
// replaces that.
func Backup(ctx context.Context, dir, name, to string, replace bool) (Copy, error) {
	from, err := filepath.Abs(filepath.Join(dir, name))
	if err != nil {
		return Copy{}, err
	}
	if to, err = filepath.Abs(to); err != nil {
		return Copy{}, err
	}
	if err := mayCopy(from, to, replace); err != nil {
		return Copy{}, err
	}
	original := &database{file: from}
	if _, err := original.examine(ctx); err != nil {
		return Copy{}, original.explain(ctx, err)
	}
	part, err := os.CreateTemp(filepath.Dir(to), "."+filepath.Base(to)+".*") // 0600
	if err != nil {
		return Copy{}, err
	}
	defer os.Remove(part.Name()) // unless it has its own name by then
	if err := part.Close(); err != nil {
		return Copy{}, err
	}
	if err := original.vacuumInto(ctx, part.Name()); err != nil {
		return Copy{}, original.explain(ctx, err)
	}
	c, err := inspect(ctx, part.Name(), name)
	if err != nil {
		return Copy{}, err
	}
	if err := keep(part.Name(), to); err != nil {
		return Copy{}, err
	}
	c.File = to
	return c, nil
}

// mayCopy refuses a copy over what it is a copy of.
func mayCopy(from, to string, replace bool) error {
	source, err := os.Stat(from)
	if err != nil {
		return err
	}
	target, err := os.Stat(to)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case os.SameFile(source, target):
		return fmt.Errorf("%s: %w: it is the file itself", to, fs.ErrExist)
	case !target.Mode().IsRegular():
		return fmt.Errorf("%s: %w: it is no file", to, fs.ErrExist)
	case !replace:
		return fmt.Errorf("%s: %w", to, fs.ErrExist)
	}
	return nil
}

// vacuumInto copies the database into an empty file. See examine for how the original is opened.
func (d *database) vacuumInto(ctx context.Context, to string) error {
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(d.file)}
	db, err := sql.Open("sqlite", u.String()+fmt.Sprintf("?mode=rw&_pragma=busy_timeout(%d)", busyTimeout.Milliseconds()))
	if err != nil {
		return err
	}
	_, err = patiently(ctx, func() (sql.Result, error) { return db.ExecContext(ctx, "VACUUM INTO ?", to) })
	return errors.Join(err, db.Close())
}

// inspect checks a copy and counts what it holds. The copy is opened so that nothing appears beside it.
func inspect(ctx context.Context, file, name string) (c Copy, err error) {
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(file)}
	db, err := sql.Open("sqlite", u.String()+"?mode=ro&immutable=1")
	if err != nil {
		return Copy{}, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var healthy string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&healthy); err != nil {
		return Copy{}, err
	}
	if healthy != "ok" {
		return Copy{}, fmt.Errorf("the copy of %s is damaged, and so may be the original: %s", name, healthy)
	}
	if c.Version, err = schemaVersion(ctx, db); err != nil {
		return Copy{}, err
	}
	if c.Version == 0 {
		return Copy{}, fmt.Errorf("%s holds nothing yet", name)
	}
	info, err := os.Stat(file)
	if err != nil {
		return Copy{}, err
	}
	c.Bytes = info.Size()
	return c, c.count(ctx, db, name)
}

func (c *Copy) count(ctx context.Context, db *sql.DB, name string) error {
	for _, question := range counted(name) {
		var there bool
		if err := db.QueryRowContext(ctx, "SELECT count(*) > 0 FROM sqlite_schema WHERE name = ?", question.table).Scan(&there); err != nil {
			return err
		}
		if !there {
			continue // an older goscan's
		}
		n := Count{What: question.what}
		if err := db.QueryRowContext(ctx, question.query).Scan(&n.N); err != nil {
			return err
		}
		c.Counts = append(c.Counts, n)
	}
	table := map[string]string{StateFile: "marks", LedgerFile: "bill_days"}[name]
	return db.QueryRowContext(ctx, "SELECT coalesce(max(day), '') FROM "+table).Scan(&c.Newest)
}

// keep makes sure that a file is on the disk and then gives it its name.
func keep(part, to string) error {
	f, err := os.OpenFile(part, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(part, to); err != nil {
		return err
	}
	if runtime.GOOS == "windows" { // which cannot open a folder
		return nil
	}
	folder, err := os.Open(filepath.Dir(to))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
