package bus

import (
	"errors"
	"fmt"
	"sync"

	"periph.io/x/conn/v3"
	"periph.io/x/conn/v3/physic"
	"periph.io/x/conn/v3/spi"
)

// Settings are what a driver connected a Port with.
type Settings struct {
	Freq physic.Frequency // after the operator's limit; 0: no limit was named
	Mode spi.Mode
	Bits int
}

// Receiver is the glass at the far end. It is given each transfer; r is nil or
// as long as w and takes what the glass answers. An error is the port's, as if
// the kernel had refused the transfer. Neither slice may be kept.
type Receiver func(w, r []byte) error

// Port is an SPI port with emulated glass at its far end. It is as strict as
// Linux's spidev: one Connect, and no transfer over the limit. Its methods may
// be called by any goroutine, also by the receiver, which is called by one at a
// time.
type Port struct {
	name    string
	limit   int
	receive Receiver
	turn    sync.Mutex // of the transfer that is under way

	mu        sync.Mutex       // of all below; not held while the receiver works
	speed     physic.Frequency // the operator's limit, 0 is none
	settings  Settings
	connected bool
	closed    bool
	stats     Stats
}

// Stats are what went over a port.
type Stats struct {
	Bytes     int64 // that arrived
	Transfers int   // that arrived
	Longest   int   // bytes of the longest transfer that was tried
	Refused   int   // transfers that were not as the port wants them
}

// Since is what was added to an earlier count.
func (s Stats) Since(earlier Stats) Stats {
	s.Bytes -= earlier.Bytes
	s.Transfers -= earlier.Transfers
	s.Refused -= earlier.Refused
	return s
}

var (
	_ spi.PortCloser = (*Port)(nil)
	_ conn.Limits    = (*portConn)(nil)
)

// NewPort is a port that takes transfers of up to limit bytes; 0 means 4096.
func NewPort(name string, limit int, to Receiver) *Port {
	if limit <= 0 {
		limit = usual
	}
	return &Port{name: name, limit: limit, receive: to}
}

// String implements spi.Port.
func (p *Port) String() string { return p.name }

// Close implements io.Closer. The port can be connected again afterwards, as a
// device file can be opened again.
func (p *Port) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.connected, p.closed = false, true
	return nil
}

// LimitSpeed implements spi.PortCloser.
func (p *Port) LimitSpeed(f physic.Frequency) error {
	if f <= 0 {
		return fmt.Errorf("limit speed of %s to %v: want more than 0", p.name, f)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.speed = f
	return nil
}

// Connect implements spi.Port.
func (p *Port) Connect(f physic.Frequency, mode spi.Mode, bits int) (spi.Conn, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.connected {
		return nil, fmt.Errorf("connect %s: it is connected already", p.name)
	}
	if f < 0 || bits < 1 || bits > 32 {
		return nil, fmt.Errorf("connect %s at %v with words of %d bits: not supported", p.name, f, bits)
	}
	if p.speed > 0 && (f == 0 || f > p.speed) {
		f = p.speed
	}
	p.connected, p.closed = true, false
	p.settings = Settings{Freq: f, Mode: mode, Bits: bits}
	return &portConn{p}, nil
}

// Settings are those of the last Connect.
func (p *Port) Settings() Settings {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.settings
}

// Stats are what went over the port so far.
func (p *Port) Stats() Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stats
}

// tx moves one transfer.
func (p *Port) tx(w, r []byte) error {
	p.turn.Lock()
	defer p.turn.Unlock()
	n := max(len(w), len(r))
	if err := p.check(w, r); err != nil {
		return fmt.Errorf("transfer %d bytes on %s: %w", n, p.name, err)
	}
	if err := p.receive(w, r); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stats.Bytes += int64(n)
	p.stats.Transfers++
	return nil
}

// check refuses what the kernel would.
func (p *Port) check(w, r []byte) (err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := max(len(w), len(r))
	p.stats.Longest = max(p.stats.Longest, n)
	switch {
	case p.closed:
		err = errors.New("the port is closed")
	case n == 0:
		err = errors.New("nothing to move")
	case n > p.limit:
		err = fmt.Errorf("the port takes at most %d", p.limit)
	case len(w) != 0 && len(r) != 0 && len(w) != len(r):
		err = fmt.Errorf("%d bytes out and %d in", len(w), len(r))
	default:
		return nil
	}
	p.stats.Refused++
	return err
}

// portConn is a Port that is connected.
type portConn struct{ p *Port }

// String implements conn.Resource.
func (c *portConn) String() string { return c.p.name }

// MaxTxSize implements conn.Limits.
func (c *portConn) MaxTxSize() int { return c.p.limit }

// Duplex implements conn.Conn.
func (c *portConn) Duplex() conn.Duplex {
	if c.p.Settings().Mode&spi.HalfDuplex != 0 {
		return conn.Half
	}
	return conn.Full
}

// Tx implements conn.Conn.
func (c *portConn) Tx(w, r []byte) error { return c.p.tx(w, r) }

// TxPackets implements spi.Conn. The limit is for all packets together, as it
// is for spidev's.
func (c *portConn) TxPackets(packets []spi.Packet) error {
	sum := 0
	for _, k := range packets {
		sum += max(len(k.W), len(k.R))
		if k.BitsPerWord != 0 && int(k.BitsPerWord) != c.p.Settings().Bits {
			return fmt.Errorf("transfer on %s: words of %d bits are not supported", c.p.name, k.BitsPerWord)
		}
	}
	if sum > c.p.limit {
		return fmt.Errorf("transfer %d bytes on %s: the port takes at most %d", sum, c.p.name, c.p.limit)
	}
	for _, k := range packets {
		if err := c.p.tx(k.W, k.R); err != nil {
			return err
		}
	}
	return nil
}
