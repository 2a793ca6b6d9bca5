package store

import (
	"context"

	"goscan/providers"
)

// A Pruner drops old months for good. Both stores are Pruners.
type Pruner interface {
	// Prune drops everything that is stored of an account before a month: lines, sums, also those of superseded loads,
	// commits and what was reconciled. Afterwards the days are as if they had never been stored, and may be stored again.
	// A reader sees each month as it was or not at all, also when the server or this process dies at any moment; calling
	// Prune again then does what is left. Other accounts and later months are not touched.
	Prune(ctx context.Context, account string, before providers.Month) error
}
