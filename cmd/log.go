package cmd

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/lmittmann/tint"

	"goscan/cmd/config"
	"goscan/providers"
)

// logger returns the log of a run before its configuration is known.
func (a *app) logger(level slog.Level) *slog.Logger {
	return slog.New(tint.NewTextHandler(maskWriter{a.err, a.mask}, &tint.Options{
		Level: level, TimeFormat: time.TimeOnly, NoColor: !a.terminal || a.getenv("NO_COLOR") != "",
	}))
}

// configureLog applies the section log of the configuration. The flags -q and -v go before its level.
func (a *app) configureLog(c config.Log) error {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Level)); err != nil {
		return fmt.Errorf("log.level: %w", err)
	}
	if a.quiet || a.verbose {
		level = a.level()
	}
	if c.File != "" && a.logFile == nil {
		f, err := os.OpenFile(c.File, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return fmt.Errorf("log.file: %w", err)
		}
		a.logFile = f
	}
	a.journals = a.logFile != nil || c.Format == "json"
	switch {
	case c.Format == "json":
		a.log = slog.New(slog.NewJSONHandler(maskWriter{a.logTo(), a.mask}, &slog.HandlerOptions{Level: level}))
	case a.logFile != nil:
		a.log = slog.New(slog.NewTextHandler(maskWriter{a.logTo(), a.mask}, &slog.HandlerOptions{Level: level}))
	default:
		a.log = a.logger(level)
	}
	return nil
}

// logTo returns where the configured log goes.
func (a *app) logTo() io.Writer {
	if a.logFile != nil {
		return a.logFile
	}
	return a.err
}

// A mask replaces secrets by stars wherever they occur in a text, in any of their forms.
type mask struct{ replacer *strings.Replacer }

// shortestSecret is how long a secret has to be to be masked by value: a shorter one would star out ordinary words.
const shortestSecret = 4

// set makes the mask hide these secrets and no others. It is called before the first goroutine uses the mask.
func (m *mask) set(secrets []string) {
	var forms []string
	for _, s := range secrets {
		if len(s) >= shortestSecret {
			forms = append(forms, providers.Secret(s).Forms()...)
		}
	}
	// Of several forms that begin at one place the first is replaced: one secret may be a part of another.
	slices.SortStableFunc(forms, func(a, b string) int { return len(b) - len(a) })
	var pairs []string
	for _, form := range forms {
		pairs = append(pairs, form, "********")
	}
	m.replacer = strings.NewReplacer(pairs...)
}

func (m *mask) text(s string) string {
	if m.replacer == nil {
		return s
	}
	return m.replacer.Replace(s)
}

// maskWriter masks what is written through it. The log handlers write one record at a time.
type maskWriter struct {
	w    io.Writer
	mask *mask
}

func (w maskWriter) Write(p []byte) (int, error) {
	if _, err := io.WriteString(w.w, w.mask.text(string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// oneLine keeps an error on its line: what servers send may have several.
func oneLine(s string) string {
	return strings.Join(strings.Fields(strings.Map(printable, s)), " ")
}

// printable drops control characters, which could move a terminal's cursor.
func printable(r rune) rune {
	switch {
	case r == '\n' || r == '\t' || r == '\r':
		return ' '
	case r < ' ' || r == 0x7f:
		return -1
	}
	return r
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
