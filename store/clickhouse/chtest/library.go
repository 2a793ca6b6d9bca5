package chtest

import (
	"crypto/sha256"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// launcherSource names the launcher's binary, so that a changed launcher is built anew.
//
//go:embed chserve/main.go
var launcherSource []byte

const (
	launcherPackage = "goscan/store/clickhouse/chtest/chserve"
	libraryFolder   = "chdb-26.7.3" // .ci/clickhouse puts the library there
)

// library returns the file that holds ClickHouse. Without one it skips the test, or fails it under CI=true.
func library(t testing.TB) string {
	t.Helper()
	path := os.Getenv("GOSCAN_CHDB")
	if path == "" {
		path = filepath.Join(cacheFolder(t), libraryFolder, "libchdb.so")
	}
	if _, err := os.Stat(path); err == nil {
		return path
	}
	const without = "no ClickHouse: set GOSCAN_TEST_CLICKHOUSE or run make clickhouse"
	if os.Getenv("CI") == "true" {
		t.Fatal(without)
	}
	t.Skip(without)
	return ""
}

// launcher returns the binary of chserve. It is built once per version of its source and kept in the cache; builds that
// run at once each write a file of their own and rename it into place.
func launcher(t testing.TB) string {
	t.Helper()
	path := filepath.Join(cacheFolder(t), fmt.Sprintf("chserve-%.12x", sha256.Sum256(launcherSource)))
	if _, err := os.Stat(path); err == nil {
		return path
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	built := filepath.Join(t.TempDir(), "chserve")
	build := exec.Command("go", "build", "-o", built, launcherPackage)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building chserve: %v\n%s", err, out)
	}
	beside := fmt.Sprintf("%s.%d", path, os.Getpid())
	content, err := os.ReadFile(built)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(beside, content, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(beside, path); err != nil {
		t.Fatal(err)
	}
	return path
}

func cacheFolder(t testing.TB) string {
	t.Helper()
	folder, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(folder, "goscan")
}
