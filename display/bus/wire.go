package bus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"periph.io/x/conn/v3"
	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/physic"
	"periph.io/x/conn/v3/spi"
)

// Transfers are at most longest bytes, so that a context that ends is noticed
// within milliseconds, and usual bytes where the port does not say what it
// takes: that is what Linux's spidev has when nobody configured it.
const (
	longest = 32 << 10
	usual   = 4 << 10
)

// Wire is the driver's end of SPI and D/C: low for a command byte, high for
// what belongs to it. It is for one goroutine. Steady use allocates nothing.
type Wire struct {
	conn  spi.Conn
	dc    gpio.PinOut
	limit int
	level gpio.Level // of dc
	known bool       // level is what dc really has
	buf   []byte
}

// Dial connects the port, which may be done once in a port's life, for words
// of eight bits. f is the fastest clock that the glass takes.
func Dial(p spi.Port, dc gpio.PinOut, f physic.Frequency, mode spi.Mode) (*Wire, error) {
	if p == nil || dc == nil || dc == gpio.INVALID {
		return nil, errors.New("connect panel: want an SPI port and a D/C pin")
	}
	c, err := p.Connect(f, mode, 8)
	if err != nil {
		return nil, fmt.Errorf("connect %s: %w", p, err)
	}
	w := &Wire{conn: c, dc: dc, limit: usual, buf: make([]byte, 0, 64)}
	if l, ok := c.(conn.Limits); ok && l.MaxTxSize() > 0 {
		w.limit = min(l.MaxTxSize(), longest)
	}
	if w.limit > 1 {
		w.limit &^= 1 // pixels of two bytes stay whole
	}
	return w, nil
}

// String names the connection for logs.
func (w *Wire) String() string { return w.conn.String() }

// Limit is the most bytes that go in one transfer.
func (w *Wire) Limit() int { return w.limit }

// Command sends a command byte and its parameters, each as one transfer. When
// it returns an error, what the controller makes of the rest is not known.
func (w *Wire) Command(ctx context.Context, op byte, params ...byte) error {
	// What is handed to a port escapes; a copy keeps the caller's on its stack.
	w.buf = append(append(w.buf[:0], op), params...)
	if err := w.send(ctx, gpio.Low, w.buf[:1]); err != nil {
		return fmt.Errorf("send command %#02x: %w", op, err)
	}
	if err := w.send(ctx, gpio.High, w.buf[1:]); err != nil {
		return fmt.Errorf("send parameters of command %#02x: %w", op, err)
	}
	return nil
}

// Data sends what belongs to the last command, in as few transfers as the port
// allows. It does not keep b.
func (w *Wire) Data(ctx context.Context, b []byte) error {
	if err := w.send(ctx, gpio.High, b); err != nil {
		return fmt.Errorf("send %d bytes of data: %w", len(b), err)
	}
	return nil
}

func (w *Wire) send(ctx context.Context, level gpio.Level, b []byte) error {
	for len(b) > 0 {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := w.turn(level); err != nil {
			return err
		}
		n := min(len(b), w.limit)
		if err := w.conn.Tx(b[:n], nil); err != nil {
			w.known = false
			return err
		}
		b = b[n:]
	}
	return nil
}

// turn sets D/C, which costs a system call, only when it has to change.
func (w *Wire) turn(level gpio.Level) error {
	if w.known && w.level == level {
		return nil
	}
	w.known = false
	if err := w.dc.Out(level); err != nil {
		return fmt.Errorf("set %s %v: %w", w.dc, level, err)
	}
	w.level, w.known = level, true
	return nil
}

// Reset holds a reset pin low for a time, lets it go and waits for another. The
// first time must be short, tens of milliseconds: it is not cut when ctx ends,
// since a controller makes what it likes of half a pulse.
func Reset(ctx context.Context, rst gpio.PinOut, low, after time.Duration) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err := rst.Out(gpio.Low); err != nil {
		return fmt.Errorf("hold reset %s: %w", rst, err)
	}
	time.Sleep(low)
	if err := rst.Out(gpio.High); err != nil {
		return fmt.Errorf("release reset %s: %w", rst, err)
	}
	return Sleep(ctx, after)
}

// Sleep waits, or returns why ctx ended.
func Sleep(ctx context.Context, d time.Duration) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if d <= 0 {
		return nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.C:
		return nil
	}
}
