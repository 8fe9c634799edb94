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

// look is how often somebody looks, who takes time from what is looked at.
const look = 20 * time.Millisecond

// tell says once when the device could be used: when the till had opened a keypad,
// and when the first picture of it stood on the glass; and what time it is now. All
// three are seconds since the kernel started. Nobody looks before there is something to
// see.
func (g *glass) tell(o *outlet) {
	for range time.Tick(look) {
		if !g.drawn() {
			continue
		}
		g.mu.Lock()
		if g.keys.IsZero() && readsKeys(g.till) {
			g.keys = time.Now()
		}
		keys, picture := g.keys, g.lit
		g.mu.Unlock()
		if !keys.IsZero() {
			now := uptime()
			text := fmt.Sprintf("%.2f %.2f %.2f", now-time.Since(keys).Seconds(), now-time.Since(picture).Seconds(), now)
			o.send(fmt.Sprintf("ready %d", len(text)), []byte(text))
			return
		}
	}
}

// drawn says that the glass was turned on, which a driver does when the first picture
// is in its memory.
func (g *glass) drawn() bool {
	g.mu.Lock()
	lit := g.lit
	g.mu.Unlock()
	if lit.IsZero() {
		return false
	}
	m := g.Image()
	return bytes.Count(m.Pix, m.Pix[:4]) < len(m.Pix)/4 // not one colour all over
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
