package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"kasir/terminal"
)

// childVar makes this test binary the program itself, as a process that can be
// killed; its value is the most bytes that a file may have, or "" for any.
const childVar = "KASIR_TEST_PROGRAM"

func TestMain(m *testing.M) {
	limit, child := os.LookupEnv(childVar)
	if !child {
		os.Exit(m.Run())
	}
	if limit == "full" {
		// A card with no room left: writing past 96 kB in a file fails.
		signal.Ignore(syscall.SIGXFSZ)
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 96 << 10, Max: 96 << 10}); err != nil {
			panic(err)
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// process is a till with a power cord.
type process struct {
	*counter
	cmd *exec.Cmd
}

func (s *shop) process(dir, limit string) *process {
	s.t.Helper()
	darken(s.t, dir)
	p := &process{counter: &counter{t: s.t, dir: dir, closed: true}}
	p.cmd = exec.Command(os.Args[0], s.flags(dir)...)
	p.cmd.Env = append(os.Environ(), childVar+"="+limit)
	p.cmd.Stderr = &p.log
	in, err := p.cmd.StdinPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	r, w := io.Pipe()
	p.keys = w
	go io.Copy(in, r)
	if err := p.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(p.cut)
	return p
}

// cut is a power cut.
func (p *process) cut() {
	p.cmd.Process.Kill()
	p.cmd.Wait()
	p.keys.Close()
}

// TestPowerCuts: whatever the till was doing, the next life takes it up.
func TestPowerCuts(t *testing.T) {
	t.Parallel()
	s, dir := openShop(t), t.TempDir()
	p := s.process(dir, "")
	p.press("25000\n")
	text := p.scans("")
	p.cut()

	p = s.process(dir, "")
	if again := p.scans(""); again != text {
		t.Fatalf("after a power cut the glass shows %s, want the same sale's %s", again, text)
	}
	p.cut()
	if err := s.provider.Pay(s.last().OrderID); err != nil {
		t.Fatal(err)
	}

	p = s.process(dir, "")
	p.sees(terminal.Thanks{Order: orderOf(1), Amount: 25000})
	p.cut()

	p = s.process(dir, "")
	p.sees(terminal.Thanks{Order: orderOf(1), Amount: 25000}) // nobody has seen it yet
	p.press("7\n")
	p.scans(text)
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("after a signal: %v", err)
	}
	if got, want := kinds(t, dir), "joined opened offered settled acknowledged opened offered"; got != want {
		t.Errorf("journal: got %s, want %s", got, want)
	}
	if got := len(s.provider.Orders()); got != 2 {
		t.Errorf("the provider has %d orders, want 2", got)
	}
}

// TestFullCard: the till sells until nothing can be remembered any more, then
// says so, and what it did remember is whole.
func TestFullCard(t *testing.T) {
	t.Parallel()
	s, dir := openShop(t), t.TempDir()
	p := s.process(dir, "full")
	before := ""
	for range 40 {
		p.press("9\n")
		if p.full() {
			break
		}
		await(t, "a code, or the fault", func() bool { return p.full() || s.last().QRString != before })
		before = s.last().QRString
		p.press("c")
		await(t, "the end of the sale, or the fault", func() bool {
			return p.full() || strings.Count(p.log.String(), "kind=cancelled") == len(s.provider.Orders())
		})
	}
	if !p.full() {
		t.Fatal("the card was never full")
	}
	p.seesView(terminal.View{Screen: terminal.Fault{What: terminal.FaultCard},
		Strip: terminal.Strip{Merchant: merchant, Device: "toko-1", Online: true, Sandbox: true, Unsure: p.open(dir)}})
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := p.cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != failed {
		t.Errorf("after a signal: %v, want exit code %d", err, failed)
	}
	kinds(t, dir)
}

func (p *process) full() bool { return strings.Contains(p.log.String(), "selling stops") }

// open is how many charges of the journal are without an outcome.
func (p *process) open(dir string) int {
	text := kinds(p.t, dir)
	return strings.Count(text, "opened") - strings.Count(text, "cancelled")
}
