package cmd

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strings"

	"goscan/providers"
)

// crashHint follows the line of an internal error, the stack follows the hint.
const crashHint = "this is a mistake in goscan, what was stored before stays: report it with the lines below"

// execute runs the command. A panic in it that nobody has caught before is an error.
func (a *app) execute(ctx context.Context, args []string) (err error) {
	defer providers.Recover(&err)
	root := newRoot(a)
	root.SetArgs(args)
	root.SetOut(a.out)
	root.SetErr(a.err)
	return root.ExecuteContext(ctx)
}

// crashOf returns the panic that an error comes from, nil for any other. Of a run whose days failed, each for itself, that is none.
func crashOf(err error) *providers.Crash {
	crash, _ := errors.AsType[*providers.Crash](err)
	return crash
}

// tellStack prints where the first of the panics was that errors come from, so that it can be reported. It has no arguments in
// clear, but it is masked like everything else.
func (a *app) tellStack(errs []error) {
	for _, err := range errs {
		if crash := crashOf(err); crash != nil {
			fmt.Fprintf(a.err, "%s %s\n", userAgent(), strings.Join([]string{runtime.Version(), runtime.GOOS, runtime.GOARCH}, " "))
			fmt.Fprintln(a.err, a.mask.text(strings.TrimSpace(crash.Stack)))
			return
		}
	}
}

// beside does something in a goroutine of its own that no result comes from. A panic there is logged.
func beside(log *slog.Logger, do func()) {
	go func() {
		var err error
		defer func() {
			if crash := crashOf(err); crash != nil {
				log.Error("internal error", "error", crash.Error(), "stack", crash.Stack)
			}
		}()
		defer providers.Recover(&err)
		do()
	}()
}
