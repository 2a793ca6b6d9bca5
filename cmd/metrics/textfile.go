package metrics

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
)

const (
	// node_exporter runs as a user of its own and must be able to read the file.
	textfileMode = 0o644
	// A process that was killed while it wrote leaves its temporary file. The next one takes it away, but not that of another
	// that is writing now.
	abandonedAfter = time.Hour
	temporary      = ".tmp"
)

// WriteFile writes metrics in Prometheus's text format, so that a reader sees the old file or the new one, whole. The temporary
// file beside it does not end in .prom, and node_exporter leaves it alone.
func WriteFile(path string, g prometheus.Gatherer) error {
	text, err := text(g)
	if err != nil {
		return err
	}
	folder, name := filepath.Split(path)
	if folder == "" {
		folder = "."
	}
	prefix := "." + name + "."
	f, err := os.CreateTemp(folder, strings.ReplaceAll(prefix, "*", "_")+"*"+temporary)
	if err != nil {
		return err
	}
	if err := fill(f, text); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	removeAbandoned(folder, prefix)
	return nil
}

// fill writes a file to the disk and closes it.
func fill(f *os.File, text []byte) error {
	_, err := f.Write(text)
	if err == nil {
		err = f.Chmod(textfileMode)
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// removeAbandoned does what it can: what stays behind is read by nobody.
func removeAbandoned(folder, prefix string) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), prefix) || !strings.HasSuffix(e.Name(), temporary) {
			continue
		}
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > abandonedAfter {
			_ = os.Remove(filepath.Join(folder, e.Name()))
		}
	}
}

// text returns metrics in the text format, always in the same order.
func text(g prometheus.Gatherer) ([]byte, error) {
	families, err := g.Gather()
	if err != nil {
		return nil, fmt.Errorf("metrics: %w", err)
	}
	var out bytes.Buffer
	for _, f := range families {
		if _, err := expfmt.MetricFamilyToText(&out, f); err != nil {
			return nil, fmt.Errorf("metrics: %w", err)
		}
	}
	return out.Bytes(), nil
}
