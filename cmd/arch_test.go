package cmd_test

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// arrows are the imports that a package may have of ours, as a pattern where ... stands for anything. A package that is not
// listed may import nothing of ours. The order matters: the first pattern that a package matches is its rule.
var arrows = []struct {
	from string
	to   []string
}{
	{"goscan", []string{"goscan/cmd"}},
	{"goscan/cmd", []string{
		"goscan/cmd/billfile", "goscan/cmd/build", "goscan/cmd/config", "goscan/cmd/manual", "goscan/cmd/nearest", "goscan/cmd/metrics", "goscan/cmd/schedule", "goscan/sync", "goscan/store", "goscan/store/clickhouse", "goscan/store/sqlite",
		"goscan/store/report", "goscan/store/report/render", "goscan/store/report/anomaly", "goscan/store/report/forecast",
		"goscan/store/report/series", "goscan/providers", "goscan/providers/all",
		"goscan/providers/simulator", "goscan/notify", "goscan/notify/all",
	}},
	{"goscan/cmd/build", nil},
	{"goscan/cmd/schedule", nil},
	{"goscan/cmd/bench", []string{
		"goscan/providers", "goscan/providers/all", "goscan/providers/simulator", "goscan/store", "goscan/store/clickhouse", "goscan/store/sqlite",
	}},
	{"goscan/cmd/metrics", []string{"goscan/providers", "goscan/store"}},
	{"goscan/cmd/billfile", []string{"goscan/providers", "goscan/store"}},
	{"goscan/cmd/manual", nil},
	{"goscan/cmd/nearest", nil},
	{"goscan/cmd/config", []string{"goscan/cmd/nearest", "goscan/providers", "goscan/providers/all", "goscan/notify", "goscan/notify/all"}},
	{"goscan/sync", []string{"goscan/providers", "goscan/store"}},
	{"goscan/store", []string{"goscan/providers"}},
	{"goscan/store/report/series", []string{"goscan/providers"}},
	{"goscan/store/report/anomaly", []string{"goscan/providers", "goscan/store/report/series"}},
	{"goscan/store/report/forecast", []string{"goscan/providers", "goscan/store/report/series"}},
	{"goscan/store/report/render/chart", nil},
	{"goscan/store/report/render", []string{
		"goscan/store", "goscan/store/report", "goscan/store/report/anomaly", "goscan/store/report/render/chart", "goscan/providers",
	}},
	{"goscan/store/report/internal/...", []string{"goscan/store", "goscan/providers"}},
	{"goscan/store/report", []string{
		"goscan/store", "goscan/store/report/series", "goscan/store/report/anomaly", "goscan/store/report/forecast", "goscan/providers",
	}},
	{"goscan/store/...", []string{"goscan/store", "goscan/providers", "goscan/store/storetest", "goscan/store/clickhouse/..."}},
	{"goscan/notify/all", []string{"goscan/notify", "goscan/notify/..."}},
	{"goscan/notify/notifytest", []string{"goscan/notify", "goscan/notify/simulator"}},
	{"goscan/notify/...", []string{"goscan/notify", "goscan/notify/internal/..."}},
	{"goscan/providers/all", []string{"goscan/providers", "goscan/providers/volcengine", "goscan/providers/alicloud"}},
	{"goscan/providers/providertest", []string{"goscan/providers", "goscan/providers/simulator"}},
	{"goscan/providers/internal/...", []string{"goscan/providers", "goscan/providers/internal/..."}},
	{"goscan/providers/...", []string{"goscan/providers", "goscan/providers/internal/..."}},
}

func TestArrowsPointOneWay(t *testing.T) {
	for _, p := range packages(t) {
		for _, imported := range p.Imports {
			if strings.HasPrefix(imported+"/", "goscan/") && !allowed(p.ImportPath, imported) {
				t.Errorf("%s imports %s", p.ImportPath, imported)
			}
		}
	}
}

func allowed(from, to string) bool {
	for _, a := range arrows {
		if !matches(a.from, from) {
			continue
		}
		for _, pattern := range a.to {
			if matches(pattern, to) {
				return true
			}
		}
		return false
	}
	return false
}

