package keypad

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// slot is a /dev/input of the test's own, with devices made of Go in it.
type slot struct {
	dir string
	mu  sync.Mutex
	in  map[string]*fakeInput // by file name
}

// fakeInput is a device that obeys: events are read as they were written, a
// grab keeps others out, and unplugged it reads ENODEV.
type fakeInput struct {
	name   string
	keys   keyCodes
	events chan []byte
	gone   chan struct{}
	file   string

	mu     sync.Mutex
	grabs  int
	down   keyCodes // that are, for whoever asks
	closed chan struct{}
	refuse error // what opening or grabbing it fails with
}

func newSlot(t *testing.T) *slot { return &slot{dir: t.TempDir(), in: make(map[string]*fakeInput)} }

// plug makes a device appear.
func (s *slot) plug(t *testing.T, file, name string, codes ...uint16) *fakeInput {
	t.Helper()
	f := &fakeInput{name: name, events: make(chan []byte, 100), gone: make(chan struct{}), file: filepath.Join(s.dir, file)}
	for _, c := range codes {
		f.keys.put(c, true)
	}
	s.mu.Lock()
	s.in[f.file] = f
	s.mu.Unlock()
	if err := os.WriteFile(f.file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return f
}

// unplug makes it go: from the directory, and for whoever reads it.
func (s *slot) unplug(t *testing.T, f *fakeInput) {
	t.Helper()
	close(f.gone)
	if err := os.Remove(f.file); err != nil {
		t.Fatal(err)
	}
}

func (s *slot) open(path string) (device, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.in[path]
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.refuse != nil {
		return nil, f.refuse
	}
	f.closed = make(chan struct{})
	return f, nil
}

func (f *fakeInput) Read(b []byte) (int, error) {
	select {
	case e := <-f.events:
		return copy(b, e), nil
	case <-f.gone:
		return 0, syscall.ENODEV
	case <-f.closed:
		return 0, os.ErrClosed
	}
}

func (f *fakeInput) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.grabs = 0
	close(f.closed)
	return nil
}

func (f *fakeInput) Name() (string, error)      { return f.name, nil }
func (f *fakeInput) Keys() (keyCodes, error)    { return f.keys, nil }
func (f *fakeInput) Held() (keyCodes, error)    { f.mu.Lock(); defer f.mu.Unlock(); return f.down, nil }
func (f *fakeInput) Stat() (os.FileInfo, error) { return os.Stat(f.file) }
func (f *fakeInput) Grab() error                { f.mu.Lock(); defer f.mu.Unlock(); f.grabs++; return nil }
func (f *fakeInput) grabbed() bool              { f.mu.Lock(); defer f.mu.Unlock(); return f.grabs == 1 }
func (f *fakeInput) typed(codes ...uint16)      { f.events <- native.bytes(press(codes...)...) }
func (f *fakeInput) let(err error)              { f.mu.Lock(); defer f.mu.Unlock(); f.refuse = err }

// usbPad is the keys of a numeric pad.
var usbPad = slices.Concat(keypadCodes[:], []uint16{69, 74, 78, 55, 98, 83, 96, 14})

// states collects what Attached was told.
type states chan bool

func (s states) next(t *testing.T) bool {
	t.Helper()
	select {
	case ok := <-s:
		return ok
	case <-time.After(5 * time.Second):
		t.Fatal("nothing was said of the keypad")
		return false
	}
}

func (s *slot) run(t *testing.T, o EvdevOpts) (typist, states) {
	t.Helper()
	said := make(states, 10)
	o.Attached = func(ok bool) { said <- ok }
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	e := Evdev(o).(*evdev)
	e.dir, e.open = s.dir, s.open
	ty := start(t.Context(), e)
	t.Cleanup(func() { ty.stop(errOver) })
	return ty, said
}

// A pad that is there, goes, and comes back as another file; other devices are
// left alone, whatever else they may be.
func TestEvdevComesAndGoes(t *testing.T) {
	s := newSlot(t)
	mouse := s.plug(t, "event0", "Mouse", 0x110, 0x111)
	ty, said := s.run(t, EvdevOpts{})
	if said.next(t) {
		t.Error("a mouse is taken for a keypad")
	}
	for i, file := range []string{"event1", "event2", "event1"} {
		f := s.plug(t, file, "USB pad", usbPad...)
		if !said.next(t) {
			t.Fatal("a keypad came and is said to be gone")
		}
		if !f.grabbed() {
			t.Errorf("%s is not grabbed", file)
		}
		f.typed(79, 80, 96)
		if got := ty.take(3); got != "12\n" {
			t.Errorf("round %d: got %q", i, got)
		}
		s.unplug(t, f)
		if said.next(t) {
			t.Fatal("a keypad is gone and said to be there")
		}
	}
	if mouse.grabbed() {
		t.Error("the mouse is grabbed")
	}
	if err := ty.end(); err != errOver {
		t.Errorf("ended with %v, want the context's cause", err)
	}
}

