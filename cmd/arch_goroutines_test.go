package cmd_test

import (
	"go/ast"
	"path/filepath"
	"slices"
	"testing"
)

// unguarded are the folders whose goroutines may panic: of tests, of what only developers run, and of what serves on loopback
// addresses under net/http, which catches panics itself.
var unguarded = []string{
	"cmd/bench", "providers/providertest", "providers/simulator", "notify/notifytest", "notify/simulator", "store/storetest", "store/clickhouse/chtest",
	"store/clickhouse/chtest/chserve",
	"store/report/anomaly", // arithmetic over what was read already, for report backtest
}

// TestEveryGoroutineCatchesItsPanics sees that what is started with go, or by a group's method Go, is a function that defers
// providers.Recover itself: a panic in another goroutine ends the process in a way that nothing above it can mend.
func TestEveryGoroutineCatchesItsPanics(t *testing.T) {
	seen := 0
	eachFile(t, func(path string, f *ast.File) {
		if slices.Contains(unguarded, filepath.ToSlash(filepath.Dir(path))) {
			return
		}
		ast.Inspect(f, func(n ast.Node) bool {
			started, ok := goroutineOf(n)
			if !ok {
				return true
			}
			seen++
			if body, ok := started.(*ast.FuncLit); !ok || !defersRecover(body) {
				t.Errorf("%s: a goroutine does not defer providers.Recover", path)
			}
			return true
		})
	})
	if seen < 8 {
		t.Errorf("only %d goroutines were seen", seen)
	}
}

// goroutineOf returns the function that a node starts as a goroutine.
func goroutineOf(n ast.Node) (ast.Expr, bool) {
	switch n := n.(type) {
	case *ast.GoStmt:
		return n.Call.Fun, true
	case *ast.CallExpr:
		if method, ok := n.Fun.(*ast.SelectorExpr); ok && method.Sel.Name == "Go" && len(n.Args) == 1 {
			return n.Args[0], true
		}
	}
	return nil, false
}

func defersRecover(f *ast.FuncLit) bool {
	return slices.ContainsFunc(f.Body.List, func(s ast.Stmt) bool {
		deferred, ok := s.(*ast.DeferStmt)
		if !ok {
			return false
		}
		called, ok := deferred.Call.Fun.(*ast.SelectorExpr)
		return ok && called.Sel.Name == "Recover" && ident(called.X) == "providers"
	})
}

func ident(e ast.Expr) string {
	if id, ok := e.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}
