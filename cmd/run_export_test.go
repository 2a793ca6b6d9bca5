package cmd

import (
	"bytes"
	"context"
	"time"

	"goscan/providers"
	"goscan/providers/all"
)

// RunAt runs a command line in this process at another time, and returns its exit code and what it printed.
func RunAt(ctx context.Context, now time.Time, args ...string) (code int, out, errs string) {
	return RunOn(ctx, all.Registry(), now, args...)
}

// RunOn is RunAt with other clouds.
func RunOn(ctx context.Context, clouds providers.Registry, now time.Time, args ...string) (code int, out, errs string) {
	var stdout, stderr bytes.Buffer
	a := newApp()
	a.clouds = clouds
	a.now = func() time.Time { return now }
	a.out, a.err, a.in = &stdout, &stderr, &bytes.Buffer{}
	a.terminal, a.tty, a.colour, a.answers = false, false, false, false
	code = a.run(ctx, args)
	return code, stdout.String(), stderr.String()
}
