// Package cuse makes a character device out of Go: the kernel's CUSE hands each
// ioctl of whoever opened /dev/spidev0.0 to this program, as spidev would to a
// controller of real wires. It knows the words of FUSE and of spidev and nothing
// of what hangs on the bus. Next room to visit: cmd/kasir-devicetest/guest, which
// hangs a glass on it.
//
// The words are those of Linux's include/uapi/linux/fuse.h and
// include/uapi/linux/spi/spidev.h.
package cuse
