package render

import (
	"goscan/providers"
	"goscan/store/report"
)

// An effect names one of the reasons of a change: a field of report.Effects.
type effect string

const (
	effectNew       effect = "new"
	effectVanished  effect = "vanished"
	effectQuantity  effect = "quantity"
	effectPrice     effect = "price"
	effectPurchases effect = "purchases"
	effectRest      effect = "rest"
)

// An effectPart is one effect's part in a change.
type effectPart struct {
	effect effect
	amount providers.Money
}

// effectParts returns all effects, those of zero too, in the order of report.Effects. Their sum is the change.
func effectParts(e report.Effects) []effectPart {
	return []effectPart{
		{effectNew, e.New}, {effectVanished, e.Vanished}, {effectQuantity, e.Quantity}, {effectPrice, e.Price},
		{effectPurchases, e.Purchases}, {effectRest, e.Rest},
	}
}
