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
	"strings"

	"goscan/store"
)

// A Probe is what a look at one file of a state folder finds.
type Probe struct {
	File    string
	Mode    fs.FileMode // of the file: other users should have no part in it
	Bytes   int64
	Version int // of the file's schema; 0: it was created and nothing more
	Known   int // the version that this goscan brings it to when it opens it
}

// Examine looks at a file of a state folder, StateFile or LedgerFile, and neither creates, updates nor locks it: a sync
// may be running. errors.Is(err, fs.ErrNotExist) tells that there is none yet; an error that wraps store.ErrSchema, that
// a newer goscan wrote it, and comes with the Probe.
func Examine(ctx context.Context, dir, name string) (Probe, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return Probe{}, err
	}
	p := Probe{File: filepath.Join(dir, name)}
	info, err := os.Stat(p.File)
	if err != nil {
		return p, err
	}
	p.Mode, p.Bytes = info.Mode(), info.Size()
	steps, err := fs.Glob(schemas, "schema/"+strings.TrimSuffix(name, ".db")+"/*.sql")
	if err != nil {
		return p, err
	}
	p.Known = len(steps)
	d := &database{file: p.File}
	if p.Version, err = d.examine(ctx); err != nil {
		return p, d.explain(ctx, err)
	}
	if p.Version > p.Known {
		return p, fmt.Errorf("%s: %w: a newer goscan wrote it (version %d, this goscan knows %d): use that one",
			p.File, store.ErrSchema, p.Version, p.Known)
	}
	return p, nil
}

// examine reads the schema's version. The file is opened for writing, because only so does the last one that closes it
// take the write-ahead log along, but no statement may write.
func (d *database) examine(ctx context.Context) (version int, err error) {
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(d.file)}
	db, err := sql.Open("sqlite", u.String()+fmt.Sprintf("?mode=rw&_pragma=busy_timeout(%d)&_pragma=query_only(ON)", busyTimeout.Milliseconds()))
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var tables int
	return patiently(ctx, func() (int, error) {
		if err := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
			return 0, err
		}
		if err := d.isMine(ctx, db); err != nil {
			return 0, err
		}
		return schemaVersion(ctx, db)
	})
}
