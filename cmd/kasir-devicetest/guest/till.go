package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
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
		g.reads(time.Now())
		g.mu.Lock()
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

// inputs is where the kernel has the keypads.
const inputs = "/dev/input"

// attend notes when the till opens its keypad, told by the kernel: looking for it would
// take time from what is waited for. From then on a key that is pressed is not lost.
func (g *glass) attend() error {
	for began := time.Now(); ; time.Sleep(look) {
		if _, err := os.Stat(inputs); err == nil {
			break
		} else if time.Since(began) > time.Minute {
			return fmt.Errorf("attend keypad: %w", err)
		}
	}
	told, err := syscall.InotifyInit1(syscall.IN_CLOEXEC)
	if err != nil {
		return fmt.Errorf("attend keypad: %w", err)
	}
	defer syscall.Close(told)
	if _, err := syscall.InotifyAddWatch(told, inputs, syscall.IN_OPEN); err != nil {
		return fmt.Errorf("attend keypad: %w", err)
	}
	for events := make([]byte, 4096); ; {
		_, err := syscall.Read(told, events)
		now := time.Now()
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			return fmt.Errorf("attend keypad: %w", err)
		}
		if g.took(now) {
			return nil
		}
	}
}

// took notes that the till has had a keypad open since a moment. It is told of an open
// file a little before the file is in the list of those it has.
func (g *glass) took(at time.Time) bool {
	for range 5 {
		if g.reads(at) {
			return true
		}
		time.Sleep(time.Millisecond)
	}
	return false
}

// reads says whether the till has a keypad open, and notes it if it was not known. The
// glass goes on while it looks.
func (g *glass) reads(at time.Time) bool {
	g.mu.Lock()
	till, known := g.till, !g.keys.IsZero()
	g.mu.Unlock()
	if known || !readsKeys(till) {
		return known
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.keys.IsZero() {
		g.keys = at
	}
	return true
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
