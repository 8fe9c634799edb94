package cuse

import (
	"encoding/binary"
	"fmt"
	"syscall"
)

// Operations of FUSE that a spidev is asked for.
const (
	opOpen      = 14
	opRelease   = 18
	opFlush     = 25
	opInterrupt = 36
	opIoctl     = 39
	opInit      = 4096 // CUSE_INIT
)

const (
	major, minor      = 7, 31 // of the protocol
	unrestrictedIoctl = 1     // CUSE_UNRESTRICTED_IOCTL: we say what memory is wanted
	ioctlRetry        = 4     // FUSE_IOCTL_RETRY: ask again, with this memory
	headIn, headOut   = 40, 16
	ioctlIn           = 32
	transferSize      = 32      // of a spi_ioc_transfer
	maxTransfer       = 1 << 16 // bytes; spidev.bufsiz of our cards
)

// request is one message of the kernel's.
type request struct {
	op     uint32
	unique uint64
	pid    int // who asks
	body   []byte
}

func parseRequest(b []byte) (request, error) {
	if len(b) < headIn || int(binary.LittleEndian.Uint32(b)) != len(b) {
		return request{}, fmt.Errorf("read request: %d bytes are none", len(b))
	}
	return request{op: binary.LittleEndian.Uint32(b[4:]), unique: binary.LittleEndian.Uint64(b[8:]), pid: int(binary.LittleEndian.Uint32(b[32:])), body: b[headIn:]}, nil
}

// answer is the reply to a request; errno is 0 when all is well.
func answer(unique uint64, errno syscall.Errno, parts ...[]byte) []byte {
	out := make([]byte, headOut)
	for _, p := range parts {
		out = append(out, p...)
	}
	binary.LittleEndian.PutUint32(out, uint32(len(out)))
	binary.LittleEndian.PutUint32(out[4:], uint32(-int32(errno)))
	binary.LittleEndian.PutUint64(out[8:], unique)
	return out
}

// hello answers CUSE_INIT: which device we are.
func hello(unique uint64, device string) []byte {
	out := make([]byte, 0, 128)
	for _, v := range []uint32{major, minor, 0, unrestrictedIoctl, maxTransfer, maxTransfer, 0, 0} {
		out = binary.LittleEndian.AppendUint32(out, v)
	}
	out = append(out, make([]byte, 40)...) // spare
	return answer(unique, 0, out, []byte("DEVNAME="+device+"\x00"))
}

// span is a piece of the caller's memory.
type span struct{ base, size uint64 }

// again asks for the same ioctl with memory to read and memory to write.
func again(unique uint64, in, out []span) []byte {
	b := ioctlOut(0, ioctlRetry, len(in), len(out))
	for _, s := range append(in, out...) {
		b = binary.LittleEndian.AppendUint64(b, s.base)
		b = binary.LittleEndian.AppendUint64(b, s.size)
	}
	return answer(unique, 0, b)
}

func ioctlOut(result int32, flags uint32, in, out int) []byte {
	b := binary.LittleEndian.AppendUint32(nil, uint32(result))
	b = binary.LittleEndian.AppendUint32(b, flags)
	b = binary.LittleEndian.AppendUint32(b, uint32(in))
	return binary.LittleEndian.AppendUint32(b, uint32(out))
}

// ioctl is a call of ioctl, with what was read of the caller's memory so far.
type ioctl struct {
	cmd  uint32
	arg  uint64
	data []byte
}

func parseIoctl(b []byte) (c ioctl, err error) {
	if len(b) < ioctlIn {
		return c, fmt.Errorf("read ioctl: %d bytes are none", len(b))
	}
	c.cmd, c.arg = binary.LittleEndian.Uint32(b[12:]), binary.LittleEndian.Uint64(b[16:])
	size := int(binary.LittleEndian.Uint32(b[24:]))
	if size > len(b)-ioctlIn {
		return c, fmt.Errorf("read ioctl: %d of %d bytes", len(b)-ioctlIn, size)
	}
	c.data = b[ioctlIn : ioctlIn+size]
	return c, nil
}

// messages is how many transfers an SPI_IOC_MESSAGE has; 0 for other ioctls.
func (c ioctl) messages() int {
	const write, magic = 1, 'k'
	size := int(c.cmd>>16) & (1<<14 - 1)
	if c.cmd>>30 != write || c.cmd>>8&0xff != magic || c.cmd&0xff != 0 || size%transferSize != 0 {
		return 0
	}
	return size / transferSize
}

// transfer is a spi_ioc_transfer.
type transfer struct {
	tx, rx uint64
	size   int
}

func parseTransfer(b []byte) transfer {
	return transfer{binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:]), int(binary.LittleEndian.Uint32(b[16:]))}
}
