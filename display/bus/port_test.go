package bus

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"periph.io/x/conn/v3"
	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/physic"
	"periph.io/x/conn/v3/spi"
)

func TestPortIsAsStrictAsTheKernel(t *testing.T) {
	l, p := listen(t, 0)
	if err := p.LimitSpeed(0); err == nil {
		t.Error("a speed of 0 was taken")
	}
	if err := p.LimitSpeed(10 * physic.MegaHertz); err != nil {
		t.Fatal(err)
	}
	c, err := p.Connect(32*physic.MegaHertz, spi.Mode3, 8)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := p.Settings(), (Settings{10 * physic.MegaHertz, spi.Mode3, 8}); got != want {
		t.Errorf("settings %+v, want %+v", got, want)
	}
	if _, err := p.Connect(0, spi.Mode0, 8); err == nil {
		t.Error("it was connected twice")
	}
	if got := c.(conn.Limits).MaxTxSize(); got != 4096 {
		t.Errorf("limit %d, want 4096", got)
	}
	for _, bad := range [][2][]byte{{nil, nil}, {make([]byte, 4097), nil}, {make([]byte, 2), make([]byte, 3)}} {
		if err := c.Tx(bad[0], bad[1]); err == nil {
			t.Errorf("%d bytes out and %d in: no error", len(bad[0]), len(bad[1]))
		}
	}
	long := []spi.Packet{{W: make([]byte, 4096)}, {W: make([]byte, 1)}}
	if err := c.TxPackets(long); err == nil {
		t.Error("packets over the limit: no error")
	}
	if err := c.TxPackets([]spi.Packet{{W: []byte{1}, BitsPerWord: 9}}); err == nil {
		t.Error("packets of nine bits: no error")
	}
	if err := c.TxPackets([]spi.Packet{{W: []byte{1}}, {W: []byte{2, 3}}}); err != nil || len(l.bytes) != 3 {
		t.Errorf("packets: %v, %d bytes arrived", err, len(l.bytes))
	}
	if got := p.Stats(); got.Refused != 3 || got.Longest != 4097 || got.Transfers != 2 {
		t.Errorf("stats %+v", got)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if err := c.Tx([]byte{1}, nil); err == nil {
		t.Error("a closed port moves bytes")
	}
	if _, err := p.Connect(0, spi.Mode0, 8); err != nil {
		t.Errorf("it cannot be opened again: %v", err)
	}
}

func TestDialRefusesWhatIsMissing(t *testing.T) {
	l, p := listen(t, 0)
	if _, err := Dial(nil, l.dc, 0, spi.Mode0); err == nil {
		t.Error("no port: no error")
	}
	if _, err := Dial(p, nil, 0, spi.Mode0); err == nil {
		t.Error("no D/C: no error")
	}
	if _, err := Dial(p, gpio.INVALID, 0, spi.Mode0); err == nil {
		t.Error("an invalid D/C: no error")
	}
	dial(t, p, l.dc)
	if _, err := Dial(p, l.dc, 0, spi.Mode0); err == nil {
		t.Error("a port in use: no error")
	}
}

func TestPinEdges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPin("BUSY", 24)
		if err := p.In(gpio.PullUp, gpio.FallingEdge); err != nil {
			t.Fatal(err)
		}
		p.Drive(gpio.High)
		if p.WaitForEdge(time.Second) {
			t.Error("a rising edge was seen, asked for was a falling one")
		}
		time.AfterFunc(300*time.Millisecond, func() { p.Drive(gpio.Low) })
		start := time.Now()
		if !p.WaitForEdge(time.Second) || time.Since(start) != 300*time.Millisecond || p.Read() != gpio.Low {
			t.Errorf("no edge within %v, level %v", time.Since(start), p.Read())
		}
		p.Drive(gpio.High)
		p.Drive(gpio.Low)
		if err := p.In(gpio.PullUp, gpio.FallingEdge); err != nil {
			t.Fatal(err)
		}
		if p.WaitForEdge(0) {
			t.Error("In kept an old edge")
		}
		time.AfterFunc(time.Hour, func() { p.Drive(gpio.High); p.Drive(gpio.Low) })
		if !p.WaitForEdge(-1) {
			t.Error("a wait without an end ended without an edge")
		}
	})
}

func TestPinDuty(t *testing.T) {
	plain, dimmer := NewPin("BL", 18), NewPWMPin("BL", 18)
	if err := plain.PWM(gpio.DutyHalf, 0); err == nil {
		t.Error("PWM on a line without")
	}
	if err := dimmer.PWM(gpio.DutyMax+1, 0); err == nil {
		t.Error("a duty over the most")
	}
	if err := dimmer.PWM(gpio.DutyHalf, physic.KiloHertz); err != nil || dimmer.Duty() != gpio.DutyHalf {
		t.Errorf("PWM: %v, duty %v", err, dimmer.Duty())
	}
	if err := dimmer.Out(gpio.High); err != nil || dimmer.Duty() != gpio.DutyMax || dimmer.Function() != "Out/High" {
		t.Errorf("Out: %v, duty %v, %s", err, dimmer.Duty(), dimmer.Function())
	}
}

func TestNotesAreBounded(t *testing.T) {
	var n Notes
	for i := range 1000 {
		n.Add("note %d", i)
	}
	list := n.Take()
	if got, want := list[len(list)-1], "and 900 more"; len(list) != 101 || got != want {
		t.Errorf("%d notes, the last %q, want %q", len(list), got, want)
	}
	if again := n.Take(); !slices.Equal(again, nil) {
		t.Errorf("taken twice: %v", again)
	}
}
