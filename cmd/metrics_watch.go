package cmd

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"goscan/cmd/config"
	"goscan/cmd/metrics"
	"goscan/providers"
	"goscan/store/sqlite"
)

// A watch tells those who watch runs from outside how one goes: Prometheus, a heartbeat service and systemd. None of them can
// make a run fail: that one could not be told is a warning. The methods of a nil watch, that of a dry run, do nothing.
type watch struct {
	app     *app
	cfg     *config.Config
	command string
	began   time.Time
	begun   bool   // the lock was taken
	file    string // of metrics; empty: none
	pulse   *heartbeat
	books   books
	unhook  func() bool // see manager's interrupted
}

const (
	// farewell is how long the end of a run may be held up by those who watch it, and shortFarewell that of an interrupted one.
	farewell      = 10 * time.Second
	shortFarewell = 3 * time.Second
)

func (a *app) watch(ctx context.Context, cfg *config.Config, o syncOptions, command string) *watch {
	if o.dryRun {
		return nil
	}
	w := &watch{app: a, cfg: cfg, command: command, began: a.now(), file: cfg.Metrics.File}
	if o.metricsFile != "" {
		w.file = o.metricsFile
	}
	if command == "sync" { // a backfill is no sign that the daily sync lives
		w.pulse = a.newHeartbeat(cfg)
	}
	w.unhook = a.whenInterrupted(ctx)
	return w
}

// begin tells that the run has its lock. What happens before may be about another run.
func (w *watch) begin(ctx context.Context) {
	if w == nil {
		return
	}
	w.begun = true
	w.pulse.start(ctx)
	w.app.tellManager(managerReady, managerStatus+w.command+" begins")
}

// end tells what became of the run. Of one that found another at work nothing is told: the other one's metrics stay. Nor of one
// that was started wrongly.
func (w *watch) end(ctx context.Context, s *session, r *result, err error) {
	if w == nil {
		return
	}
	w.unhook()
	code := codeOf(ctx, err)
	summary := w.summary(r, code, err)
	w.app.tellManager(managerStopping, managerStatus+firstLine(summary))
	if code == exitLocked || code == exitUsage && !w.begun {
		return
	}
	limit := farewell
	if ctx.Err() != nil {
		limit = shortFarewell
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	defer cancel()
	var pushed, pinged error
	var both sync.WaitGroup
	both.Go(func() {
		defer providers.Recover(&pinged)
		pinged = w.pulse.end(ctx, code, summary)
	})
	snapshot := w.snapshot(ctx, s, code)
	if w.file != "" {
		w.app.warnOf("metrics are not written to "+w.file, writeMetrics(w.file, snapshot, w.cfg.Metrics.Labels))
	}
	pushed = w.push(ctx, snapshot)
	both.Wait()
	w.app.warnOf("metrics are not pushed (metrics.pushgateway)", pushed)
	w.app.warnOf("the end is not told to heartbeat_url", pinged)
}

func (w *watch) measures() bool {
	return w != nil && (w.file != "" || w.cfg.Metrics.Pushgateway != "")
}

func writeMetrics(path string, s metrics.Snapshot, labels map[string]string) error {
	r, err := s.Registry(labels)
	if err != nil {
		return err
	}
	return metrics.WriteFile(path, r)
}

func (w *watch) push(ctx context.Context, s metrics.Snapshot) error {
	to := w.cfg.Metrics
	if to.Pushgateway == "" {
		return nil
	}
	r, err := s.Registry(nil) // the labels are the group's
	if err != nil {
		return err
	}
	return metrics.Push(ctx, metrics.Gateway{
		URL: to.Pushgateway, Username: to.Username, Password: to.Password.Reveal(), Job: to.Job, Labels: to.Labels, Client: watcherClient(),
	}, r)
}

// snapshot collects what is known at the end of a run. What cannot be read is left out, with a warning.
func (w *watch) snapshot(ctx context.Context, s *session, code exitCode) metrics.Snapshot {
	now := w.app.now()
	snapshot := newSnapshot(now)
	if !w.measures() {
		return snapshot
	}
	snapshot.Run = &metrics.Run{Command: w.command, Began: w.began, Ended: now, ExitCode: int(code)}
	state, err := sqlite.OpenStateReader(ctx, w.cfg.State)
	if err == nil {
		var known remembered
		if known, err = remember(ctx, state); err == nil {
			snapshot.Accounts = known.accounts(w.cfg, now)
		}
		err = errors.Join(err, state.Close())
	}
	w.app.warnOf("metrics lack what the state remembers", err)
	for i := range snapshot.Accounts {
		account := &snapshot.Accounts[i]
		w.books.add(account)
		s.addCalls(account)
	}
	return snapshot
}

// addCalls replaces what the state remembers of an account's requests by what the session counted: those that verified months
// are among them.
func (s *session) addCalls(a *metrics.Account) {
	if s == nil || a.LastRun == nil || !a.LastRun.Began.Equal(s.began.Truncate(time.Microsecond)) {
		return
	}
	n := s.calls.ofAccount(a.Name)
	a.LastRun.Calls, a.LastRun.Retries, a.LastRun.Throttles = &n.requests, n.retries, n.throttles
}

// summary says what became of the run, for a monitor: the outcome, and a line for each account. Secrets are masked.
func (w *watch) summary(r *result, code exitCode, err error) string {
	lines := []string{fmt.Sprintf("goscan %s: %s (exit code %d) after %s", w.command, code.word(), code, w.app.now().Sub(w.began).Round(time.Second))}
	if r != nil {
		for _, b := range r.Bills {
			lines = append(lines, b.summary())
		}
		for _, m := range r.Verified {
			if m.Status == monthDiffers || m.Status == monthFailed {
				lines = append(lines, m.text())
			}
		}
	}
	if err != nil && code != exitInterrupted {
		for _, cause := range causes(err) {
			lines = append(lines, cause.Error())
		}
	}
	for i, line := range lines {
		lines[i] = oneLine(w.app.mask.text(line))
	}
	return strings.Join(lines, "\n")
}

// summary says in one line what became of a bill.
func (b billResult) summary() string {
	text := fmt.Sprintf("%s %s: %d stored, %d unchanged", b.Account, b.Month, b.Stored, b.Confirmed)
	if n := len(b.Failed); n > 0 {
		text += fmt.Sprintf(", %d FAILED", n)
	}
	if b.Undone > 0 {
		text += fmt.Sprintf(", %d not begun", b.Undone)
	}
	return text
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// warnOf prints what went wrong beside the run, also where notes are off: it does not decide the exit code. nil is nothing.
func (a *app) warnOf(what string, err error) {
	if err == nil {
		return
	}
	text := oneLine(a.mask.text(what + ": " + err.Error()))
	fmt.Fprintf(a.err, "goscan: warning: %s\n", text)
	if a.journals {
		a.log.Warn(text)
	}
}

// watcherClient keeps no connections: one or two requests are made. It follows no redirect: that would tell the address, which is
// a secret, to somebody whom the configuration does not name.
func watcherClient() *http.Client {
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			DialContext:            (&net.Dialer{Timeout: watcherTry}).DialContext,
			TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout:    watcherTry,
			ResponseHeaderTimeout:  watcherTry,
			MaxResponseHeaderBytes: 64 << 10,
			DisableKeepAlives:      true,
		},
	}
}

// watcherTry is how long one try may wait for an answer: two fit into a farewell.
const watcherTry = 4 * time.Second
