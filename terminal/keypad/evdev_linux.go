package keypad

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"unsafe"
)

// Requests to input devices (Linux, include/uapi/linux/input.h), as ARM and
// Intel number them: direction, size of the argument, 'E', number.
const (
	ioWrite, ioRead = 1 << 30, 2 << 30
	grabRequest     = ioWrite | 4<<16 | 'E'<<8 | 0x90
	nameNumber      = 0x06
	heldNumber      = 0x18
	keysNumber      = 0x20 + evKey
)

// readRequest reads size bytes.
func readRequest(number, size uintptr) uintptr { return ioRead | size<<16 | 'E'<<8 | number }

// inputFile is a device of the kernel.
type inputFile struct{ *os.File }

// openInput opens a file for reading, without waiting: reads are waited for by
// the runtime, and end when the file is closed.
func openInput(path string) (device, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	return inputFile{f}, nil
}

func (f inputFile) Name() (string, error) {
	var name [256]byte
	err := f.ask(readRequest(nameNumber, unsafe.Sizeof(name)), unsafe.Pointer(&name))
	text, _, _ := strings.Cut(string(name[:]), "\x00")
	return text, err
}

func (f inputFile) Keys() (k keyCodes, err error) {
	return k, f.ask(readRequest(keysNumber, unsafe.Sizeof(k)), unsafe.Pointer(&k))
}

func (f inputFile) Held() (k keyCodes, err error) {
	return k, f.ask(readRequest(heldNumber, unsafe.Sizeof(k)), unsafe.Pointer(&k))
}

// Grab lasts until the file is closed. The kernel looks only whether its
// argument is zero.
func (f inputFile) Grab() error {
	var one int32 = 1
	return f.ask(grabRequest, unsafe.Pointer(&one))
}

// ask goes through SyscallConn, because File.Fd would make reads
// uninterruptible.
func (f inputFile) ask(request uintptr, arg unsafe.Pointer) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var errno syscall.Errno
	if err := conn.Control(func(fd uintptr) {
		_, _, errno = syscall.Syscall(syscall.SYS_IOCTL, fd, request, uintptr(arg))
	}); err != nil {
		return err
	}
	switch errno {
	case 0:
		return nil
	case syscall.ENOTTY:
		return errNoDevice
	}
	return errno
}

// dirWatch says when files of some directories come, go, or change hands:
// udev gives a new device to its group after it was made (inotify(7)).
type dirWatch struct {
	changes chan struct{}
	dirs    []string
	f       *os.File
}

// watchDirs watches until close. Directories may be made and removed.
func watchDirs(dirs ...string) (*dirWatch, error) {
	fd, err := syscall.InotifyInit1(syscall.IN_CLOEXEC | syscall.IN_NONBLOCK)
	if err != nil {
		return nil, fmt.Errorf("open inotify: %w", err)
	}
	w := &dirWatch{changes: make(chan struct{}, 1), dirs: dirs, f: os.NewFile(uintptr(fd), "inotify")}
	w.again()
	go w.read()
	return w, nil
}

// again watches those directories that were not there before; for the others
// it changes nothing.
func (w *dirWatch) again() {
	conn, err := w.f.SyscallConn()
	if err != nil {
		return // closed
	}
	const what = syscall.IN_CREATE | syscall.IN_ATTRIB | syscall.IN_DELETE | syscall.IN_MOVED_TO | syscall.IN_MOVED_FROM
	for _, dir := range w.dirs {
		// A directory that is not there is looked for again in a second.
		_ = conn.Control(func(fd uintptr) { _, _ = syscall.InotifyAddWatch(int(fd), dir, what) })
	}
}

// read turns whatever happened into one change; the directory says the rest.
func (w *dirWatch) read() {
	buf := make([]byte, 4096)
	for {
		if _, err := w.f.Read(buf); err != nil {
			return
		}
		select {
		case w.changes <- struct{}{}:
		default:
		}
	}
}

func (w *dirWatch) close() { _ = w.f.Close() }
