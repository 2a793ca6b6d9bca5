package store

// Dimensions returns the dimensions that a user can name, but those with a key of their own (tag:KEY, native:FIELD), those
// that are asked for most first.
func Dimensions() []Dimension {
	return []Dimension{
		ByAccount, ByService, ByRegion, ByProject, ByResource, ByMeter, ByProvider, BySubAccount, ByCategory, ByBillingMode, ByDay, ByMonth,
	}
}