func matches(pattern, path string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "..."); ok {
		return strings.HasPrefix(path, prefix)
	}
	return pattern == path
}

// drivers are what package sync must not see: it decides, it does not talk to anybody.
var drivers = []string{"net/http", "database/sql", "github.com/ClickHouse/", "modernc.org/", "github.com/volcengine/", "github.com/alibabacloud-go/"}

func TestSyncKnowsNoDriverAndNotTheStandardSync(t *testing.T) {
	for _, p := range packages(t) {
		if p.ImportPath != "goscan/sync" {
			continue
		}
		for _, imported := range p.Imports {
			if imported == "sync" {
				t.Error("goscan/sync imports the standard library's sync")
			}
			for _, d := range drivers {
				if strings.HasPrefix(imported, d) {
					t.Errorf("goscan/sync imports %s", imported)
				}
			}
		}
	}
}

// ours are the exported names of the standard library's package sync: none may be one of goscan/sync's.
var standardNames = []string{"Mutex", "RWMutex", "WaitGroup", "Once", "OnceFunc", "OnceValue", "OnceValues", "Map", "Pool", "Cond", "Locker", "NewCond"}

func TestSyncExportsNoNameOfTheStandardSync(t *testing.T) {
	eachFile(t, func(path string, f *ast.File) {
		if filepath.Dir(path) != "sync" {
			return
		}
		for _, name := range standardNames {
			if f.Scope.Lookup(name) != nil {
				t.Errorf("%s declares %s", path, name)
			}
		}
	})
}

func TestNoInitAndNoPanic(t *testing.T) {
	eachFile(t, func(path string, f *ast.File) {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if n.Recv == nil && n.Name.Name == "init" {
					t.Errorf("%s has an init function", path)
				}
			case *ast.CallExpr:
				if id, ok := n.Fun.(*ast.Ident); ok && id.Name == "panic" {
					t.Errorf("%s calls panic", path)
				}
			}
			return true
		})
	})
}

// moneyPackages hold amounts.
var moneyPackages = []string{"providers", "sync", "store"}

// measured are the names of fields and parameters that hold a measurement, no amount.
var measured = []string{"Seconds", "Rate", "perSecond", "top"}

// measuring are the packages where every float is a measurement.
var measuring = []string{
	"providers/internal/call", "providers/simulator",
	"store/report/anomaly", "store/report/forecast", // estimates: what is known is added up exactly elsewhere
	"cmd/metrics",               // what Prometheus keeps is for charts and alerts
	"store/report/render/chart", // lengths on paper: the amounts that readers see are texts
}

func TestNoFloatOnTheMoneyPath(t *testing.T) {
	eachFile(t, func(path string, f *ast.File) {
		top, _, _ := strings.Cut(path, "/")
		if !slices.Contains(moneyPackages, top) || slices.Contains(measuring, filepath.ToSlash(filepath.Dir(path))) {
			return
		}
		allowed := map[*ast.Ident]bool{}
		ast.Inspect(f, func(n ast.Node) bool {
			if field, ok := n.(*ast.Field); ok && len(field.Names) == 1 && slices.Contains(measured, field.Names[0].Name) {
				if id, ok := field.Type.(*ast.Ident); ok {
					allowed[id] = true
				}
			}
			if f, ok := n.(*ast.FuncDecl); ok && f.Name.Name == "rateOf" {
				return false
			}
			if id, ok := n.(*ast.Ident); ok && (id.Name == "float64" || id.Name == "float32") && !allowed[id] {
				t.Errorf("%s has a %s", path, id.Name)
			}
			return true
		})
	})
}

type goPackage struct {
	ImportPath string
	Imports    []string
}

// packages lists our packages with the imports of their code, tests not counted.
func packages(t *testing.T) []goPackage {
	t.Helper()
	list := exec.Command("go", "list", "-json=ImportPath,Imports", "goscan/...")
	list.Dir = ".."
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []goPackage
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		var p goPackage
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

// eachFile parses every Go file that is no test.
func eachFile(t *testing.T, check func(path string, f *ast.File)) {
	t.Helper()
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		check(strings.TrimPrefix(filepath.ToSlash(path), "../"), f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
