package keypad

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"kasir/terminal"
)

// EvdevOpts says which input devices are a till's pad, and what for.
type EvdevOpts struct {
	// Device is "" for every device that has ten digits and an Enter key, a path
	// that begins with / (best a link in /dev/input/by-id) for that file alone,
	// or a part of the names of the devices that are meant.
	Device string
	// Keys changes what key codes (KEY_... of Linux) mean; zero is nothing.
	Keys map[uint16]terminal.Key
	// Share leaves the devices to others too: without it, what is typed does
	// not also reach the login on the console.
	Share bool
	// Attached, unless nil, is told when the first pad is there and when the
	// last is gone, and once at the start. It is called by Run and must not block.
	Attached func(ok bool)
	Log      *slog.Logger
}

// Evdev is pads that Linux itself reads: on USB, by Bluetooth, a matrix or
// buttons of the device tree. Pads may come and go while it runs; one that is
// plugged in is there as soon as udev has given it to our group. Presses are
// told, repeats are not. The program must be in the group input.
//
// Presses go through a Queue; a till that stands still loses none before that
// is full. Run returns only when ctx ends, or if this system has no evdev.
func Evdev(o EvdevOpts) Source {
	keys := maps.Clone(codeKeys)
	maps.Copy(keys, o.Keys)
	return &evdev{EvdevOpts: o, dir: "/dev/input", keys: keys, layout: native, open: openInput}
}

// lookForPads is how often the directory is read without word from inotify,
// whose queue may overflow, and which says nothing of links elsewhere.
const lookForPads = time.Second

type evdev struct {
	EvdevOpts
	dir    string
	keys   map[uint16]terminal.Key
	layout layout
	open   func(path string) (device, error)

	queue *Queue
	pads  map[string]*pad // by path
	said  map[string]refusal
	ends  chan *pad
}

// Run implements Source.
func (s *evdev) Run(ctx context.Context, out func(terminal.Key)) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	dirs := []string{s.dir}
	if s.path() != "" {
		dirs = []string{filepath.Dir(s.path())}
	}
	watch, err := watchDirs(dirs...)
	if err != nil {
		return fmt.Errorf("watch %s: %w", dirs[0], err)
	}
	defer watch.close()
	s.queue, s.ends = NewQueue(s.Log), make(chan *pad)
	s.pads, s.said = make(map[string]*pad), make(map[string]refusal)
	var hands sync.WaitGroup
	hands.Go(func() { _ = s.queue.Run(ctx, out) })
	defer hands.Wait()
	defer s.closeAll()
	defer stop()
	tick := time.NewTicker(lookForPads)
	defer tick.Stop()
	for attached, first := false, true; ; first = false {
		s.look(ctx)
		if now := len(s.pads) > 0; s.Attached != nil && (first || now != attached) {
			s.Attached(now)
		}
		attached = len(s.pads) > 0
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-watch.changes:
		case <-tick.C:
			watch.again()
		case p := <-s.ends:
			s.drop(p)
		}
	}
}

// path is the one file that is meant, or "".
func (s *evdev) path() string {
	if strings.HasPrefix(s.Device, "/") {
		return s.Device
	}
	return ""
}

// look opens the pads that are new and drops those whose files are gone.
func (s *evdev) look(ctx context.Context) {
	for _, p := range s.pads {
		if info, err := os.Stat(p.path); err != nil || !os.SameFile(info, p.info) {
			s.drop(p)
		}
	}
	paths := []string{s.path()}
	if s.path() == "" {
		paths, _ = filepath.Glob(filepath.Join(s.dir, "event*")) // the pattern is a good one
	}
	for _, path := range paths {
		if s.pads[path] == nil {
			s.try(ctx, path)
		}
	}
	for path := range s.said {
		if _, err := os.Stat(path); err != nil {
			delete(s.said, path)
		}
	}
}

// drop forgets a pad. It waits for the pad's last key, not for the till.
func (s *evdev) drop(p *pad) {
	if s.pads[p.path] != p {
		return
	}
	delete(s.pads, p.path)
	_ = p.Close() // it may be gone already
	s.await(p)
	s.Log.Warn("keypad is gone", "path", p.path, "name", p.name)
}

// await lets a pad's reader end; it may have wanted to say so itself.
func (s *evdev) await(p *pad) {
	for {
		select {
		case <-p.done:
			return
		case other := <-s.ends:
			if other != p {
				defer s.drop(other)
			}
		}
	}
}

func (s *evdev) closeAll() {
	for _, p := range s.pads {
		_ = p.Close()
		<-p.done
	}
}
