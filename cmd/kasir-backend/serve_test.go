package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kasir/backend/midtrans/sandbox"
	"kasir/backend/wire"
)

const (
	key     = "SB-Mid-server-abc123cde456"
	journal = "0123456789abcdef0123456789abcdef"
)

// provider is a sandbox on a port.
func provider(t *testing.T) (*sandbox.Sandbox, string) {
	s := sandbox.New(sandbox.Options{ServerKey: key, RetryScale: 0.0005})
	server := httptest.NewServer(s)
	t.Cleanup(func() { server.Close(); s.Close() })
	return s, server.URL
}

// loud collects a log; the program and the test use it at the same time.
type loud struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *loud) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *loud) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// start runs the program in this process; base is where it serves, and stop
// ends it and is its exit code.
func start(t *testing.T, args ...string) (base string, log *loud, stop func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	log = &loud{}
	code := make(chan int, 1)
	go func() { code <- run(ctx, append([]string{"serve"}, args...), in, log); in.Close() }()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		cancel()
		t.Fatalf("no first line: %v\n%s", err, log)
	}
	_, base, _ = strings.Cut(strings.TrimSpace(line), " ")
	return strings.TrimSuffix(base, "/"), log, func() int { cancel(); return <-code }
}

func do(method, url string, body, into any) (int, error) {
	return within(40*time.Second, method, url, body, into)
}

func within(limit time.Duration, method, url string, body, into any) (int, error) {
	text, _ := json.Marshal(body)
	req, err := http.NewRequest(method, url, bytes.NewReader(text))
	if err != nil {
		return 0, err
	}
	res, err := (&http.Client{Timeout: limit}).Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	if into == nil {
		_, err = io.Copy(io.Discard, res.Body)
		return res.StatusCode, err
	}
	return res.StatusCode, json.NewDecoder(res.Body).Decode(into)
}

func TestServe(t *testing.T) {
	psp, url := provider(t)
	keyFile := write(t, "key", key+"\n", 0o600)
	port := freePort(t)
	base, log, stop := start(t, "-listen", port, "-db", filepath.Join(t.TempDir(), "b.db"),
		"-midtrans", url, "-server-key-file", keyFile, "-notify-url", "http://"+port+"/v1/notifications/midtrans")
	if status, err := do("GET", base+"/healthz", nil, nil); status != 200 || err != nil {
		t.Errorf("health: %d, %v", status, err)
	}
	var hello wire.Hello
	if _, err := do("GET", base+"/v1/devices/KASIR", nil, &hello); err != nil || !hello.Sandbox || hello.Next != 1 {
		t.Errorf("hello %+v, %v", hello, err)
	}
	var c wire.Charge
	if _, err := do("PUT", base+"/v1/charges/KASIR-00000001", wire.Open{Amount: 25_000, Journal: journal}, &c); err != nil || c.State != wire.Pending || c.QR == "" {
		t.Fatalf("open: %+v, %v", c, err)
	}
	if err := psp.Pay("KASIR-00000001"); err != nil {
		t.Fatal(err)
	}
	var news wire.Events
	if _, err := do("GET", base+"/v1/devices/KASIR/events?since=1&wait=20", nil, &news); err != nil || len(news.Events) != 1 || news.Events[0].Charge.State != wire.Settled {
		t.Errorf("news %+v, %v", news, err)
	}
	poll := make(chan int, 1)
	go func() {
		status, _ := do("GET", base+"/v1/devices/KASIR/events?since=2&wait=30", nil, nil)
		poll <- status
	}()
	time.Sleep(100 * time.Millisecond)
	began := time.Now()
	if code := stop(); code != ok {
		t.Errorf("exit code %d\n%s", code, log)
	}
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("stopping took %s", took)
	}
	if status := <-poll; status != 200 {
		t.Errorf("the poll that waited got %d", status)
	}
	if text := log.String(); strings.Contains(text, key) || strings.Contains(text, c.QR) && c.QR != "" || strings.Contains(text, "0002010102") {
		t.Errorf("a secret in the log:\n%s", text)
	}
}

// TestNotLoopback: terminals are refused, notifications are not.
func TestNotLoopback(t *testing.T) {
	_, url := provider(t)
	base, log, stop := start(t, "-listen", "0.0.0.0:0", "-db", filepath.Join(t.TempDir(), "b.db"),
		"-midtrans", url, "-server-key-file", write(t, "key", key, 0o600))
	defer stop()
	base = strings.ReplaceAll(strings.ReplaceAll(base, "0.0.0.0", "127.0.0.1"), "[::]", "127.0.0.1")
	var e wire.Error
	if status, err := do("GET", base+"/v1/devices/KASIR", nil, &e); status != 403 || e.Code != wire.Forbidden || err != nil {
		t.Errorf("terminal: %d %+v, %v", status, e, err)
	}
	if status, err := do("POST", base+"/v1/notifications/midtrans", map[string]string{}, nil); status != 400 || err != nil {
		t.Errorf("notification: %d, %v", status, err)
	}
	if !strings.Contains(log.String(), "not on loopback") {
		t.Errorf("log:\n%s", log)
	}
}

