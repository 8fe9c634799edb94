package bus

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"periph.io/x/conn/v3"
	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/physic"
	"periph.io/x/conn/v3/spi"
)

// ErrInjected is what fails when a plan names no other error.
var ErrInjected = errors.New("loose contact")

// Fault is what happens to one call. The zero value is none.
type Fault struct {
	Err error // what the driver is told; nil: all is well
	// Share of a transfer's bytes that arrive although the call fails, 0 to 1.
	Share float64
}

// Plan says what happens to a call. Calls are counted from 0: every transfer,
// every pin that is set, configured or given a PWM, and every wait for an edge.
// It may do something else at that moment, such as ending a context.
type Plan func(call int) Fault

// FailAt is a plan in which one call fails and nothing of it arrives.
func FailAt(n int) Plan {
	return func(call int) Fault {
		if call == n {
			return Fault{Err: ErrInjected}
		}
		return Fault{}
	}
}

// Faults counts the calls to the ports and pins that it wraps, and lets them
// fail as planned. Its methods may be called by any goroutine.
type Faults struct {
	mu    sync.Mutex
	plan  Plan
	calls int
}

// Arm starts a plan, nil for none, and counts from 0 again.
func (f *Faults) Arm(p Plan) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.plan, f.calls = p, 0
}

// Calls is how many there were since Arm.
func (f *Faults) Calls() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls
}

func (f *Faults) next() Fault {
	f.mu.Lock()
	n, plan := f.calls, f.plan
	f.calls++
	f.mu.Unlock()
	if plan == nil {
		return Fault{}
	}
	return plan(n)
}

// Port is p with faults.
func (f *Faults) Port(p spi.Port) spi.Port { return &badPort{p, f} }

// Out is p with faults.
func (f *Faults) Out(p gpio.PinOut) gpio.PinOut { return &badOut{p, f} }

// In is p with faults. Reading cannot fail in periph's contract.
func (f *Faults) In(p gpio.PinIn) gpio.PinIn { return &badIn{p, f} }

type badPort struct {
	spi.Port
	faults *Faults
}

func (b *badPort) Connect(f physic.Frequency, mode spi.Mode, bits int) (spi.Conn, error) {
	c, err := b.Port.Connect(f, mode, bits)
	if err != nil {
		return nil, err
	}
	return &badConn{c, b.faults}, nil
}

type badConn struct {
	spi.Conn
	faults *Faults
}

// MaxTxSize implements conn.Limits.
func (b *badConn) MaxTxSize() int {
	if l, ok := b.Conn.(conn.Limits); ok {
		return l.MaxTxSize()
	}
	return 0
}

func (b *badConn) Tx(w, r []byte) error {
	fault := b.faults.next()
	if fault.Err == nil {
		return b.Conn.Tx(w, r)
	}
	if n := int(float64(len(w)) * min(fault.Share, 1)); n > 0 {
		if err := b.Conn.Tx(slices.Clone(w[:n]), nil); err != nil {
			return err
		}
	}
	return fmt.Errorf("transfer %d bytes: %w", len(w), fault.Err)
}

func (b *badConn) TxPackets(p []spi.Packet) error {
	if fault := b.faults.next(); fault.Err != nil {
		return fmt.Errorf("transfer %d packets: %w", len(p), fault.Err)
	}
	return b.Conn.TxPackets(p)
}

type badOut struct {
	gpio.PinOut
	faults *Faults
}

func (b *badOut) Out(l gpio.Level) error {
	if fault := b.faults.next(); fault.Err != nil {
		return fault.Err
	}
	return b.PinOut.Out(l)
}

func (b *badOut) PWM(duty gpio.Duty, f physic.Frequency) error {
	if fault := b.faults.next(); fault.Err != nil {
		return fault.Err
	}
	return b.PinOut.PWM(duty, f)
}

type badIn struct {
	gpio.PinIn
	faults *Faults
}

func (b *badIn) In(pull gpio.Pull, edge gpio.Edge) error {
	if fault := b.faults.next(); fault.Err != nil {
		return fault.Err
	}
	return b.PinIn.In(pull, edge)
}

// WaitForEdge of a pin that fails sees nothing for as long as it may wait.
func (b *badIn) WaitForEdge(timeout time.Duration) bool {
	if fault := b.faults.next(); fault.Err != nil {
		time.Sleep(max(timeout, 0))
		return false
	}
	return b.PinIn.WaitForEdge(timeout)
}
