package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"goscan/store"
)

// OpenStateReader opens the state of a folder to look at it, also while runs write. It creates no state and changes none: where
// there is none, the error is fs.ErrNotExist, and one that an older goscan wrote is refused like one of a newer, with
// store.ErrSchema. What would write fails.
func OpenStateReader(ctx context.Context, dir string) (*State, error) {
	schema, err := fs.Sub(schemas, "schema/state")
	if err != nil {
		return nil, err
	}
	db, err := openReader(ctx, dir, StateFile, schema)
	if err != nil {
		return nil, err
	}
	return &State{db}, nil
}

// openReader opens a file of a folder without a connection that writes. SQLite still opens the file for writing where it may:
// only such a reader removes the write-ahead log that it had to create, when it is the last to close the file.
func openReader(ctx context.Context, dir, name string, schema fs.FS) (*database, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	d := &database{file: filepath.Join(dir, name)}
	if _, err := os.Stat(d.file); err != nil {
		return nil, err
	}
	if err := d.acceptable(ctx, schema); err != nil {
		return nil, err
	}
	if d.write, err = sql.Open("sqlite", d.address("_pragma=query_only(ON)&_txlock=immediate&mode=rw")); err != nil {
		return nil, err
	}
	if d.read, err = sql.Open("sqlite", d.address("_pragma=query_only(ON)&mode=rw")); err != nil {
		return nil, errors.Join(err, d.write.Close())
	}
	d.read.SetMaxOpenConns(readers)
	if err := d.fits(ctx, schema); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

// fits returns nil when the file has the schema's last step and no later one.
func (d *database) fits(ctx context.Context, schema fs.FS) error {
	steps, err := fs.Glob(schema, "*.sql")
	if err != nil {
		return err
	}
	version, err := patiently(ctx, func() (int, error) { return schemaVersion(ctx, d.read) })
	switch {
	case err != nil:
		return d.explain(ctx, err)
	case version > len(steps):
		return d.tooNew(version, len(steps))
	case version < len(steps):
		return fmt.Errorf("%s: %w: an older goscan wrote it (version %d, this goscan needs %d): the next sync brings it up to date",
			d.file, store.ErrSchema, version, len(steps))
	}
	return nil
}

// view asks several questions of one instant.
func (d *database) view(ctx context.Context, ask func(tx *sql.Tx) error) error {
	_, err := patiently(ctx, func() (struct{}, error) {
		tx, err := d.read.BeginTx(ctx, nil)
		if err != nil {
			return struct{}{}, err
		}
		err = ask(tx)
		return struct{}{}, errors.Join(err, ignoreDone(tx.Rollback()))
	})
	return d.explain(ctx, err)
}
