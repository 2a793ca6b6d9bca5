//go:build !(linux || darwin || freebsd)

package cmd

// freeSpace does not know how to ask here.
func freeSpace(string) (bytes uint64, known bool) { return 0, false }
