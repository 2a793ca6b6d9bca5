// Package sync decides which days of which bills to fetch (Plan), fetches them and has them stored whole (Engine), and
// tells what became of each (Outcome). It is not the standard library's sync and does not import it.
//
// The heart is one expression whose nesting is the guarantee, Sink.Replace{ Provider.Fetch{ put } }, and only after it
// Marks.Set: a day is remembered as stored only by the one who knows that it is.
package sync

import (
	"context"

	"goscan/providers"
	"goscan/store"
)

// A Sink stores days whole. Both stores are Sinks.
type Sink interface {
	// Replace makes the lines that fill puts the only lines of that day of the bill. Readers see the old lines
	// or the new ones, never a mixture, never none, also when the server or this process dies at any moment.
	// If fill or Replace fails, the old lines remain, and fill's error is in the tree of the returned one. put may be
	// called from several goroutines, Replace for several days at once. Of two writers of one day, the one whose fetch
	// began later wins, whole. An error whose tree holds store.ErrUnreachable or store.ErrSchema dooms every other day.
	Replace(ctx context.Context, b providers.Bill, d providers.Day, fill func(put providers.Emit) error) (store.Change, error)
	// Days returns the newest commit of every stored day of an account: the truth that marks are checked against.
	Days(ctx context.Context, account string) ([]store.Mark, error)
}

// Marks are what the local state remembers of the days of one store.
type Marks interface {
	All(ctx context.Context) ([]store.Mark, error)
	// Set remembers days. A mark replaces that of the same account, dataset and day.
	Set(ctx context.Context, marks ...store.Mark) error
	// Forget drops marks that the store does not confirm.
	Forget(ctx context.Context, keys ...store.Key) error
}
