package desk

import (
	"os"
	"syscall"
	"unsafe"
)

// windowCells asks a terminal for its size (TIOCGWINSZ); what is not one has
// 80x24.
func windowCells(f *os.File) (cols, rows int) {
	var size struct{ rows, cols, x, y uint16 }
	if f == nil {
		return 80, 24
	}
	raw, err := f.SyscallConn() // not f.Fd, which would make the file block
	if err != nil {
		return 80, 24
	}
	var errno syscall.Errno
	err = raw.Control(func(fd uintptr) {
		_, _, errno = syscall.Syscall(syscall.SYS_IOCTL, fd, syscall.TIOCGWINSZ, uintptr(unsafe.Pointer(&size)))
	})
	if err != nil || errno != 0 || size.cols == 0 || size.rows == 0 {
		return 80, 24
	}
	return int(size.cols), int(size.rows)
}
