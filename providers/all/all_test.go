package all_test

import (
	"testing"

	"goscan/providers/all"
)

func TestEveryCloudIsComplete(t *testing.T) {
	registry := all.Registry()
	if len(registry) != 2 {
		t.Errorf("%d clouds, want 2", len(registry))
	}
	for kind, cloud := range registry {
		if cloud.Title == "" || cloud.PageSize <= 0 || cloud.Calendar.History <= 0 || cloud.Calendar.CloseDay <= 0 || cloud.Calendar.IssueLag <= 0 {
			t.Errorf("%s: %+v", kind, cloud)
		}
		one, other := cloud.Settings(), cloud.Settings()
		one.Base().Rate = 1
		if other.Base().Rate != 0 {
			t.Errorf("%s: two accounts share their settings", kind)
		}
	}
}
