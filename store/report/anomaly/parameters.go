package anomaly

import (
	"fmt"
	"slices"
	"strings"

	"goscan/providers"
)

// Floor returns the smallest change of a cost in a currency that is one.
func (p Parameters) Floor(currency string) providers.Money { return floorOf(p, currency) }

// Validate reports a rule that does not exist.
func (p Parameters) Validate() error {
	if p.Rule != "" && !slices.Contains(Rules(), p.Rule) {
		return fmt.Errorf("%q is no rule (%s)", p.Rule, strings.Join(Rules(), ", "))
	}
	return nil
}
