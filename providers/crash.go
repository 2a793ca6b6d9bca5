package providers

import (
	"fmt"
	"runtime/debug"
	"strings"
)

// A Crash is a panic that was caught: a mistake of Goscan's own. Its text may hold anything, secrets too.
type Crash struct {
	Value any    // what the panic was called with
	Stack string // where, the place of the panic first
}

func (c *Crash) Error() string { return fmt.Sprintf("internal error: %v", c.Value) }

// Recover makes a panic of the function that defers it the function's error:
//
//	func work() (err error) {
//		defer providers.Recover(&err)
//
// A panic ends the process wherever it is if nobody catches it in its own goroutine, with a trace that nothing masked, with the
// exit code of wrong usage and with the run recorded as still under way. So every goroutine begins like this.
func Recover(err *error) {
	if value := recover(); value != nil {
		*err = &Crash{Value: value, Stack: stackBelow(string(debug.Stack()))}
	}
}

// stackBelow returns a stack from the call of panic on: what is above it caught the panic.
func stackBelow(stack string) string {
	_, below, found := strings.Cut(stack, "\npanic(")
	if !found {
		return stack
	}
	lines := strings.SplitN(below, "\n", 3) // the rest of the call, its place, and what is below
	return lines[len(lines)-1]
}
