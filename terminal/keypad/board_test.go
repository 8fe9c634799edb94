package keypad

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"periph.io/x/conn/v3/gpio"
)

// board is a key matrix without diodes, and the pins that it is wired to. A
// pressed key connects its row to its column; a row that no low column reaches
// is pulled up. It lists what a board would be hurt or misread by.
type board struct {
	mu      sync.Mutex
	rows    []*pin
	cols    []*pin
	keys    Contacts
	changed time.Time // when a column was last driven or lifted
	wrong   []string

	deaf, hasty bool // rows tell no edges; rows do not wait for them
	refuse      int  // the call of In or Out that fails, counted from 1
	calls       int
	reads       int
	drives      int
}

// pin is one wire. What a test does not need of gpio.PinIO it does not have.
type pin struct {
	gpio.PinIO
	b        *board
	name     string
	out, set bool
	pull     gpio.Pull
	edge     gpio.Edge
	level    gpio.Level
	edges    chan struct{}
}

func newBoard(rows, cols int) *board {
	b := new(board)
	for i := range rows {
		b.rows = append(b.rows, &pin{b: b, name: fmt.Sprint("row", i), level: gpio.High, edges: make(chan struct{}, 1)})
	}
	for i := range cols {
		b.cols = append(b.cols, &pin{b: b, name: fmt.Sprint("col", i)})
	}
	return b
}

func (b *board) pins() (p Pins) {
	for _, r := range b.rows {
		p.Rows = append(p.Rows, r)
	}
	for _, c := range b.cols {
		p.Cols = append(p.Cols, c)
	}
	return p
}

// press makes these keys, and no others, be down.
func (b *board) press(keys Contacts) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.keys = keys
	b.settle()
}

// settle lets the wires find their levels: low is what a low column reaches.
func (b *board) settle() {
	low := make([]bool, len(b.cols))
	for i, c := range b.cols {
		low[i] = c.out && c.level == gpio.Low
	}
	down := pressedOn(b.keys, len(b.rows), len(b.cols)) // any way through the keys
	for y, r := range b.rows {
		level := gpio.High
		for x := range b.cols {
			if low[x] && down>>(y*len(b.cols)+x)&1 == 1 {
				level = gpio.Low
			}
		}
		if level != r.level && r.edge != gpio.NoEdge && !b.deaf {
			select {
			case r.edges <- struct{}{}:
			default:
			}
		}
		r.level = level
	}
}

// counts is how often columns were driven low, and rows read.
func (b *board) counts() (drives, reads int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.drives, b.reads
}

func (b *board) fault(format string, args ...any) {
	if len(b.wrong) < 5 {
		b.wrong = append(b.wrong, fmt.Sprintf(format, args...))
	}
}

func (b *board) call(what string) error {
	if b.calls++; b.calls == b.refuse {
		return fmt.Errorf("%s was refused", what)
	}
	return nil
}

func (p *pin) String() string { return p.name }

func (p *pin) column() bool { return p.edges == nil }

func (p *pin) In(pull gpio.Pull, edge gpio.Edge) error {
	p.b.mu.Lock()
	defer p.b.mu.Unlock()
	if err := p.b.call("in " + p.name); err != nil {
		return err
	}
	if pull != gpio.PullUp {
		p.b.fault("%s has pull %s", p.name, pull)
	}
	p.out, p.set, p.pull, p.edge = false, true, pull, edge
	p.b.changed = time.Now()
	p.b.settle()
	return nil
}

func (p *pin) Out(l gpio.Level) error {
	p.b.mu.Lock()
	defer p.b.mu.Unlock()
	if err := p.b.call("out " + p.name); err != nil {
		return err
	}
	if l == gpio.High || !p.column() || !p.set {
		p.b.fault("%s is driven %s", p.name, l)
	}
	p.out, p.level = true, l
	p.b.drives++
	p.b.changed = time.Now()
	p.b.settle()
	return nil
}

// Read is believed when all columns are low or one, and have been so for 5 µs.
func (p *pin) Read() gpio.Level {
	p.b.mu.Lock()
	defer p.b.mu.Unlock()
	p.b.reads++
	low := 0
	for _, c := range p.b.cols {
		if c.out {
			low++
		}
	}
	if p.column() || !p.set || low != 1 && low != len(p.b.cols) || time.Since(p.b.changed) < 5*time.Microsecond {
		p.b.fault("%s is read with %d columns low since %s", p.name, low, time.Since(p.b.changed))
	}
	return p.level
}

func (p *pin) WaitForEdge(timeout time.Duration) bool {
	p.b.mu.Lock()
	if timeout <= 0 || p.edge == gpio.NoEdge {
		p.b.fault("%s waits for an edge for %s", p.name, timeout)
	}
	p.b.mu.Unlock()
	if p.b.hasty {
		select {
		case <-p.edges:
			return true
		default:
			return false
		}
	}
	select {
	case <-p.edges:
		return true
	case <-time.After(timeout):
		return false
	}
}

// check is for the end: nothing was wrong, and no pin is driven or watched.
func (b *board) check(t *testing.T) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, w := range b.wrong {
		t.Error(w)
	}
	for _, c := range b.cols {
		if c.out {
			t.Errorf("%s is still driven", c.name)
		}
	}
	for _, r := range b.rows {
		if r.edge != gpio.NoEdge {
			t.Errorf("%s still tells edges", r.name)
		}
	}
}
