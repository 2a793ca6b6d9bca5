package sqlite_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"goscan/store"
	"goscan/store/sqlite"
)

func TestValues(t *testing.T) {
	dir := t.TempDir()
	l := openLedger(t, dir)
	page := lines(5, "1")
	page[0].ServiceCode, page[0].ServiceName, page[0].RegionName = "oss", "对象存储", "华东1"
	page[1].ServiceCode, page[1].RegionID, page[1].RegionName = "", "cn-beijing", "华北2"
	mustReplace(t, l, page)
	for d, want := range map[store.Dimension][]sqlite.Value{
		store.ByService:  {{Key: "ecs"}, {Key: "oss", Name: "对象存储"}},
		store.ByRegion:   {{Key: "cn-beijing", Name: "华北2"}, {Key: "华东1", Name: "华东1"}},
		store.ByAccount:  {{Key: "prod", Name: "prod"}},
		store.ByProject:  nil,
		store.ByResource: nil, // kept with the lines only
		store.Tag("x"):   nil,
	} {
		if got, err := sqlite.Values(t.Context(), dir, d); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v, want %v", d, got, err, want)
		}
	}
}

func TestValuesCreateNothing(t *testing.T) {
	dir := t.TempDir()
	if _, err := sqlite.Values(t.Context(), dir, store.ByService); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v, want that there is none", err)
	}
	l := openLedger(t, dir)
	mustReplace(t, l, lines(1, "1"))
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	before := listing(t, dir)
	if _, err := sqlite.Values(t.Context(), dir, store.ByService); err != nil {
		t.Error(err)
	}
	if after := listing(t, dir); !slices.Equal(before, after) {
		t.Errorf("%v before, %v after", before, after)
	}
}

func listing(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, filepath.Join(dir, e.Name()))
	}
	return names
}
