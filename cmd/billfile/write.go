package billfile

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"slices"

	"goscan/providers"
	"goscan/store"
)

const bufferSize = 1 << 16

// Options are how a file is written.
type Options struct {
	Format Format
	Focus  bool // the columns of FOCUS instead of those of bills
}

func (o Options) columns() []column {
	if o.Focus {
		return focusColumns()
	}
	return nativeColumns()
}

// A Writer writes days, in the order of store.LineReader, in constant memory.
type Writer struct {
	out     *bufio.Writer
	counted *counted
	columns []column
	encoder encoder
	cells   []cell
	days    []store.Mark
	rows    []store.MonthRow
	sums    map[sumKey]*sum
}

type sumKey struct {
	account  string
	month    providers.Month
	currency string
}

type sum struct {
	lines   int
	amounts [store.AmountCount]providers.Money
}

// NewWriter returns a Writer that writes to w.
func NewWriter(w io.Writer, o Options) (_ *Writer, err error) {
	c := &counted{w: w, hash: sha256.New()}
	d := &Writer{out: bufio.NewWriterSize(c, bufferSize), counted: c, columns: o.columns(), sums: map[sumKey]*sum{}}
	d.cells = make([]cell, len(d.columns))
	switch o.Format {
	case CSV:
		d.encoder, err = newCSVEncoder(d.out, d.columns)
	case JSONL:
		d.encoder = &jsonEncoder{w: d.out, columns: d.columns}
	default:
		d.encoder = newParquetEncoder(d.out, d.columns)
	}
	return d, err
}

// Day writes the lines of a day.
func (w *Writer) Day(m store.Mark, read store.ReadLines) error {
	w.days = append(w.days, m)
	return read(m, func(page []providers.Line) error {
		for i := range page {
			l := &page[i]
			for j, c := range w.columns {
				w.cells[j] = c.get(&m, l)
			}
			if err := w.encoder.row(w.cells); err != nil {
				return fmt.Errorf("%s %s line %d: %w", m.Account, m.Day, l.Offset, err)
			}
			w.add(&m, l)
		}
		return nil
	})
}

func (w *Writer) add(m *store.Mark, l *providers.Line) {
	key := sumKey{m.Account, m.Month, l.Currency}
	s := w.sums[key]
	if s == nil {
		s = &sum{}
		w.sums[key] = s
	}
	s.lines++
	for i, a := range store.LineAmounts(l) {
		if !a.IsZero() {
			s.amounts[i] = s.amounts[i].Add(a)
		}
	}
}

// Reconciled adds what was reconciled of a month to the manifest.
func (w *Writer) Reconciled(rows []store.MonthRow) { w.rows = append(w.rows, rows...) }

// Close writes what the format ends with. It does not close what was written to.
func (w *Writer) Close() error { return errors.Join(w.encoder.close(), w.out.Flush()) }

// manifest returns the manifest of what was written.
func (w *Writer) manifest(o Options) Manifest {
	m := Manifest{
		Schema: Schema, Format: o.Format, Focus: o.Focus, Bytes: w.counted.bytes, SHA256: hex.EncodeToString(w.counted.hash.Sum(nil)),
		Sums: []Sum{},
	}
	for k, s := range w.sums {
		amounts := make(map[string]providers.Money, len(s.amounts))
		for i, name := range store.AmountColumns() {
			amounts[name] = s.amounts[i]
		}
		m.Sums = append(m.Sums, Sum{k.account, k.month, k.currency, s.lines, amounts})
		m.Lines += s.lines
	}
	slices.SortFunc(m.Sums, func(a, b Sum) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Month, b.Month), cmp.Compare(a.Currency, b.Currency))
	})
	m.setDays(w.days)
	m.setReconciled(w.rows)
	return m
}

func (m *Manifest) setReconciled(rows []store.MonthRow) {
	m.Reconciled = make([]Comparison, len(rows))
	for i, r := range rows {
		m.Reconciled[i] = newComparison(r)
	}
}

// counted counts and hashes what goes through it.
type counted struct {
	w     io.Writer
	hash  hash.Hash
	bytes int64
}

func (c *counted) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.bytes += int64(n)
	c.hash.Write(b[:n])
	return n, err
}

// Write writes a file and then its manifest. Each is whole or not there at all; until the second is, the manifest of an older
// file does not fit and the file is not taken for whole.
func Write(file string, o Options, fill func(w *Writer) error) (m Manifest, err error) {
	err = replaceFile(file, func(f io.Writer) error {
		w, err := NewWriter(f, o)
		if err == nil {
			err = fill(w)
		}
		if err == nil {
			err = w.Close()
		}
		if err == nil {
			m = w.manifest(o)
		}
		return err
	})
	if err != nil {
		return m, err
	}
	return m, writeManifest(file, m)
}

func writeManifest(file string, m Manifest) error {
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return replaceFile(file+Suffix, func(f io.Writer) error {
		_, err := f.Write(append(text, '\n'))
		return err
	})
}

// Refresh tells whether a file is whole and has exactly the lines of these days, so that it need not be written again. Its manifest
// then tells of their commits and of what was reconciled as they are now.
func Refresh(file string, o Options, days []store.Mark, rows []store.MonthRow) (m Manifest, whole bool, err error) {
	m, err = readManifest(file)
	if err != nil || m.Format != o.Format || m.Focus != o.Focus || !m.Loads(days) || m.check(file) != nil {
		return m, false, nil
	}
	m.setDays(days)
	m.setReconciled(rows)
	return m, true, writeManifest(file, m)
}

// replaceFile writes a file that takes the place of the one before only when it is whole. Only its owner may read it.
func replaceFile(file string, fill func(io.Writer) error) error {
	fresh, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+".*")
	if err != nil {
		return err
	}
	err = fill(fresh)
	if err == nil {
		err = fresh.Sync()
	}
	if err = errors.Join(err, fresh.Close()); err == nil {
		err = os.Rename(fresh.Name(), file)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("%s: %w", file, err), os.Remove(fresh.Name()))
	}
	return nil
}