// Of two pads either can go.
func TestEvdevTwoPads(t *testing.T) {
	s := newSlot(t)
	left, right := s.plug(t, "event3", "Left", usbPad...), s.plug(t, "event4", "Right", usbPad...)
	ty, said := s.run(t, EvdevOpts{Share: true})
	if !said.next(t) {
		t.Fatal("two keypads are said to be none")
	}
	left.typed(79)
	if got := ty.take(1); got != "1" {
		t.Errorf("left: got %q", got)
	}
	s.unplug(t, left)
	right.typed(80)
	if got := ty.take(1); got != "2" {
		t.Errorf("right: got %q", got)
	}
	if left.grabbed() || right.grabbed() {
		t.Error("grabbed, but should be shared")
	}
	s.unplug(t, right)
	if said.next(t) {
		t.Error("both are gone, and that is not said")
	}
	ty.end()
}

// udev gives a device to its group after it was made: the change of its
// attributes is the sign. Until then the log says once why not.
func TestEvdevAttributes(t *testing.T) {
	s, log := newSlot(t), new(strings.Builder)
	ty, said := s.run(t, EvdevOpts{Device: "acme", Log: logTo(log)})
	said.next(t)
	refused := &os.PathError{Op: "open", Path: "/dev/input/event5", Err: syscall.EACCES}
	s.mu.Lock() // plug, but refused from the start
	f := &fakeInput{name: "ACME Pad", events: make(chan []byte, 1), gone: make(chan struct{}), file: filepath.Join(s.dir, "event5"), refuse: refused}
	s.in[f.file] = f
	s.mu.Unlock()
	if err := os.WriteFile(f.file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond)
	f.let(nil)
	changed := time.Now()
	if err := os.Chmod(f.file, 0o660); err != nil {
		t.Fatal(err)
	}
	if !said.next(t) {
		t.Fatal("the keypad is still not there")
	}
	if waited := time.Since(changed); waited > lookForPads/2 {
		t.Errorf("taken after %s: not by its attributes", waited)
	}
	ty.end()
	if n := strings.Count(log.String(), "permission denied"); n != 1 {
		t.Errorf("said %d times that it is refused: %s", n, log)
	}
}

// A pipe in the place of a device, named by its path, with the kernel's own
// file calls: events of this machine's layout, cut anywhere.
func TestEvdevFromAPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pad")
	said := make(states, 10)
	s := Evdev(EvdevOpts{Device: path, Attached: func(ok bool) { said <- ok }, Log: slog.New(slog.DiscardHandler)})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ty := start(ctx, s)
	if said.next(t) {
		t.Error("a pad without a file is there")
	}
	for range 2 {
		if err := syscall.Mkfifo(path, 0o600); err != nil {
			t.Fatal(err)
		}
		if !said.next(t) {
			t.Fatal("the pipe is not taken")
		}
		w, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		stream := native.bytes(slices.Concat(press(69, 79, 69), stroke(82, 1), stroke(82, 2), []inputEvent{{evSyn, synDropped, 0}}, stroke(80, 1), press(96))...)
		for chunk := range slices.Chunk(stream, 7) {
			if _, err := w.Write(chunk); err != nil {
				t.Fatal(err)
			}
		}
		if got := ty.take(3); got != "10\n" {
			t.Errorf("got %q", got)
		}
		w.Close()
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if said.next(t) {
			t.Error("the pipe is removed, and still there")
		}
	}
	if err := ty.end(); err != errOver {
		t.Errorf("ended with %v, want the context's cause", err)
	}
}

// Files that are no devices are told from devices by the kernel's answer.
func TestInputFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "event0")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := openInput(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	_, name := f.Name()
	_, keys := f.Keys()
	_, held := f.Held()
	for _, err := range []error{name, keys, held, f.Grab()} {
		if !errors.Is(err, errNoDevice) {
			t.Errorf("got %v, want %v", err, errNoDevice)
		}
	}
	if n, err := f.Read(make([]byte, 24)); n != 0 || err != io.EOF {
		t.Errorf("read %d, %v", n, err)
	}
	// As a C compiler has EVIOCGRAB, EVIOCGNAME(256), EVIOCGKEY(96), EVIOCGBIT(EV_KEY, 96).
	got := []uintptr{grabRequest, readRequest(nameNumber, 256), readRequest(heldNumber, 96), readRequest(keysNumber, 96)}
	if want := []uintptr{0x40044590, 0x81004506, 0x80604518, 0x80604521}; !slices.Equal(got, want) {
		t.Errorf("requests %#x, want %#x", got, want)
	}
}
