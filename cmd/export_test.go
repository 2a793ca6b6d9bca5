package cmd

import (
	"context"

	"goscan/sync"
)

// ExitCodeOf returns the exit code of a run whose tasks ended like this, for tests that run the engine in their own process.
func ExitCodeOf(ctx context.Context, outcomes []sync.Outcome) int {
	s := &session{app: &app{mask: &mask{}}, store: opened{is: "a store under test"}}
	return int(codeOf(ctx, newResult(s, outcomes).err()))
}
