package main

import (
	"os"
	"runtime"
	"runtime/debug"
)

// garbagePercent is how much may be garbage for each byte in use before it is
// collected. Most of what a backend has in use are connections of devices that wait,
// which keep no processor busy: less than half of it is room enough.
const garbagePercent = 40

// spare keeps what the process takes of memory small. Who sets GOGC is obeyed.
func (c config) spare() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbagePercent)
	}
	if c.private == "" { // nobody can ask for the profile that these samples are for
		runtime.MemProfileRate = 0
	}
}
