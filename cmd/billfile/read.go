package billfile

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"goscan/providers"
	"goscan/store"
)

// A File is one that was found to be whole.
type File struct {
	Manifest
	path string
	days []store.Mark
	rows []store.MonthRow
}

// ErrDamaged says that a file is not as it was written.
var ErrDamaged = errors.New("the file is damaged or not whole")

// Find returns the files that a path names: itself, or those of a folder that have a manifest, in order. The name of a manifest
// means its file.
func Find(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []string{strings.TrimSuffix(path, Suffix)}, nil
	}
	found, err := filepath.Glob(filepath.Join(globEscape(path), "*"+Suffix))
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("%s has no %s", path, "*"+Suffix)
	}
	for i := range found {
		found[i] = strings.TrimSuffix(found[i], Suffix)
	}
	return found, err
}

// Open reads all bytes of a file and returns it when they are those that were written.
func Open(path string) (*File, error) {
	f := &File{path: path}
	var err error
	if f.Manifest, err = readManifest(path); err != nil {
		return nil, err
	}
	if f.Focus {
		return nil, fmt.Errorf("%s has the columns of FOCUS, which are less than goscan stores: export without --focus to import", path)
	}
	if _, err := ParseFormat(string(f.Format)); err != nil {
		return nil, fmt.Errorf("%s: %w", path+Suffix, err)
	}
	if f.days, err = f.marks(); err != nil {
		return nil, fmt.Errorf("%s: %w: %w", path+Suffix, ErrDamaged, err)
	}
	for _, c := range f.Manifest.Reconciled {
		r, err := c.row()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path+Suffix, err)
		}
		f.rows = append(f.rows, r)
	}
	return f, f.check(path)
}

// Path returns where the file is.
func (f *File) Path() string { return f.path }

// Days returns the commits of the days that the file has.
func (f *File) Days() []store.Mark { return slices.Clone(f.days) }

// Months returns what was reconciled of an account in the months of the file, as store.History does.
func (f *File) Months(_ context.Context, account string) ([]store.MonthRow, error) {
	return slices.DeleteFunc(slices.Clone(f.rows), func(r store.MonthRow) bool { return r.Account != account }), nil
}

// check compares the bytes of a file with its manifest.
func (m *Manifest) check(path string) error {
	r, err := os.Open(path)
	if err != nil {
		return err
	}
	defer r.Close()
	info, err := r.Stat()
	if err != nil {
		return err
	}
	if info.Size() != m.Bytes {
		return fmt.Errorf("%s: %w: it has %d bytes instead of %d", path, ErrDamaged, info.Size(), m.Bytes)
	}
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != m.SHA256 {
		return fmt.Errorf("%s: %w: its SHA-256 is %s instead of %s", path, ErrDamaged, got, m.SHA256)
	}
	return nil
}

// Lines reads lines back: see store.LineReader. Days must be read in their order.
func (f *File) Lines(ctx context.Context, q store.LineQuery, use func(days []store.Mark, read store.ReadLines) error) (err error) {
	in, err := os.Open(f.path)
	if err != nil {
		return err
	}
	defer in.Close()
	r := &reader{file: f, columns: nativeColumns()}
	if r.decoder, err = f.decoder(in, r.columns); err != nil {
		return fmt.Errorf("%s: %w", f.path, err)
	}
	defer func() { err = errors.Join(err, r.decoder.close()) }()
	r.cells = make([]cell, len(r.columns))
	days := slices.DeleteFunc(slices.Clone(f.days), func(m store.Mark) bool {
		return q.Account != "" && m.Account != q.Account || m.Day < q.From || m.Day > q.To
	})
	return use(days, store.Exactly(func(m store.Mark, emit providers.Emit) error { return r.read(ctx, m, emit) }))
}

func (f *File) decoder(in *os.File, columns []column) (decoder, error) {
	switch f.Format {
	case CSV:
		return newCSVDecoder(in, columns)
	case JSONL:
		return newJSONDecoder(in, columns), nil
	}
	return newParquetDecoder(in, f.Bytes, columns)
}

// A reader is where a file is read.
type reader struct {
	file    *File
	columns []column
	decoder decoder
	cells   []cell
	next    int // index of the day whose lines come next
	rows    int // that were read
	page    []providers.Line
}

const pageLines = 500

// read reads the lines of a day, after those of the days before it that nobody wanted.
func (r *reader) read(ctx context.Context, m store.Mark, emit providers.Emit) error {
	for ; r.next < len(r.file.days); r.next++ {
		d := r.file.days[r.next]
		if byDay(d, m) >= 0 {
			break
		}
		for range d.Lines {
			if err := r.row(ctx); err != nil {
				return err
			}
		}
	}
	if r.next == len(r.file.days) || r.file.days[r.next].Key() != m.Key() {
		return fmt.Errorf("%s: %s %s was read before, or is not in it", r.file.path, m.Account, m.Day)
	}
	r.next++
	r.page = r.page[:0]
	for range m.Lines {
		if err := r.row(ctx); err != nil {
			return err
		}
		l, err := r.line(&m)
		if err != nil {
			return fmt.Errorf("%s row %d: %w", r.file.path, r.rows, err)
		}
		if r.page = append(r.page, l); len(r.page) < pageLines {
			continue
		}
		if err := emit(r.page); err != nil {
			return err
		}
		r.page = r.page[:0]
	}
	if len(r.page) == 0 {
		return nil
	}
	return emit(r.page)
}

func (r *reader) row(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r.rows++
	err := r.decoder.row(r.cells)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return fmt.Errorf("%s row %d: %w: %w", r.file.path, r.rows, ErrDamaged, err)
	}
	return nil
}

// line returns the line of the cells, which must be of a day.
func (r *reader) line(m *store.Mark) (l providers.Line, err error) {
	for i, c := range r.columns {
		if c.set != nil {
			c.set(&l, r.cells[i])
			continue
		}
		if want := c.get(m, &l); want.text != r.cells[i].text || want.number != r.cells[i].number {
			return l, fmt.Errorf("%w: %s is not that of %s %s", ErrDamaged, c.name, m.Account, m.Day)
		}
	}
	return l, nil
}

// globEscape makes a path one that filepath.Glob takes literally.
func globEscape(path string) string {
	return strings.NewReplacer(`[`, `[[]`, `*`, `[*]`, `?`, `[?]`).Replace(path)
}
