package cmd

import "runtime/debug"

// runMemory is how much memory of its own a run aims at: with the program's text, 150 MB. What is in use at once is about half
// of it, whatever the month's size; without the limit the garbage collector would let as much again pile up.
const runMemory = 96 << 20

// keepMemorySmall makes the collector work harder before a run takes more memory than it needs. Who sets GOMEMLIMIT decides.
func (a *app) keepMemorySmall() {
	if a.getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(runMemory)
	}
}
