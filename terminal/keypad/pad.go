package keypad

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"kasir/terminal"
)

// device is one file of /dev/input. The calls besides Read and Close fail with
// errNoDevice on a file that is something else, such as a pipe in its place.
type device interface {
	io.ReadCloser
	Name() (string, error)   // what it calls itself
	Keys() (keyCodes, error) // the keys it has
	Held() (keyCodes, error) // the keys that are down
	Grab() error             // keep its events from everybody else
	Stat() (os.FileInfo, error)
}

var errNoDevice = errors.New("not an input device")

// pad is a device that keys are read from.
type pad struct {
	device
	path, name string
	info       os.FileInfo
	done       chan struct{}
}

// refusal is why a file is not a pad, and which file it was.
type refusal struct {
	info os.FileInfo
	why  string
}

// try makes a pad of a file, if it is one. A file that was refused is tried
// again when it has changed, and each second when it could not be opened; the
// log is told once.
func (s *evdev) try(ctx context.Context, path string) {
	info, err := os.Stat(path)
	if err != nil {
		return // not there, or gone again
	}
	before, known := s.said[path]
	if known && before.why == "" && os.SameFile(before.info, info) {
		return
	}
	p, err := s.accept(path)
	if err == nil && p != nil {
		delete(s.said, path)
		s.pads[path] = p
		s.Log.Info("keypad is there", "path", path, "name", p.name)
		go s.read(ctx, p)
		return
	}
	now := refusal{info: info}
	if err != nil {
		now.why = err.Error()
	}
	if now.why != "" && now.why != before.why {
		s.Log.Warn("keypad cannot be used", "path", path, "err", err)
	}
	s.said[path] = now
}

// accept opens a file and looks whether it is a pad that is meant; it is nil
// when not.
func (s *evdev) accept(path string) (p *pad, err error) {
	d, err := s.open(path)
	if err != nil {
		return nil, err // says what and where by itself
	}
	defer func() {
		if p == nil {
			_ = d.Close()
		}
	}()
	name, err := d.Name()
	if err != nil && !errors.Is(err, errNoDevice) {
		return nil, fmt.Errorf("read name of %s: %w", path, err)
	}
	if s.path() == "" {
		keys, err := d.Keys()
		if errors.Is(err, errNoDevice) {
			return nil, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read keys of %s: %w", path, err)
		}
		if s.Device == "" && !keys.isPad() || !strings.Contains(strings.ToLower(name), strings.ToLower(s.Device)) {
			return nil, nil
		}
	}
	if !s.Share {
		if err := d.Grab(); err != nil && !errors.Is(err, errNoDevice) {
			return nil, fmt.Errorf("grab %s: %w", path, err)
		}
	}
	info, err := d.Stat()
	if err != nil {
		return nil, fmt.Errorf("open keypad %s: %w", path, err)
	}
	return &pad{device: d, path: path, name: name, info: info, done: make(chan struct{})}, nil
}

// noWriter is how long a pipe in the place of a device is left alone that
// nobody writes to. A device has no end of file.
const noWriter = 100 * time.Millisecond

// read takes keys from a pad until it is closed or unplugged.
func (s *evdev) read(ctx context.Context, p *pad) {
	defer close(p.done)
	var track keyTrack
	if down, err := p.Held(); err == nil {
		track.down = down // pressed before it was ours
	}
	var hold keyHold
	defer hold.end()
	// A computer too busy to read that a key was let go asks the device itself.
	held := func(code uint16) {
		if down, err := p.Held(); err == nil && !down.has(code) {
			return
		}
		if k, ok := terminal.Hold(s.keys[code]); ok {
			s.queue.Press(k)
		}
	}
	buf, n := make([]byte, 64*s.layout.size()), 0
	for {
		got, err := p.Read(buf[n:])
		if errors.Is(err, io.EOF) {
			select {
			case <-ctx.Done():
				return
			case <-time.After(noWriter):
				continue
			}
		}
		if err != nil {
			select {
			case s.ends <- p:
			case <-ctx.Done():
			}
			return
		}
		events, rest := s.layout.events(buf[:n+got])
		n = copy(buf, rest)
		codes, lost := track.take(events, func() (keyCodes, bool) {
			down, err := p.Held()
			return down, err == nil
		})
		if lost {
			s.Log.Warn("keys may be lost: the computer was too busy to read them", "path", p.path)
		}
		for _, code := range codes {
			if k := s.keys[code]; k != 0 {
				s.queue.Press(k)
			}
		}
		hold.take(events, held)
	}
}
