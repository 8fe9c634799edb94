package cuse

import (
	"errors"
	"fmt"
	"io"
	"syscall"
)

// Wire takes one transfer, as package display/bus has it: r is nil or as long as w.
type Wire func(w, r []byte) error

// ServeSPI is the device named device, for instance "spidev0.0", behind an opened
// /dev/cuse. opened, unless nil, is told the number of each process, or of one of its
// threads, that opens it. It serves until the kernel hangs up. As a spidev it takes transfers
// of up to 64 kB and every mode and clock.
func ServeSPI(kernel io.ReadWriter, device string, opened func(pid int), wire Wire) error {
	buffer := make([]byte, 1<<18)
	for {
		n, err := kernel.Read(buffer)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("serve %s: %w", device, err)
		}
		q, err := parseRequest(buffer[:n])
		if err != nil {
			return fmt.Errorf("serve %s: %w", device, err)
		}
		var out []byte
		switch q.op {
		case opInit:
			out = hello(q.unique, device)
		case opOpen:
			if opened != nil {
				opened(q.pid)
			}
			out = answer(q.unique, 0, make([]byte, 16))
		case opRelease, opFlush:
			out = answer(q.unique, 0)
		case opIoctl:
			out = serveIoctl(q, wire)
		case opInterrupt:
			continue // nothing here takes long
		default:
			out = answer(q.unique, syscall.ENOSYS)
		}
		if _, err := kernel.Write(out); err != nil && !errors.Is(err, syscall.ENOENT) { // ENOENT: the caller was killed
			return fmt.Errorf("serve %s: %w", device, err)
		}
	}
}

// serveIoctl answers an ioctl. Of a message the transfers are read first and then
// the bytes that they name, each by asking the kernel to ask again.
func serveIoctl(q request, wire Wire) []byte {
	c, err := parseIoctl(q.body)
	if err != nil {
		return answer(q.unique, syscall.EINVAL)
	}
	n := c.messages()
	if n == 0 {
		return answer(q.unique, 0, ioctlOut(0, 0, 0, 0)) // modes and clocks
	}
	head := n * transferSize
	if len(c.data) < head {
		return again(q.unique, []span{{c.arg, uint64(head)}}, nil)
	}
	in, out := []span{{c.arg, uint64(head)}}, []span(nil)
	var all []transfer
	want := head
	for i := range n {
		t := parseTransfer(c.data[i*transferSize:])
		if t.size > maxTransfer {
			return answer(q.unique, syscall.EMSGSIZE)
		}
		if t.tx != 0 {
			in, want = append(in, span{t.tx, uint64(t.size)}), want+t.size
		}
		if t.rx != 0 {
			out = append(out, span{t.rx, uint64(t.size)})
		}
		all = append(all, t)
	}
	if len(c.data) < want {
		return again(q.unique, in, out)
	}
	return carry(q.unique, all, c.data[head:], wire)
}

func carry(unique uint64, all []transfer, sent []byte, wire Wire) []byte {
	var got []byte
	total := 0
	for _, t := range all {
		w := make([]byte, t.size)
		if t.tx != 0 {
			sent = sent[copy(w, sent):]
		}
		var r []byte
		if t.rx != 0 {
			r = make([]byte, t.size)
		}
		if err := wire(w, r); err != nil {
			return answer(unique, syscall.EIO)
		}
		got, total = append(got, r...), total+t.size
	}
	return answer(unique, 0, ioctlOut(int32(total), 0, 0, 0), got)
}
