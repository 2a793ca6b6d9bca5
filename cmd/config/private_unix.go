//go:build unix

package config

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// ours tells whether a file belongs to the user of this process.
func ours(info fs.FileInfo) bool {
	stat, known := info.Sys().(*syscall.Stat_t)
	return !known || int(stat.Uid) == os.Geteuid()
}

// sealed tells whether a file lies on a file system that is mounted to be read only.
func sealed(path string) bool { return errors.Is(unix.Access(path, unix.W_OK), unix.EROFS) }
