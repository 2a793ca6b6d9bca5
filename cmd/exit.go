package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"goscan/cmd/config"
	"goscan/providers"
	"goscan/store"
	"goscan/store/report"
	"goscan/store/sqlite"
	"goscan/sync"
)

// An exitCode is what a scheduler branches on.
type exitCode int

// The exit codes, as every help text and the README list them.
const (
	exitDone         exitCode = 0
	exitFailed       exitCode = 1
	exitUsage        exitCode = 2
	exitPartly       exitCode = 3
	exitUnreconciled exitCode = 4
	exitStale        exitCode = 5
	exitUndelivered  exitCode = 6
	exitStore        exitCode = 10
	exitLocked       exitCode = 11
	exitDenied       exitCode = 12
	exitInterrupted  exitCode = 130
)

// exitAnnotation is where a command keeps the end of its help text.
const exitAnnotation = "exit status"

// exitTitle begins it.
const exitTitle = "\nEXIT STATUS\n"

// exitStatus returns the annotation that names the exit codes a command can return.
func exitStatus(codes ...exitCode) map[string]string {
	text := exitTitle
	for _, c := range codes {
		text += fmt.Sprintf("  %3d  %s\n", c, c.meaning())
	}
	return map[string]string{exitAnnotation: text}
}

// helpTemplate is cobra's own with the exit status at the end.
const helpTemplate = `{{with or .Long .Short}}{{.}}

{{end}}{{if or .Runnable .HasSubCommands}}{{.UsageString}}{{end}}{{index .Annotations "` + exitAnnotation + `"}}`

func (c exitCode) meaning() string {
	switch c {
	case exitDone:
		return "done"
	case exitFailed:
		return "failed"
	case exitUsage:
		return "wrong usage or configuration"
	case exitPartly:
		return "partly done: some bills are stored, some failed"
	case exitUnreconciled:
		return "stored, but a closed month does not reconcile"
	case exitStale:
		return "stale: the newest stored day is older than allowed"
	case exitUndelivered:
		return "a message could not be delivered"
	case exitLocked:
		return "another run holds the lock"
	case exitStore:
		return "the store is unreachable or its schema does not fit"
	case exitDenied:
		return "credentials refused or a permission is missing"
	case exitInterrupted:
		return "interrupted: old data intact, the next run resumes"
	}
	return ""
}

// word is the meaning in one or two words, as a run's outcome.
func (c exitCode) word() string {
	switch c {
	case exitDone:
		return "done"
	case exitUsage:
		return "wrong usage"
	case exitPartly:
		return "partly done"
	case exitUnreconciled:
		return "unreconciled"
	case exitUndelivered:
		return "message not delivered"
	case exitStore:
		return "store failed"
	case exitLocked:
		return "locked"
	case exitDenied:
		return "denied"
	case exitInterrupted:
		return "interrupted"
	}
	return "failed"
}

// usageError marks an error of the command line.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// withHint adds what to do about an error.
type withHint struct {
	error
	hint string
}

func (e withHint) Unwrap() error { return e.error }

// unfinished says that days of a run failed. Its failures are one for each bill.
type unfinished struct {
	failures []failure
	stored   bool // something was stored or up to date
}

// A failure is a bill with days that could not be fetched or stored.
type failure struct {
	bill providers.Bill
	day  providers.Day // the first that failed
	more int           // how many others failed
	err  error         // of that day
}

func (e *unfinished) Error() string { return e.failures[0].Error() }

func (f failure) Unwrap() error { return f.err }

func (f failure) Error() string {
	when := f.day.String()
	if f.day == 0 {
		when = f.bill.Month.String()
	}
	text := fmt.Sprintf("%s %s: %v", f.bill.Account, when, f.err)
	if f.more > 0 {
		text += fmt.Sprintf(" (and %d more %s of %s)", f.more, plural(f.more, "day", "days"), f.bill.Month)
	}
	return text
}

