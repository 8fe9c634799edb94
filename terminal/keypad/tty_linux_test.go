package keypad

import (
	"fmt"
	"os"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// pty is a pseudo terminal: what is written to the near end is typed at the
// far one (pts(4)).
func pty(t *testing.T) (near, far *os.File) {
	t.Helper()
	near, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { near.Close() })
	var number, locked uint32
	conn, err := near.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.Control(func(fd uintptr) {
		for request, arg := range map[uintptr]*uint32{syscall.TIOCGPTN: &number, syscall.TIOCSPTLCK: &locked} {
			if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, fd, request, uintptr(unsafe.Pointer(arg))); errno != 0 {
				t.Errorf("ioctl %#x: %v", request, errno)
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
	far, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { far.Close() })
	return near, far
}

func mode(t *testing.T, f *os.File) (m syscall.Termios) {
	t.Helper()
	if err := termios(f, syscall.TCGETS, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// rawSoon waits until the source has put the terminal into raw mode: keys
// typed before would be lines.
func rawSoon(t *testing.T, f *os.File) {
	t.Helper()
	for range 1000 {
		if mode(t, f).Lflag&syscall.ICANON == 0 {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatal("the terminal is not in raw mode")
}

func TestTTY(t *testing.T) {
	near, far := pty(t)
	before := mode(t, far)
	s := start(t.Context(), TTY(far))
	rawSoon(t, far)
	const typed, keys = "1230.zZ,+m\r\n\x7f\x08c\x1b[A\x1bOPl9x", "1230zzzz+m\n\nbbcl9"
	if _, err := near.WriteString(typed); err != nil {
		t.Fatal(err)
	}
	if got := s.take(len(keys)); got != keys {
		t.Errorf("got %q, want %q", got, keys)
	}
	if _, err := near.WriteString("\x1b"); err != nil {
		t.Fatal(err)
	}
	if got := s.take(1); got != "c" {
		t.Errorf("Esc alone is %q, want clear", got)
	}
	if err := s.end(); err != errOver {
		t.Errorf("ended with %v, want the context's cause", err)
	}
	if after := mode(t, far); after != before {
		t.Errorf("mode is %+v, was %+v", after, before)
	}
}

func TestTTYQuits(t *testing.T) {
	near, far := pty(t)
	before := mode(t, far)
	s := start(t.Context(), TTY(far))
	rawSoon(t, far)
	if _, err := near.WriteString("5\x036"); err != nil {
		t.Fatal(err)
	}
	if got := s.take(1); got != "5" {
		t.Errorf("got %q before Ctrl-C", got)
	}
	if err := <-s.ran; err != ErrQuit {
		t.Errorf("got %v, want ErrQuit", err)
	}
	if after := mode(t, far); after != before {
		t.Error("the terminal's mode was not restored")
	}
}

func TestTTYThatIsNone(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	if err := start(t.Context(), TTY(r)).end(); err == nil || err == errOver {
		t.Errorf("got %v, want an error about the terminal's mode", err)
	}
}
