package render

import "goscan/providers"

// Amount formats an amount as reports do, without its currency: "-1,234.50". It is for the results of other commands.
func Amount(m providers.Money) string { return money(&m, "") }

// Count formats a number of things as reports do: "12,345".
func Count(n int64) string { return number(n) }
