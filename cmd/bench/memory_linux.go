package main

import (
	"os"
	"syscall"
)

// peakMemory returns the bytes of memory that a process that has ended held at once at most.
func peakMemory(p *os.ProcessState) int64 {
	const kilobyte = 1 << 10 // what Linux counts in
	if used, ok := p.SysUsage().(*syscall.Rusage); ok {
		return used.Maxrss * kilobyte
	}
	return 0
}
