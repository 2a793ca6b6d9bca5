package config

import (
	"fmt"
	"os"
	"runtime"
	"slices"
)

// private warns of the files with secrets that other users of this machine can read. holds is what the configuration holds:
// a secret itself, or names of files.
func (c *Config) private(exposed bool, files []string) {
	if exposed && readableByOthers(c.Path) {
		c.Warnings = append(c.Warnings, fmt.Sprintf("%s holds secrets and other users can read it: chmod 600 %[1]s", c.Path))
	}
	if c.ClickHouse != nil && c.ClickHouse.KeyFile != "" {
		files = append(files, c.ClickHouse.KeyFile)
	}
	slices.Sort(files)
	for _, path := range slices.Compact(files) {
		if path != c.Path && readableByOthers(path) {
			c.Warnings = append(c.Warnings, fmt.Sprintf("%s holds a secret and other users can read it: chmod 600 %[1]s", path))
		}
	}
}

// readableByOthers tells whether somebody else may read a file with a secret. A file of another owner, as root's with the
// group of the service that reads it, is open only when all may. What lies on a file system that nobody writes to was put
// there by systemd or a container's runtime, for this process alone, with whatever mode. Windows has no such modes.
func readableByOthers(path string) bool {
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS == "windows" {
		return false
	}
	others := os.FileMode(0o077)
	if !ours(info) {
		others = 0o007
	}
	return info.Mode().Perm()&others != 0 && !sealed(path)
}
