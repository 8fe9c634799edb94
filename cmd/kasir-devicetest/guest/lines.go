package main

import (
	"fmt"
	"os"
	"sync/atomic"
	"syscall"
	"unsafe"
)

// Lines of the PL061 that QEMU's virt has at 0x09030000, as the device tree of the
// emulated device names them.
const (
	lineDC    = 0 // GPIO25
	lineReset = 1 // GPIO24
)

// Registers, ARM DDI 0190: the address of the data register has the mask of the
// lines in it, and what is read of a line that is driven is what it is driven to.
const (
	gpioBase = 0x09030000
	gpioData = 0xff << 2
	gpioDir  = 0x400
)

// lines are the chip's, looked at past the kernel, which lets nobody look at a line
// that another program has.
type lines struct{ data, dir *uint32 }

func mapLines() (lines, error) {
	memory, err := os.OpenFile("/dev/mem", os.O_RDONLY|os.O_SYNC, 0)
	if err != nil {
		return lines{}, fmt.Errorf("open memory: %w", err)
	}
	defer memory.Close()
	page, err := syscall.Mmap(int(memory.Fd()), gpioBase, os.Getpagesize(), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return lines{}, fmt.Errorf("map GPIO: %w; does the kernel's command line have iomem=relaxed?", err)
	}
	return lines{(*uint32)(unsafe.Pointer(&page[gpioData])), (*uint32)(unsafe.Pointer(&page[gpioDir]))}, nil
}

func (l lines) high(n int) bool   { return atomic.LoadUint32(l.data)>>n&1 == 1 }
func (l lines) driven(n int) bool { return atomic.LoadUint32(l.dir)>>n&1 == 1 }