func TestServeRefuses(t *testing.T) {
	_, url := provider(t)
	good := write(t, "key", key, 0o600)
	db := filepath.Join(t.TempDir(), "b.db")
	_, _, stop := start(t, "-listen", "127.0.0.1:0", "-db", db, "-midtrans", url, "-server-key-file", good)
	defer stop()
	for name, test := range map[string]struct {
		args []string
		says string
	}{
		"an open key file": {[]string{"-db", db + "2", "-server-key-file", write(t, "key", key, 0o644)}, "chmod 600"},
		"a book in use":    {[]string{"-db", db, "-server-key-file", good}, "in use"},
		"an address taken": {[]string{"-db", db + "2", "-server-key-file", good, "-listen", "256.0.0.1:1"}, "listen on"},
		"a wrong type":     {[]string{"-db", db + "2", "-server-key-file", good, "-listen", "127.0.0.1:0", "-payment-type", "cash"}, "payment type"},
		"a wrong expiry":   {[]string{"-db", db + "2", "-server-key-file", good, "-listen", "127.0.0.1:0", "-expiry", "1s"}, "expiry"},
		"a spaced key":     {[]string{"-db", db + "2", "-server-key-file", write(t, "key", "two words", 0o600), "-listen", "127.0.0.1:0"}, "server key"},
	} {
		var out, errout bytes.Buffer
		if code := run(t.Context(), append([]string{"serve", "-midtrans", url}, test.args...), &out, &errout); code != failed || !strings.Contains(errout.String(), test.says) {
			t.Errorf("%s: %d, %s", name, code, errout.String())
		}
	}
}

// TestKilled kills the program, as a process, at random moments of some sales,
// and compares what the terminals were told with the provider's book.
func TestKilled(t *testing.T) {
	if args := os.Getenv("KASIR_BACKEND_ARGS"); args != "" {
		os.Exit(run(context.Background(), strings.Split(args, "\n"), os.Stdout, os.Stderr))
	}
	t.Parallel() // it mostly waits
	const sales, lives = 40, 9
	psp, url := provider(t)
	port := freePort(t)
	base := "http://" + port
	args := strings.Join([]string{"serve", "-listen", port, "-db", filepath.Join(t.TempDir(), "b.db"), "-midtrans", url,
		"-server-key-file", write(t, "key", key, 0o600), "-notify-url", base + "/v1/notifications/midtrans"}, "\n")
	r := rand.New(rand.NewPCG(4, 2))
	var all sync.WaitGroup
	told := make([]wire.Charge, sales)
	for life := range lives + 1 {
		kill := launch(t, args)
		for i := life * sales / (lives + 1); i < (life+1)*sales/(lives+1); i++ {
			own := rand.New(rand.NewPCG(1, uint64(i)))
			all.Go(func() { told[i] = sell(t, own, base, psp, fmt.Sprintf("KASIR-%08d", i+1), int64(1_000+i)) })
		}
		if life == lives { // the last one may live
			all.Wait()
			defer kill()
			break
		}
		time.Sleep(time.Duration(r.IntN(80)) * time.Millisecond)
		kill()
	}
	for i := range told {
		agree(t, base, psp, told[i])
	}
	if n := len(psp.Orders()); n > sales {
		t.Errorf("%d sales, %d transactions", sales, n)
	}
}

// launch starts the program as a process and waits until it serves.
func launch(t *testing.T, args string) (kill func()) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$")
	cmd.Env = append(os.Environ(), "KASIR_BACKEND_ARGS="+args)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	kill = sync.OnceFunc(func() { cmd.Process.Kill(); cmd.Wait() })
	t.Cleanup(kill)
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatal("it does not serve: ", err)
	}
	return kill
}

// freePort is an address nobody serves on just now.
func freePort(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// sell opens a charge, has it paid or cancelled, and asks for as long as a
// patient cashier would.
func sell(t *testing.T, r *rand.Rand, base string, psp *sandbox.Sandbox, id string, amount int64) (c wire.Charge) {
	c = wire.Charge{OrderID: id, Amount: amount}
	path := base + "/v1/charges/" + id
	insist := func(method, path string, body any, enough func() bool) bool {
		// However slow the machine is, each request is answered once.
		for began, answered := time.Now(), false; time.Since(began) < 3*time.Second || !answered && time.Since(began) < time.Minute; {
			var got wire.Charge
			if status, err := within(time.Second, method, path, body, &got); err == nil && status == 200 {
				answered = true
				if c = got; enough() {
					return true
				}
			}
			time.Sleep(20 * time.Millisecond)
		}
		return false
	}
	if !insist("PUT", path, wire.Open{Amount: amount, Journal: journal}, func() bool { return c.State != wire.Asked }) {
		return c // killed between its intent and its call: it takes a while
	}
	if r.IntN(2) == 0 {
		if err := psp.Pay(id); err != nil {
			t.Error(err)
		}
		insist("GET", path, nil, func() bool { return c.State.Final() })
		return c
	}
	insist("DELETE", fmt.Sprintf("%s?amount=%d&journal=%s", path, amount, journal), nil, func() bool { return c.State.Final() })
	return c
}

// agree compares what was told last with what is told now and with what the
// provider says.
func agree(t *testing.T, base string, psp *sandbox.Sandbox, told wire.Charge) {
	t.Helper()
	var now wire.Charge
	if status, err := do("GET", base+"/v1/charges/"+told.OrderID, nil, &now); status != 200 || err != nil {
		t.Errorf("%s: HTTP %d, %v", told.OrderID, status, err)
	}
	var says []string
	for _, o := range psp.Orders() {
		if o.OrderID == told.OrderID {
			says = append(says, o.Status)
			if o.Amount != told.Amount {
				t.Errorf("%s: asked for %d, charged %d", told.OrderID, told.Amount, o.Amount)
			}
		}
	}
	right := map[string]wire.State{"": wire.Asked, "pending": wire.Pending, "settlement": wire.Settled, "cancel": wire.Cancelled}
	if want := right[strings.Join(says, " and ")]; now.State != want {
		t.Errorf("%s: %s here, %q there", told.OrderID, now.State, says)
	}
	if told.State.Final() && told.State != now.State {
		t.Errorf("%s: was told %s, now %s", told.OrderID, told.State, now.State)
	}
}
