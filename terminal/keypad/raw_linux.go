package keypad

import (
	"fmt"
	"os"
	"syscall"
	"unsafe"
)

// raw puts a terminal into raw mode and returns how to undo that: no echo, no
// lines, no signals from keys. Output stays as it was, so that what is
// written to the same terminal still breaks its lines (termios(3)).
func raw(f *os.File) (restore func() error, err error) {
	var before syscall.Termios
	if err := termios(f, syscall.TCGETS, &before); err != nil {
		return nil, fmt.Errorf("read terminal mode: %w", err)
	}
	after := before
	after.Iflag &^= syscall.ICRNL | syscall.INLCR | syscall.IGNCR | syscall.IXON | syscall.ISTRIP | syscall.BRKINT
	after.Lflag &^= syscall.ICANON | syscall.ECHO | syscall.ECHONL | syscall.ISIG | syscall.IEXTEN
	after.Cc[syscall.VMIN], after.Cc[syscall.VTIME] = 1, 0
	if err := termios(f, syscall.TCSETS, &after); err != nil {
		return nil, fmt.Errorf("set raw terminal mode: %w", err)
	}
	return func() error {
		if err := termios(f, syscall.TCSETS, &before); err != nil {
			return fmt.Errorf("restore terminal mode: %w", err)
		}
		return nil
	}, nil
}

// termios asks for a terminal's mode or sets it. It goes through SyscallConn,
// because File.Fd would make reads uninterruptible.
func termios(f *os.File, request uintptr, t *syscall.Termios) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var errno syscall.Errno
	if err := conn.Control(func(fd uintptr) {
		_, _, errno = syscall.Syscall(syscall.SYS_IOCTL, fd, request, uintptr(unsafe.Pointer(t)))
	}); err != nil {
		return err
	}
	if errno != 0 {
		return errno
	}
	return nil
}
