package config_test

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"goscan/cmd/config"
)

func TestNamesOf(t *testing.T) {
	s := newSetup(t)
	usual := filepath.Join(s.home, ".local", "state", "goscan")
	for name, tt := range map[string]struct {
		yaml string
		want config.Names
	}{
		"everything": {
			"state: ~/bills\nclickhouse: {hosts: [a]}\nproviders: {b: {}, a: {type: x}}\nnotify: {n: }\nreport: {tags: [team, env]}\n",
			config.Names{Accounts: []string{"a", "b"}, Channels: []string{"n"}, Tags: []string{"team", "env"}, State: filepath.Join(s.home, "bills"), Server: true},
		},
		"a state beside the file":      {"state: here\n", config.Names{State: filepath.Join(s.home, "here")}},
		"a variable that is not set":   {"state: ${NOT_SET}\nproviders: {a: {access_key: \"${NOT_SET}\"}}\n", config.Names{Accounts: []string{"a"}, State: usual}},
		"what is wrong otherwise":      {"colour: blue\nproviders: {a: 7, Not-A-Name: {}}\nnotify: [x]\nreport: 3\n", config.Names{Accounts: []string{"a"}, State: usual}},
		"an alias":                     {"providers: &all {a: {}}\nnotify: *all\n", config.Names{Accounts: []string{"a"}, Channels: []string{"a"}, State: usual}},
		"no YAML":                      {"providers: [", config.Names{State: usual}},
		"providers that are nothing":   {"providers:\n", config.Names{State: usual}},
		"a file that is no map at all": {"- a\n", config.Names{State: usual}},
	} {
		path := s.write(t, "goscan.yaml", tt.yaml)
		if diff := cmp.Diff(tt.want, config.NamesOf(s.options(path))); diff != "" {
			t.Errorf("%s: want -, got +\n%s", name, diff)
		}
	}
	if got := config.NamesOf(s.options(filepath.Join(s.home, "nowhere.yaml"))); !cmp.Equal(got, config.Names{State: usual}) {
		t.Errorf("without a file: %+v", got)
	}
	s.env["GOSCAN_STATE"], s.env["GOSCAN_CLICKHOUSE_HOSTS"] = "elsewhere", "h"
	path := s.write(t, "goscan.yaml", "state: here\nproviders: {a: }\n")
	if got := config.NamesOf(s.options(path)); got.State != "elsewhere" || !got.Server {
		t.Errorf("variables do not win: %+v", got)
	}
}
