package sync

import (
	"context"
	"fmt"

	"goscan/store"
)

// Confirm makes the marks agree with the store, which is the truth, and returns the marks of the named accounts. A mark
// that the store does not confirm is forgotten, so its day counts as never stored; a stored day without a mark, or with a
// mark of another commit, gets one. So a truncated table, a restored backup and a lost state file heal by themselves.
func Confirm(ctx context.Context, sink Sink, marks Marks, accounts []string) ([]store.Mark, error) {
	remembered, err := marks.All(ctx)
	if err != nil {
		return nil, fmt.Errorf("state: %w", err)
	}
	known := index(remembered)
	var stored, unmarked []store.Mark
	for _, account := range accounts {
		days, err := sink.Days(ctx, account)
		if err != nil {
			return nil, err
		}
		for _, day := range days {
			if mark, ok := known[day.Key()]; !ok || !sameCommit(mark, day) {
				unmarked = append(unmarked, day)
			}
		}
		stored = append(stored, days...)
	}
	if err := marks.Set(ctx, unmarked...); err != nil {
		return nil, fmt.Errorf("state: %w", err)
	}
	if err := marks.Forget(ctx, unconfirmed(remembered, stored, accounts)...); err != nil {
		return nil, fmt.Errorf("state: %w", err)
	}
	return stored, nil
}

func sameCommit(a, b store.Mark) bool {
	return a.LoadID == b.LoadID && a.Version.Equal(b.Version)
}

// unconfirmed returns the keys of the accounts' marks that are not stored.
func unconfirmed(remembered, stored []store.Mark, accounts []string) []store.Key {
	confirmed := index(stored)
	asked := make(map[string]bool, len(accounts))
	for _, a := range accounts {
		asked[a] = true
	}
	var keys []store.Key
	for _, mark := range remembered {
		if _, ok := confirmed[mark.Key()]; !ok && asked[mark.Account] {
			keys = append(keys, mark.Key())
		}
	}
	return keys
}
