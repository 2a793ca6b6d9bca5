package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ParseFilters returns the filters that a user wrote: "account=prod,test,tag:team=search" keeps the lines of the accounts
// prod and test whose tag team is search. A part that names no dimension is another value of the one before it. All
// filters must hold; a dimension that is named twice has the values of both.
func ParseFilters(texts ...string) ([]Filter, error) {
	var all []Filter
	for _, text := range texts {
		last := -1
		for part := range strings.SplitSeq(text, ",") {
			name, value, found := strings.Cut(part, "=")
			dimension, err := ParseDimension(strings.TrimSpace(name))
			switch {
			case (!found || err != nil) && last >= 0:
				all[last].Values = append(all[last].Values, strings.TrimSpace(part))
				continue
			case !found:
				return nil, fmt.Errorf("%q is no filter: write DIMENSION=VALUE, as in account=prod or tag:team=search", part)
			case err != nil:
				return nil, err
			case dimension == ByDay || dimension == ByMonth:
				return nil, errors.New("a report is limited to days by its date, not by a filter")
			}
			if last = slices.IndexFunc(all, func(f Filter) bool { return f.Dimension == dimension }); last < 0 {
				all = append(all, Filter{Dimension: dimension})
				last = len(all) - 1
			}
			all[last].Values = append(all[last].Values, strings.TrimSpace(value))
		}
	}
	return all, nil
}

// String returns the filter as ParseFilters reads it.
func (f Filter) String() string { return string(f.Dimension) + "=" + strings.Join(f.Values, ",") }
