package clickhouse_test

import (
	"testing"
	"time"

	"goscan/providers"
	"goscan/store"
)

// A code that went by several names is one row under the newest, of one day the last in the alphabet; a name without a
// code is a key of its own.
func TestACodeOfSeveralNamesIsOneCost(t *testing.T) {
	t.Parallel()
	_, cfg := migrated(t)
	s := open(t, cfg, time.Now)
	for back, names := range [][][2]string{
		{{"ecs", ""}, {"ecs", "Compute"}, {"ecs", "Cloud"}, {"", "Support"}},
		{{"ecs", "Zebra"}, {"", "Support"}, {"rds", ""}},
	} {
		day := october31 - providers.Day(back)
		all := lines(len(names), "1.000000000001")
		for i, name := range names {
			all[i].ServiceCode, all[i].ServiceName = name[0], name[1]
		}
		if _, err := s.Replace(t.Context(), october, day, filling(all)); err != nil {
			t.Fatal(err)
		}
	}
	costs, err := s.Costs(t.Context(), store.Query{From: october31 - 1, To: october31, Amount: store.BilledCost, By: []store.Dimension{store.ByService, store.ByAccount}})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, c := range costs {
		got[c.Keys[0]] = c.Names[0] + " " + c.Amount.String() + " " + c.Names[1]
	}
	want := map[string]string{"ecs": "Compute 4.000000000004 prod", "Support": "Support 2.000000000002 prod", "rds": "rds 1.000000000001 prod"}
	if len(costs) != len(want) {
		t.Errorf("%d costs, want %d: %+v", len(costs), len(want), costs)
	}
	for key, w := range want {
		if got[key] != w {
			t.Errorf("%s: %q, want %q", key, got[key], w)
		}
	}
}
