package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestMain lets the test binary be the program, so that it can be killed.
func TestMain(m *testing.M) {
	if os.Getenv("KASIR_TEST_IS_SANDBOX") == "1" {
		main()
	}
	os.Exit(m.Run())
}

const key = "SB-Mid-server-test"

func TestMisuse(t *testing.T) {
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{nil, misuse, "-server-key is required"},
		{[]string{"-server-key", key, "-notify-scale", "0"}, misuse, "-notify-scale"},
		{[]string{"-server-key", key, "serve"}, misuse, `"serve" is not a flag`},
		{[]string{"-nonsense"}, misuse, "nonsense"},
		{[]string{"-server-key", key, "-link-life", "-1s"}, misuse, "-link-life"},
		{[]string{"-h"}, ok, "-expiry-lag"},
		{[]string{"-help"}, ok, "PIN 112233, OTP 987654"},
		{[]string{"-help"}, ok, "+628271939753   blocked, refused with 410"},
		{[]string{"-help"}, ok, "5007   error-500            status code 500 in HTTP 200; the charge is made"},
		{[]string{"-server-key", key, "-listen", "nowhere:x"}, failed, "listen on nowhere:x"},
		{[]string{"-server-key", key, "-state", "."}, failed, "open state"},
	} {
		var out, problems bytes.Buffer
		if got := run(t.Context(), c.args, &out, &problems); got != c.code {
			t.Errorf("%v: got %d, want %d", c.args, got, c.code)
		}
		if !strings.Contains(problems.String(), c.says) {
			t.Errorf("%v: got %q, want %q", c.args, problems.String(), c.says)
		}
	}
}

// address reads the program's first line and keeps its output flowing.
func address(t *testing.T, out io.Reader) string {
	t.Helper()
	lines := bufio.NewReader(out)
	line, err := lines.ReadString('\n')
	if err != nil {
		t.Fatalf("read first line: %v", err)
	}
	base, ok := strings.CutPrefix(strings.TrimSpace(line), "midtrans-sandbox: ")
	if !ok {
		t.Fatalf("the first line is %q", line)
	}
	go io.Copy(io.Discard, lines)
	return strings.TrimSuffix(base, "/")
}

// post sends body and reads a JSON object.
func post(base, path, body string) (map[string]any, error) {
	r, err := http.NewRequest(http.MethodPost, base+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.SetBasicAuth(key, "")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	doc := make(map[string]any)
	return doc, json.NewDecoder(res.Body).Decode(&doc)
}

func charge(order string) string {
	return fmt.Sprintf(`{"payment_type":"qris","transaction_details":{"order_id":%q,"gross_amount":25000}}`, order)
}

func TestServe(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	in, out := io.Pipe()
	var log bytes.Buffer
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, []string{"-listen", "127.0.0.1:0", "-server-key", key, "-merchant", "Warung Sari", "-city", "Malang", "-qr-length", "260"}, out, &log)
	}()
	base := address(t, in)
	doc, err := post(base, "/v2/charge", charge("a"))
	if err != nil {
		t.Fatal(err)
	}
	qr, _ := doc["qr_string"].(string)
	if len(qr) != 260 || !strings.Contains(qr, "5911Warung Sari6006Malang") {
		t.Errorf("got code %q", qr)
	}
	stop()
	select {
	case got := <-code:
		if got != ok {
			t.Errorf("got exit code %d: %s", got, log.String())
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it did not end")
	}
	if strings.Contains(log.String(), key) || strings.Contains(log.String(), qr) {
		t.Errorf("a secret was logged: %s", log.String())
	}
	if !strings.Contains(log.String(), "op=charge order=a") {
		t.Errorf("the charge was not logged: %s", log.String())
	}
}

// TestKill kills the program while several tills sell, starts it again, and
// looks for everything that was ever answered.
func TestKill(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state.json")
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	dice := rand.New(rand.NewPCG(seed, 0))
	var mu sync.Mutex
	answered := make(map[string]string) // by order id: the last state that was answered
	for round := range 4 {
		base, kill := start(t, state)
		var tills sync.WaitGroup
		for till := range 3 {
			tills.Go(func() { sell(base, fmt.Sprintf("%d-%d", round, till), &mu, answered) })
		}
		time.Sleep(time.Duration(50+dice.IntN(150)) * time.Millisecond)
		kill()
		tills.Wait()
	}
	base, kill := start(t, state)
	defer kill()
	res, err := http.Get(base + "/sandbox/orders")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var orders []struct {
		OrderID string `json:"order_id"`
		Status  string `json:"transaction_status"`
	}
	if err := json.NewDecoder(res.Body).Decode(&orders); err != nil {
		t.Fatal(err)
	}
	is := make(map[string]string)
	for _, o := range orders {
		if is[o.OrderID] != "" {
			t.Errorf("order %s is there twice", o.OrderID)
		}
		is[o.OrderID] = o.Status
	}
	if len(answered) == 0 {
		t.Error("nothing was sold")
	}
	for order, want := range answered {
		// More may have happened than was answered, never less.
		if got := is[order]; got != want && (want != "pending" || got != "settlement") {
			t.Errorf("order %s: got %q, answered was %q", order, got, want)
		}
	}
}

// start runs the program on state; kill is kill -9.
func start(t *testing.T, state string) (base string, kill func()) {
	t.Helper()
	c := exec.Command(os.Args[0], "-listen", "127.0.0.1:0", "-server-key", key, "-state", state)
	c.Env = append(os.Environ(), "KASIR_TEST_IS_SANDBOX=1")
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	kill = func() {
		c.Process.Kill()
		c.Wait() // "signal: killed"
	}
	t.Cleanup(kill)
	return address(t, out), kill
}

// sell charges and pays until nobody answers.
func sell(base, name string, mu *sync.Mutex, answered map[string]string) {
	for i := 0; ; i++ {
		order := fmt.Sprintf("%s-%d", name, i)
		for _, step := range []struct{ path, body string }{{"/v2/charge", charge(order)}, {"/sandbox/" + order + "/pay", ""}} {
			doc, err := post(base, step.path, step.body)
			if err != nil {
				return
			}
			mu.Lock()
			answered[order], _ = doc["transaction_status"].(string)
			mu.Unlock()
		}
	}
}

// TestFlags: what a flag says reaches the provider.
func TestFlags(t *testing.T) {
	c, err := parse([]string{"-server-key", key, "-account-notify-url", "http://a/", "-recurring-notify-url", "http://r/", "-link-life", "1m",
		"-known-phones-only", "-no-linking", "-refunds", "-no-magic"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	o := c.options
	if o.AccountNotifyURL != "http://a/" || o.RecurringNotifyURL != "http://r/" || o.LinkLife != time.Minute || !o.KnownPhonesOnly || !o.NoLinking || !o.Refunds || !o.NoMagic {
		t.Errorf("got %+v", o)
	}
}
