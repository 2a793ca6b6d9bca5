package report

import (
	"errors"
	"fmt"
	"slices"

	"goscan/store"
)

// ErrUnknown says that a report is limited to an account or a provider of which nothing is configured or stored: more
// likely a slip of the pen than a question whose answer is nothing.
var ErrUnknown = errors.New("no such account is configured or stored")

// limitedTo returns the history of the accounts that a report is about: filters by account or by provider limit it,
// filters by anything else do not.
func (h *history) limitedTo(filters []store.Filter) (*history, error) {
	if len(h.all) == 0 {
		return h, nil
	}
	for _, f := range filters {
		of := accountField(f.Dimension)
		if of == nil {
			continue
		}
		for _, value := range f.Values {
			if !slices.ContainsFunc(h.all, func(a *accountDays) bool { return of(a) == value }) {
				return nil, fmt.Errorf("%s %s: %w", f.Dimension, value, ErrUnknown)
			}
		}
	}
	limited := &history{}
	for _, a := range h.all {
		if a.matches(filters) {
			limited.all = append(limited.all, a)
		}
	}
	if len(limited.all) == 0 {
		return nil, fmt.Errorf("%s: %w", filters, ErrUnknown)
	}
	return limited, nil
}

// accountField returns what a dimension is of an account, nil when it is of lines.
func accountField(d store.Dimension) func(*accountDays) string {
	switch d {
	case store.ByAccount:
		return func(a *accountDays) string { return a.name }
	case store.ByProvider:
		return func(a *accountDays) string { return a.provider }
	}
	return nil
}

// matches tells whether the account may have lines that all filters keep.
func (a *accountDays) matches(filters []store.Filter) bool {
	for _, f := range filters {
		if of := accountField(f.Dimension); of != nil && !slices.Contains(f.Values, of(a)) {
			return false
		}
	}
	return true
}

// disjoint tells whether no line can be kept by both: they ask for different values of one dimension.
func disjoint(a, b []store.Filter) bool {
	for _, f := range a {
		for _, g := range b {
			shared := slices.ContainsFunc(f.Values, func(value string) bool { return slices.Contains(g.Values, value) })
			if f.Dimension == g.Dimension && !shared {
				return true
			}
		}
	}
	return false
}
