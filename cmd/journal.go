package cmd

import (
	"fmt"
	"log/slog"
)

// journal logs the end of a run and of each of its bills, where the log is for machines: on a terminal the results and the
// error lines say the same.
func (s *session) journal(r *result, code exitCode, err error) {
	if !s.app.journals {
		return
	}
	log := s.app.log
	if r != nil {
		for _, b := range r.Bills {
			b.journal(log)
		}
		for _, m := range r.Verified {
			log.Info("month verified", "account", m.Account, "month", m.Month.String(), "status", m.Status)
		}
	}
	attributes := []any{"command", s.options.command, "store", s.store.is, "exit", int(code), "outcome", code.word(), "seconds", seconds(s.app.now().Sub(s.began).Seconds())}
	if err != nil {
		log.Error("run ended", append(attributes, "error", oneLine(s.app.mask.text(err.Error())))...)
		return
	}
	log.Info("run ended", attributes...)
}

func (b billResult) journal(log *slog.Logger) {
	log = log.With("account", b.Account, "month", b.Month.String())
	log.Info("bill", "days", b.Days, "stored", b.Stored, "confirmed", b.Confirmed, "failed", len(b.Failed), "lines", b.Lines,
		"total", b.Total.String(), "pages", b.Pages, "seconds", seconds(b.Seconds))
	for _, f := range b.Failed {
		if !f.Skipped {
			log.Error("day failed", "day", f.Day.String(), "kind", f.Kind, "error", f.Error)
		}
	}
}

// seconds writes a duration as every record does.
func seconds(s float64) string { return fmt.Sprintf("%.3f", s) }