// errStale says that the newest stored day is older than allowed.
var errStale = errors.New("stale")

// codeOf returns the exit code of a command that ended with err.
func codeOf(ctx context.Context, err error) exitCode {
	var partly *unfinished
	var differs *unreconciled
	var locked *sqlite.LockedError
	var undelivered undeliveredError
	switch {
	case err == nil:
		return exitDone
	case crashOf(err) != nil: // whatever it met or led to
		return exitFailed
	case isUsage(err):
		return exitUsage
	case errors.As(err, &locked):
		return exitLocked
	case errors.Is(err, store.ErrUnreachable), errors.Is(err, store.ErrSchema):
		return exitStore
	case ctx.Err() != nil:
		return exitInterrupted
	case errors.As(err, &partly):
		return partly.code()
	case errors.As(err, &differs):
		return exitUnreconciled
	case errors.Is(err, errStale):
		return exitStale
	case errors.As(err, &undelivered):
		return exitUndelivered
	case providers.KindOf(err) == providers.Denied:
		return exitDenied
	}
	return exitFailed
}

func (e *unfinished) code() exitCode {
	if e.stored {
		return exitPartly
	}
	for _, f := range e.failures {
		if providers.KindOf(f.err) != providers.Denied {
			return exitFailed
		}
	}
	return exitDenied
}

func isUsage(err error) bool {
	var usage usageError
	var wrong config.Errors
	var history *sync.HistoryError
	return errors.As(err, &usage) || errors.As(err, &wrong) || errors.As(err, &history) || errors.Is(err, store.ErrPast) || errors.Is(err, report.ErrUnknown)
}

// exit prints what went wrong, one line for each error and at most one hint after it, and returns the exit code. Only an
// internal error has more to tell.
func (a *app) exit(ctx context.Context, err error) exitCode {
	code := codeOf(ctx, err)
	switch code {
	case exitDone:
		return code
	case exitInterrupted:
		a.complain(errors.New("interrupted: what was stored stays, the next run resumes"), "")
		return code
	}
	all := causes(err)
	for _, e := range all {
		a.complain(e, hintOf(e))
	}
	a.tellStack(all)
	return code
}

// causes splits an error that has several into its lines.
func causes(err error) []error {
	var partly *unfinished
	var wrong config.Errors
	var both untold
	var undelivered undeliveredError
	switch {
	case errors.As(err, &both):
		return append(causes(both.run), causes(both.messages)...)
	case errors.As(err, &undelivered):
		return undelivered.causes()
	case errors.As(err, &partly):
		all := make([]error, len(partly.failures))
		for i, f := range partly.failures {
			all[i] = withHint{f, hintOf(f.err)}
		}
		return all
	case errors.As(err, &wrong):
		all := make([]error, len(wrong))
		for i, e := range wrong {
			all[i] = e
		}
		return all
	}
	return []error{err}
}

func (a *app) complain(err error, hint string) {
	fmt.Fprintf(a.err, "goscan: %s\n", oneLine(a.mask.text(err.Error())))
	if hint != "" {
		fmt.Fprintf(a.err, "hint: %s\n", oneLine(a.mask.text(hint)))
	}
}

// hintOf returns what to do about an error, or nothing.
func hintOf(err error) string {
	var hinted withHint
	var key *config.Error
	var differs *unreconciled
	var locked *sqlite.LockedError
	switch {
	case crashOf(err) != nil:
		return crashHint
	case errors.As(err, &differs):
		return differs.hint()
	case errors.As(err, &locked):
		return "wait for it with --lock-wait 5m"
	case errors.As(err, &hinted):
		return hinted.hint
	case errors.As(err, &key):
		return key.Hint
	case errors.Is(err, store.ErrUnreachable):
		return "check clickhouse.hosts and clickhouse.port in the configuration, and that the server runs"
	case errors.Is(err, fs.ErrPermission):
		return "check who owns the file and its folder"
	}
	return providers.HintOf(err)
}
