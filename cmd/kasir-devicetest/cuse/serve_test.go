package cuse

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"syscall"
	"testing"
)

// kernel is one that asks from a script, and hears the answers.
type kernel struct {
	asks    [][]byte
	answers [][]byte
}

func (k *kernel) Read(b []byte) (int, error) {
	if len(k.asks) == 0 {
		return 0, io.EOF
	}
	n := copy(b, k.asks[0])
	k.asks = k.asks[1:]
	return n, nil
}

func (k *kernel) Write(b []byte) (int, error) {
	k.answers = append(k.answers, bytes.Clone(b))
	return len(b), nil
}

func ask(op uint32, body ...byte) []byte {
	b := make([]byte, headIn, headIn+len(body))
	b = append(b, body...)
	binary.LittleEndian.PutUint32(b, uint32(len(b)))
	binary.LittleEndian.PutUint32(b[4:], op)
	binary.LittleEndian.PutUint64(b[8:], 77)
	return b
}

func askIoctl(cmd uint32, arg uint64, data []byte) []byte {
	b := make([]byte, ioctlIn)
	binary.LittleEndian.PutUint32(b[12:], cmd)
	binary.LittleEndian.PutUint64(b[16:], arg)
	binary.LittleEndian.PutUint32(b[24:], uint32(len(data)))
	return ask(opIoctl, append(b, data...)...)
}

func spiTransfer(tx, rx uint64, size uint32) []byte {
	b := binary.LittleEndian.AppendUint64(nil, tx)
	b = binary.LittleEndian.AppendUint64(b, rx)
	b = binary.LittleEndian.AppendUint32(b, size)
	return append(b, make([]byte, 12)...)
}

const (
	oneMessage = 1<<30 | transferSize<<16 | 'k'<<8
	setMode    = 1<<30 | 1<<16 | 'k'<<8 | 1
)

func serve(t *testing.T, wire Wire, asks ...[]byte) [][]byte {
	t.Helper()
	k := &kernel{asks: asks}
	if err := ServeSPI(k, "spidev0.0", nil, wire); err != nil {
		t.Fatal(err)
	}
	for _, a := range k.answers {
		if got := int(binary.LittleEndian.Uint32(a)); got != len(a) {
			t.Errorf("an answer of %d bytes says it has %d", len(a), got)
		}
		if got := binary.LittleEndian.Uint64(a[8:]); got != 77 {
			t.Errorf("an answer to %d, want 77", got)
		}
	}
	return k.answers
}

func errnoOf(a []byte) syscall.Errno {
	return syscall.Errno(-int32(binary.LittleEndian.Uint32(a[4:])))
}

func TestDeviceSaysItsName(t *testing.T) {
	got := serve(t, nil, ask(opInit, make([]byte, 16)...), ask(opOpen), ask(opFlush), ask(opRelease), ask(opInterrupt), ask(3))
	if len(got) != 5 {
		t.Fatalf("%d answers, want 5: an interrupt has none", len(got))
	}
	if name := got[0][headOut+72:]; string(name) != "DEVNAME=spidev0.0\x00" {
		t.Errorf("it is %q", name)
	}
	if e := errnoOf(got[4]); e != syscall.ENOSYS {
		t.Errorf("an unknown operation: %v, want %v", e, syscall.ENOSYS)
	}
}

// The kernel hands over memory only when it is asked for it: once for the
// transfer, once for its bytes.
func TestTransferIsCarried(t *testing.T) {
	var sent []byte
	wire := func(w, r []byte) error {
		sent = bytes.Clone(w)
		for i := range r {
			r[i] = ^w[i]
		}
		return nil
	}
	head := spiTransfer(0x1000, 0x2000, 3)
	got := serve(t, wire, askIoctl(setMode, 0x500, nil), askIoctl(oneMessage, 0x700, nil), askIoctl(oneMessage, 0x700, head), askIoctl(oneMessage, 0x700, append(head, 1, 2, 3)))
	if e := errnoOf(got[0]); e != 0 {
		t.Errorf("setting a mode: %v", e)
	}
	spans := func(a []byte) (all []uint64) {
		if flags := binary.LittleEndian.Uint32(a[headOut+4:]); flags != ioctlRetry {
			t.Fatalf("flags %d, want %d", flags, ioctlRetry)
		}
		for b := a[headOut+16:]; len(b) > 0; b = b[8:] {
			all = append(all, binary.LittleEndian.Uint64(b))
		}
		return all
	}
	if s := spans(got[1]); len(s) != 2 || s[0] != 0x700 || s[1] != transferSize {
		t.Errorf("first it wants %x", s)
	}
	if s := spans(got[2]); len(s) != 6 || s[2] != 0x1000 || s[3] != 3 || s[4] != 0x2000 || s[5] != 3 {
		t.Errorf("then it wants %x", s)
	}
	if !bytes.Equal(sent, []byte{1, 2, 3}) {
		t.Errorf("the wire got %v", sent)
	}
	last := got[3][headOut:]
	if n := binary.LittleEndian.Uint32(last); n != 3 || !bytes.Equal(last[16:], []byte{0xfe, 0xfd, 0xfc}) {
		t.Errorf("it answers %d and %v", n, last[16:])
	}
}

func TestWhoOpens(t *testing.T) {
	open := ask(opOpen)
	binary.LittleEndian.PutUint32(open[32:], 170)
	var who []int
	k := &kernel{asks: [][]byte{open, ask(opRelease), ask(opOpen)}}
	if err := ServeSPI(k, "spidev0.0", func(pid int) { who = append(who, pid) }, nil); err != nil || !slices.Equal(who, []int{170, 0}) {
		t.Errorf("opened by %v, %v", who, err)
	}
}

func TestWireRefuses(t *testing.T) {
	wire := func([]byte, []byte) error { return errors.New("unplugged") }
	head := spiTransfer(0x1000, 0, 1)
	for name, test := range map[string]struct {
		ask  []byte
		want syscall.Errno
	}{
		"unplugged":            {askIoctl(oneMessage, 0x700, append(head, 1)), syscall.EIO},
		"more than bufsiz":     {askIoctl(oneMessage, 0x700, spiTransfer(0x1000, 0, maxTransfer+1)), syscall.EMSGSIZE},
		"an ioctl cut in half": {ask(opIoctl, 1, 2, 3), syscall.EINVAL},
	} {
		if got := errnoOf(serve(t, wire, test.ask)[0]); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
	if err := ServeSPI(&kernel{asks: [][]byte{{1, 2, 3}}}, "spidev0.0", nil, wire); err == nil {
		t.Error("three bytes are taken for a request")
	}
}
