package cmd

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"goscan/providers"
	"goscan/store"
)

const doctorSchema = "goscan.doctor/1"

// A health is how a finding is to be taken.
type health string

const (
	fine      health = "ok"
	doubtful  health = "warning" // it works and deserves a look
	broken    health = "failed"
	unchecked health = "not checked"
)

// A finding is one line of what the doctor says.
type finding struct {
	Check   string `json:"check"`
	Subject string `json:"subject,omitempty"` // what the check was of, where there may be several: an account, a host
	Status  health `json:"status"`
	Found   string `json:"found"`
	Cure    string `json:"cure,omitempty"`

	code exitCode // of the command, when the status is broken; 0 means exitFailed
}

// name is what the line begins with.
func (f finding) name() string { return strings.TrimSpace(f.Check + " " + f.Subject) }

// A diagnosis is everything that was found, in the order in which it is told.
type diagnosis []finding

// graver are the exit codes in the order in which the first that holds wins.
func graver() []exitCode { return []exitCode{exitUsage, exitStore, exitDenied, exitFailed} }

// code returns the exit code: that of the gravest finding.
func (d diagnosis) code() exitCode {
	for _, code := range graver() {
		if slices.ContainsFunc(d, func(f finding) bool { return f.Status == broken && cmp.Or(f.code, exitFailed) == code }) {
			return code
		}
	}
	return exitDone
}

// unwell ends a visit that found something broken. Its cures are printed already.
type unwell struct {
	text string
	like error // of the class that the exit code stands for
}

func (e unwell) Error() string { return e.text }
func (e unwell) Unwrap() error { return e.like }

// err is errOf of a visit to the doctor.
func (d diagnosis) err() error { return d.errOf("doctor: not well") }

// errOf returns nil when nothing is broken, else an error that names what is, behind a verdict. Its exit code is the diagnosis's.
func (d diagnosis) errOf(verdict string) error {
	var names []string
	for _, f := range d {
		if f.Status == broken && !slices.Contains(names, f.name()) {
			names = append(names, f.name())
		}
	}
	if len(names) == 0 {
		return nil
	}
	e := unwell{text: verdict + ": " + strings.Join(names, ", ")}
	switch d.code() {
	case exitUsage:
		e.like = usageError{errors.New(e.text)}
	case exitStore:
		e.like = store.ErrUnreachable
	case exitDenied:
		e.like = &providers.Error{Kind: providers.Denied}
	}
	return withHint{e, ""}
}

// diagnosisJSON is the diagnosis as JSON.
type diagnosisJSON struct {
	Schema   string    `json:"schema"`
	Healthy  bool      `json:"healthy"`
	ExitCode exitCode  `json:"exit_code"`
	Checks   diagnosis `json:"checks"`
}

// print prints the findings. What servers say is masked and kept on its line.
func (d diagnosis) print(a *app, schema string, asJSON bool) error {
	clean := func(text string) string { return oneLine(a.mask.text(text)) }
	for i := range d {
		d[i].Found, d[i].Cure = clean(d[i].Found), clean(d[i].Cure)
	}
	if asJSON {
		return printJSON(a.out, diagnosisJSON{schema, d.code() == exitDone, d.code(), d})
	}
	return d.printText(a)
}

func (d diagnosis) printText(a *app) error {
	width := 0
	for _, f := range d {
		width = max(width, len(f.name()))
	}
	for _, f := range d {
		if _, err := fmt.Fprintf(a.out, "%s %-*s  %s\n", f.Status.sign(a.colour), width, f.name(), f.Found); err != nil {
			return err
		}
		if f.Cure == "" {
			continue
		}
		indent := strings.Repeat(" ", utf8.RuneCountInString("✓ ")+width+2)
		if _, err := fmt.Fprintf(a.out, "%s→ %s\n", indent, f.Cure); err != nil {
			return err
		}
	}
	return nil
}

// sign is one column wide.
func (h health) sign(colour bool) string {
	sign, paint := "-", "2"
	switch h {
	case fine:
		sign, paint = "✓", "32"
	case doubtful:
		sign, paint = "!", "33"
	case broken:
		sign, paint = "✗", "31"
	}
	if !colour {
		return sign
	}
	return "\x1b[" + paint + "m" + sign + "\x1b[0m"
}
