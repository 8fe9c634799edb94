// Command guest is the hardware of the emulated device that QEMU has not: a colour
// glass on /dev/spidev0.0, whose D/C and reset are lines of the machine's real
// GPIO chip. It runs inside the device, started before the card's own programs,
// which find a spidev and cannot know. What is on the glass it tells over a
// serial port of its own, where it can also be told to stop the till, as a till
// that hangs would be.
//
// It may not know what the till is or does; it never touches the card. Next room
// to visit: cmd/kasir-devicetest, which is at the other end of the port.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/physic"
	"periph.io/x/conn/v3/spi"

	"kasir/cmd/kasir-devicetest/cuse"
	"kasir/display/mipidbi/emu"
)

// bufsiz is the longest transfer, as cmdline.txt of the cards has it.
const bufsiz = 1 << 16

func main() {
	if err := run(); err != nil {
		fmt.Fprintf(os.Stderr, "guest: %v\n", err)
		os.Exit(1)
	}
}

func run() error {
	// Hardware does not wait for a processor; whoever makes it of one comes first.
	if err := syscall.Setpriority(syscall.PRIO_PROCESS, 0, -10); err != nil {
		return fmt.Errorf("come first: %w", err)
	}
	lines, err := mapLines()
	if err != nil {
		return err
	}
	g := &glass{Panel: emu.NewLimit(emu.Modules["ili9341"], 1, bufsiz), lines: lines}
	if g.conn, err = g.Port().Connect(physic.MegaHertz, spi.Mode0, 8); err != nil {
		return err
	}
	kernel, err := os.OpenFile("/dev/cuse", os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("open CUSE: %w", err)
	}
	defer kernel.Close()
	go g.watch()
	go func() {
		if err := g.attend(); err != nil {
			fmt.Fprintf(os.Stderr, "guest: %v\n", err)
		}
	}()
	port, err := openPort("glass")
	if err != nil {
		return err
	}
	defer port.Close()
	o := &outlet{w: port}
	go g.tell(o)
	go func() {
		if err := g.obey(port, o); err != nil {
			fmt.Fprintf(os.Stderr, "guest: %v\n", err)
		}
	}()
	return cuse.ServeSPI(plain{kernel}, "spidev0.0", g.opened, g.transfer)
}

// plain reads without Go's poller: a request must come whole, in one call.
type plain struct{ f *os.File }

func (p plain) Read(b []byte) (int, error) {
	for {
		n, err := syscall.Read(int(p.f.Fd()), b)
		if err != syscall.EINTR && err != syscall.ENOENT { // ENOENT: the request was taken back
			return n, err
		}
	}
}

func (p plain) Write(b []byte) (int, error) { return syscall.Write(int(p.f.Fd()), b) }

// openPort opens the virtio serial port that has a name.
func openPort(name string) (*os.File, error) {
	found, err := filepath.Glob("/sys/class/virtio-ports/*/name")
	if err != nil {
		return nil, err
	}
	for _, path := range found {
		if text, err := os.ReadFile(path); err == nil && strings.TrimSpace(string(text)) == name {
			return os.OpenFile(filepath.Join("/dev", filepath.Base(filepath.Dir(path))), os.O_RDWR, 0)
		}
	}
	return nil, fmt.Errorf("open port: this machine has none called %s", name)
}

// outlet is the port, for one message at a time.
type outlet struct {
	mu sync.Mutex
	w  io.Writer
}

func (o *outlet) send(head string, body []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	_, _ = o.w.Write(append([]byte(head+"\n"), body...)) // nobody may be listening
}

// obey does what it is told, a word a line.
func (g *glass) obey(r io.Reader, o *outlet) error {
	for lines := bufio.NewScanner(r); ; {
		if !lines.Scan() {
			if lines.Err() != nil {
				return fmt.Errorf("read port: %w", lines.Err())
			}
			time.Sleep(100 * time.Millisecond) // nobody is there yet
			lines = bufio.NewScanner(r)
			continue
		}
		switch lines.Text() {
		case "see":
			var picture bytes.Buffer
			if err := png.Encode(&picture, g.Image()); err != nil {
				return fmt.Errorf("see: %w", err)
			}
			o.send(fmt.Sprintf("png %d", picture.Len()), picture.Bytes())
		case "wrong":
			text := strings.Join(g.Violations(), "; ")
			o.send(fmt.Sprintf("wrong %d", len(text)), []byte(text))
		case "hang":
			said := "nothing"
			if pid := findTill(); pid > 0 && syscall.Kill(pid, syscall.SIGSTOP) == nil {
				said = "the till"
			}
			o.send(fmt.Sprintf("hung %d", len(said)), []byte(said))
		}
	}
}

// glass is the module, and the lines of the machine that go to it.
type glass struct {
	*emu.Panel
	lines lines
	conn  spi.Conn

	mu   sync.Mutex
	till int       // process, or a thread of it, that opened the bus
	lit  time.Time // when it was turned on
	keys time.Time // when the till was seen to have a keypad open
}

func (g *glass) opened(pid int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.till = pid
}

// transfer is what the till sends, with D/C as it stands now.
func (g *glass) transfer(w, r []byte) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.DC().Drive(gpio.Level(g.lines.high(lineDC)))
	err := g.conn.Tx(w, r)
	if g.lit.IsZero() && g.On() {
		g.lit = time.Now()
	}
	return err
}

// watch drives the reset line as the till does, whose pulses are 10 ms and more.
// It looks no oftener than that needs, as it takes time from the till; but what a
// till counts from is when the line rises again, which must be known well.
func (g *glass) watch() {
	for high, every := true, 8*time.Millisecond; ; time.Sleep(every) {
		// A line that nobody drives is held high by the module.
		now := !g.lines.driven(lineReset) || g.lines.high(lineReset)
		if now == high {
			continue
		}
		if high, every = now, 8*time.Millisecond; !high {
			every = 500 * time.Microsecond
		}
		g.mu.Lock()
		g.RST().Drive(gpio.Level(high))
		g.mu.Unlock()
	}
}
