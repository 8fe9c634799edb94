package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// How much is asked of each proxy. The first are not counted: whoever compiles
// while it runs has done so by then.
const (
	rivalFirst = 1500
	rivalCount = 4000             // of charges that are; all of them stay open, which no payer waits for
	rivalStart = 20 * time.Second // for a proxy to take connections
	rivalWait  = 2 * time.Minute  // for all of its charges
	clockTicks = 100              // a second, in which Linux counts a process's time for others to read
)

// proxy is a program that makes charges for tills, as it was measured.
type proxy struct {
	rate   float64       // charges a second
	cpu    time.Duration // of its own for a charge: the rest is the load's and the provider's
	memory float64       // bytes that it had at most
}

// rival holds our backend, the program ours with a durable book, against another
// proxy: a command that is told PORT, PROVIDER, SERVER_KEY and BOOK, a file that is not
// there yet, by its environment, and answers the same PUT /v1/charges/{order}. What is
// asked of ours it is for one that keeps an order before it asks the provider, too.
func rival(ctx context.Context, ours, command string) ([]row, error) {
	provider, err := newPayee(ctx)
	if err != nil {
		return nil, err
	}
	defer provider.stop()
	dir, err := os.MkdirTemp("", "kasir-bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	key := filepath.Join(dir, "key")
	if err := os.WriteFile(key, []byte(benchSecret), 0o600); err != nil {
		return nil, err
	}
	other, err := proxied(ctx, provider.url, filepath.Join(dir, "other.db"), strings.Fields(command))
	if err != nil {
		return nil, fmt.Errorf("measure %s: %w", command, err)
	}
	book := filepath.Join(dir, "book.db")
	us, err := proxied(ctx, provider.url, book, []string{ours, "serve", "-listen", "127.0.0.1:$PORT", "-db", book,
		"-midtrans", provider.url, "-server-key-file", key, "-device-rate", "-1", "-address-rate", "-1", "-log-level", "error"})
	if err != nil {
		return nil, fmt.Errorf("measure %s: %w", ours, err)
	}
	mb := func(n float64) string { return fmt.Sprintf("%.0f MB", n/1e6) }
	return []row{
		{"charges by two programs, 64 clients, durable, against " + command, perSecond(us.rate), perSecond(other.rate), us.rate / other.rate, 5, true},
		{"the processor's time for a charge, load and provider not counted", short(us.cpu), short(other.cpu), float64(us.cpu) / float64(other.cpu), 0.2, false},
		{"the most memory that each had", mb(us.memory), mb(other.memory), us.memory / other.memory, 0.25, false},
	}, nil
}

// proxied starts a proxy, has it make charges, and ends it.
func proxied(ctx context.Context, provider, book string, command []string) (p proxy, err error) {
	port, err := freePort()
	if err != nil {
		return p, err
	}
	for i := range command {
		command[i] = strings.ReplaceAll(command[i], "$PORT", port)
	}
	ctx, cancel := context.WithTimeout(ctx, rivalWait)
	defer cancel()
	program := exec.CommandContext(ctx, command[0], command[1:]...)
	program.Env = append(os.Environ(), "PORT="+port, "PROVIDER="+provider, "SERVER_KEY="+benchSecret, "BOOK="+book, "NODE_ENV=production")
	program.Stderr = os.Stderr
	if err := program.Start(); err != nil {
		return p, err
	}
	defer func() { program.Process.Kill(); program.Wait() }()
	if err := listens(ctx, "127.0.0.1:"+port); err != nil {
		return p, err
	}
	if _, err := chargeMany(ctx, port, 0, rivalFirst); err != nil {
		return p, err
	}
	before, err := cpuTime(program.Process.Pid)
	if err != nil {
		return p, err
	}
	took, err := chargeMany(ctx, port, rivalFirst, rivalCount)
	if err != nil {
		return p, err
	}
	p.rate = rivalCount / took.Seconds()
	after, err := cpuTime(program.Process.Pid)
	if err != nil {
		return p, err
	}
	p.cpu = (after - before) / rivalCount
	p.memory, err = mostMemory(program.Process.Pid)
	return p, err
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

func listens(ctx context.Context, address string) error {
	for end := time.Now().Add(rivalStart); ; time.Sleep(50 * time.Millisecond) {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		if err == nil {
			return conn.Close()
		}
		if time.Now().After(end) {
			return fmt.Errorf("it does not listen after %s: %w", rivalStart, err)
		}
	}
}

// chargeMany makes count charges with numbers after first, and says how long it took.
func chargeMany(ctx context.Context, port string, first, count int) (time.Duration, error) {
	var all sync.WaitGroup
	errs := make([]error, clients)
	began := time.Now()
	for c := range clients {
		all.Go(func() {
			a, err := newAsker(ctx, "127.0.0.1:"+port)
			if errs[c] = err; err != nil {
				return
			}
			defer a.conn.Close()
			for n := c; n < count && errs[c] == nil; n += clients {
				errs[c] = a.charge(fmt.Sprintf("C%d-%08d", c, first+n+1))
			}
		})
	}
	all.Wait()
	for _, err := range errs { // the first is enough: they will be alike
		if err != nil {
			return 0, err
		}
	}
	return time.Since(began), nil
}

// cpuTime is what a process has used of the processors, its kernel's part included.
func cpuTime(pid int) (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	// The name may hold anything but a closing parenthesis after the last.
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if len(fields) < 13 {
		return 0, errors.New("the kernel does not say what it has used")
	}
	user, err := strconv.ParseInt(fields[11], 10, 64)
	kernel, wrong := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+kernel) * time.Second / clockTicks, errors.Join(err, wrong)
}

// mostMemory is what a process had at most, as the kernel counts it (VmHWM).
func mostMemory(pid int) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		var kb float64
		if n, _ := fmt.Sscanf(line, "VmHWM: %f kB", &kb); n == 1 {
			return kb * 1024, nil
		}
	}
	return 0, errors.New("the kernel does not say what it had at most")
}
