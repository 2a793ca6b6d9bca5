// Package sqlite keeps, in two files of one folder, what Goscan needs between its runs: the state (state.db: the marks of
// stored days and the history of runs) and the embedded ledger (ledger.db), a store of bills for use without a server, with
// the tables and views that package store describes. People may read the ledger with sqlite3 at any time. Beside them
// state.lock keeps runs apart: State.Lock.
//
// Both files are readable by their owner only and may be used by several processes at once (write-ahead log), but not on
// a network file system. Writers of one file take turns: every write is one short transaction, none is open while a cloud
// is awaited, and a reader never waits for one. Amounts are pairs of whole numbers, summed exactly; see schema/ledger.
//
// A file that a newer goscan wrote is refused with store.ErrSchema; one of an older goscan is brought up to date when it
// is opened, except by OpenStateReader. Every error names its file.
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
	"time"

	"modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"
)

const (
	// busyTimeout is how long SQLite itself waits for another writer. It is short because that wait cannot be
	// interrupted; update repeats it until the context ends or writerPatience is over.
	busyTimeout    = 200 * time.Millisecond
	writerPatience = time.Minute

	readers = 4
)

// A database is an open file: one connection that writes, some that only read.
type database struct {
	file  string
	write *sql.DB
	read  *sql.DB
}

// open opens a file of a folder, creates both where they are missing, and brings the file's schema up to date.
func open(ctx context.Context, dir, name string, schema fs.FS) (*database, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	d := &database{file: filepath.Join(dir, name)}
	if err := createPrivate(d.file); err != nil {
		return nil, err
	}
	if name == LedgerFile {
		if err := d.layOut(ctx); err != nil {
			return nil, d.explain(ctx, err)
		}
	}
	if err := d.acceptable(ctx, schema); err != nil {
		return nil, err
	}
	if d.write, err = sql.Open("sqlite", d.address("_txlock=immediate")); err != nil {
		return nil, err
	}
	d.write.SetMaxOpenConns(1)
	if d.read, err = sql.Open("sqlite", d.address("_pragma=query_only(ON)")); err != nil {
		return nil, errors.Join(err, d.write.Close())
	}
	d.read.SetMaxOpenConns(readers)
	if err := d.migrate(ctx, schema); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

// createPrivate creates a file that only its owner may read; SQLite gives the files beside it the same mode.
func createPrivate(file string) error {
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// ledgerPage is the size of a ledger's pages. A line with the native fields of its cloud takes 1 to 4 kB: on pages of the usual
// 4 kB nearly every one would spill over, which takes half as much time again and a quarter more of the disk.
const ledgerPage = 16 << 10

// layOut gives a file that is new and empty its page size, which stays. It has to be said before anything else is.
func (d *database) layOut(ctx context.Context) error {
	info, err := os.Stat(d.file)
	if err != nil || info.Size() > 0 {
		return err
	}
	address := url.URL{Scheme: "file", Path: filepath.ToSlash(d.file)}
	db, err := sql.Open("sqlite", address.String())
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1) // what a PRAGMA says is said to a connection
	for _, pragma := range []string{
		fmt.Sprintf("busy_timeout = %d", writerPatience.Milliseconds()), fmt.Sprintf("page_size = %d", ledgerPage), "journal_mode = WAL",
	} {
		if _, failed := db.ExecContext(ctx, "PRAGMA "+pragma); failed != nil {
			err = errors.Join(err, failed)
		}
	}
	return errors.Join(err, db.Close())
}

// address returns the data source name. The pragmas are applied in order; the first makes the others wait their turn.
func (d *database) address(last string) string {
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(d.file)}
	return u.String() + fmt.Sprintf("?_pragma=busy_timeout(%d)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&%s",
		busyTimeout.Milliseconds(), last)
}

// update does something in one transaction that holds the file's write lock from its first statement. The lock is
// waited for; nothing else may be.
func (d *database) update(ctx context.Context, do func(tx *sql.Tx) error) error {
	tx, err := d.begin(ctx)
	if err != nil {
		return d.explain(ctx, err)
	}
	returned := false
	defer func() {
		if !returned { // a panic: the only connection that writes is given back
			_ = tx.Rollback()
		}
	}()
	err = do(tx)
	returned = true
	if err != nil {
		return d.explain(ctx, errors.Join(err, ignoreDone(tx.Rollback())))
	}
	return d.explain(ctx, tx.Commit())
}

func (d *database) begin(ctx context.Context) (*sql.Tx, error) {
	return patiently(ctx, func() (*sql.Tx, error) { return d.write.BeginTx(ctx, nil) })
}

// QueryContext asks one of the reading connections. Readers wait only for a process that opens or closes the file.
func (d *database) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return patiently(ctx, func() (*sql.Rows, error) { return d.read.QueryContext(ctx, query, args...) })
}

// patiently tries again as long as another process is in the way.
func patiently[T any](ctx context.Context, try func() (T, error)) (T, error) {
	for started := time.Now(); ; {
		result, err := try()
		if !isBusy(err) || ctx.Err() != nil || time.Since(started) > writerPatience {
			return result, err
		}
	}
}

// explain makes an error of SQLite one that names the file and, once ctx has ended, says so.
func (d *database) explain(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", d.file, ctx.Err())
	}
	failure, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return err
	}
	switch failure.Code() & primaryCode {
	case codes.SQLITE_NOTADB, codes.SQLITE_CORRUPT:
		return fmt.Errorf("%s is damaged (move it away and run again: what it held is fetched anew): %w", d.file, failure)
	case codes.SQLITE_FULL:
		return fmt.Errorf("%s: no space left, nothing was changed: %w", d.file, failure)
	case codes.SQLITE_READONLY, codes.SQLITE_CANTOPEN, codes.SQLITE_PERM:
		return fmt.Errorf("%s cannot be written (are the file and its folder writable?): %w", d.file, failure)
	case codes.SQLITE_BUSY:
		return fmt.Errorf("%s: another process has been writing for %s: %w", d.file, writerPatience, failure)
	}
	return fmt.Errorf("%s: %w", d.file, failure)
}

// primaryCode masks the part of a result code that names the kind of error.
const primaryCode = 0xff

func isBusy(err error) bool {
	failure, ok := errors.AsType[*sqlite.Error](err)
	return ok && failure.Code()&primaryCode == codes.SQLITE_BUSY
}

// ignoreDone drops the error of a rollback after the transaction was ended by its context.
func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

// close waits for what is running and closes the file.
func (d *database) close() error {
	return d.explain(context.Background(), errors.Join(d.read.Close(), d.write.Close()))
}
