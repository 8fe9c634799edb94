package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// settled is how long nothing was sent to a glass that has its picture, and look how
// often somebody looks, who takes time from what is looked at.
const (
	settled = 40 * time.Millisecond
	look    = 20 * time.Millisecond
)

// tell says once when the device could be used: when the till had opened a keypad,
// and when the first picture of it stood on the glass; and what time it is now. All
// three are seconds since the kernel started.
func (g *glass) tell(o *outlet) {
	var keys, picture float64
	till := 0
	for range time.Tick(look) {
		if till == 0 && g.begun() {
			till = findTill()
		}
		if keys == 0 && till > 0 && readsKeys(till) {
			keys = uptime()
		}
		if picture == 0 {
			picture = g.drawn()
		}
		if keys > 0 && picture > 0 {
			text := fmt.Sprintf("%.2f %.2f %.2f", keys, picture, uptime())
			o.send(fmt.Sprintf("ready %d", len(text)), []byte(text))
			return
		}
	}
}

// begun reports whether anything was ever sent to the glass: before that there is
// no till to look for.
func (g *glass) begun() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return !g.last.IsZero()
}

// drawn is when the glass got the last of its picture; 0 while it has none.
func (g *glass) drawn() float64 {
	g.mu.Lock()
	last := g.last
	g.mu.Unlock()
	if last.IsZero() || time.Since(last) < settled || !g.On() {
		return 0
	}
	m := g.Image()
	if bytes.Count(m.Pix, m.Pix[:4]) == len(m.Pix)/4 {
		return 0 // one colour all over
	}
	return uptime() - time.Since(last).Seconds()
}

func uptime() float64 {
	text, err := os.ReadFile("/proc/uptime")
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(text), " ")
	seconds, err := strconv.ParseFloat(first, 64)
	if err != nil {
		return 0
	}
	return seconds
}

// findTill is the process that is the till; 0 when there is none.
func findTill() int {
	found, err := filepath.Glob("/proc/[0-9]*/comm")
	if err != nil {
		return 0
	}
	for _, path := range found {
		if text, err := os.ReadFile(path); err == nil && string(text) == "kasir\n" {
			pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			if err == nil && len(commandOf(pid)) > 1 && commandOf(pid)[1] == "run" {
				return pid
			}
		}
	}
	return 0
}

func commandOf(pid int) []string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil {
		return nil
	}
	return strings.Split(string(text), "\x00")
}

func readsKeys(pid int) bool {
	found, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	if err != nil {
		return false
	}
	for _, path := range found {
		if to, err := os.Readlink(path); err == nil && strings.HasPrefix(to, "/dev/input/event") {
			return true
		}
	}
	return false
}
