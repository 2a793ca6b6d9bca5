//go:build linux || darwin || freebsd

package cmd

import "syscall"

// freeSpace returns how many bytes this user may still write in a folder.
func freeSpace(folder string) (bytes uint64, known bool) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(folder, &s); err != nil {
		return 0, false
	}
	return uint64(s.Bavail) * uint64(s.Bsize), true
}
