package report_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"goscan/providers"
	"goscan/store"
	"goscan/store/report"
	"goscan/store/report/internal/memstore"
)

func only(d store.Dimension, values ...string) store.Filter {
	return store.Filter{Dimension: d, Values: values}
}

// threeAccounts holds two clouds, of which one account lacks the newest day.
func threeAccounts(t *testing.T) *memstore.Store {
	var s memstore.Store
	fill(t, &s, "a", "2026-10-01", "2026-10-31", "10", providers.Complete)
	fill(t, &s, "late", "2026-10-01", "2026-10-30", "7", providers.Complete)
	for d := day(t, "2026-10-01"); d <= day(t, "2026-10-31"); d++ {
		s.Put("ali", "alicloud", d.String(), providers.Complete, cost("ecs", "3"), cost("oss", "2"))
	}
	return &s
}

func TestAReportOfAPart(t *testing.T) {
	for name, c := range map[string]struct {
		where    []store.Filter
		period   string
		total    string
		accounts []string
	}{
		"everything":           {nil, "2026-10-30", "22", []string{"a", "ali", "late"}},
		"an account":           {[]store.Filter{only(store.ByAccount, "a")}, "2026-10-31", "10", []string{"a"}},
		"two accounts":         {[]store.Filter{only(store.ByAccount, "late", "a")}, "2026-10-30", "17", []string{"a", "late"}},
		"a cloud":              {[]store.Filter{only(store.ByProvider, "alicloud")}, "2026-10-31", "5", []string{"ali"}},
		"a service":            {[]store.Filter{only(store.ByService, "ecs")}, "2026-10-30", "20", []string{"a", "ali", "late"}},
		"a service of a cloud": {[]store.Filter{only(store.ByProvider, "alicloud"), only(store.ByService, "oss")}, "2026-10-31", "2", []string{"ali"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := build(t, threeAccounts(t), report.Options{Where: c.where, By: []store.Dimension{store.ByService, store.ByAccount}})
			if got := r.Period.To.String(); got != c.period {
				t.Errorf("period is %s, want %s", got, c.period)
			}
			section := r.Sections[0]
			if got := text(section.Total); got != c.total {
				t.Errorf("total is %s, want %s", got, c.total)
			}
			if got := text(section.Trend[len(section.Trend)-1].Amount); got != c.total {
				t.Errorf("the trend ends with %s, want %s", got, c.total)
			}
			if got := section.Comparisons[0].Delta.Base.String(); got != c.total {
				t.Errorf("the day before is %s, want %s", got, c.total)
			}
			var accounts []string
			for _, a := range r.Accounts {
				accounts = append(accounts, a.Name)
			}
			if !slices.Equal(accounts, c.accounts) {
				t.Errorf("accounts are %v, want %v", accounts, c.accounts)
			}
			for _, n := range r.Notes {
				if n.Account != "" && !slices.Contains(c.accounts, n.Account) {
					t.Errorf("a note is of %s", n.Account)
				}
			}
			for _, m := range r.Months {
				if !slices.Contains(c.accounts, m.Account) {
					t.Errorf("a month is of %s", m.Account)
				}
			}
		})
	}
}

func TestAPartWithoutLines(t *testing.T) {
	r := build(t, threeAccounts(t), report.Options{Where: []store.Filter{only(store.ByService, "none")}})
	if len(r.Sections) != 0 || len(r.Accounts) != 3 || r.State != report.Complete {
		t.Errorf("%d sections of %d accounts, %s; want none of 3, complete", len(r.Sections), len(r.Accounts), r.State)
	}
}

func TestAnAccountThatDoesNotExist(t *testing.T) {
	for name, where := range map[string][]store.Filter{
		"an account":                   {only(store.ByAccount, "tset")},
		"one of two accounts":          {only(store.ByAccount, "a", "tset")},
		"a cloud":                      {only(store.ByProvider, "aws")},
		"an account of another cloud":  {only(store.ByAccount, "a"), only(store.ByProvider, "alicloud")},
		"another account in each part": {only(store.ByAccount, "a"), only(store.ByAccount, "late")},
	} {
		_, err := report.Build(context.Background(), threeAccounts(t), report.Options{Where: where})
		if !errors.Is(err, report.ErrUnknown) {
			t.Errorf("%s: error is %v, want that there is none", name, err)
		}
	}
	r := build(t, threeAccounts(t), report.Options{
		Where: []store.Filter{only(store.ByAccount, "new")}, Accounts: map[string]string{"a": "volcengine", "new": "alicloud"},
	})
	if r.Stored != nil || len(r.Accounts) != 1 || r.State != report.Missing {
		t.Errorf("a configured account that was never stored: %s, stored %v, %s", fmt.Sprint(r.Accounts), r.Stored, r.State)
	}
	build(t, &memstore.Store{}, report.Options{Where: []store.Filter{only(store.ByAccount, "a")}})
}
