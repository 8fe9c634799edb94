package cmd_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// storm is the three programs as processes, and who is about them.
type storm struct {
	*testing.T
	dice     *rand.Rand
	dir      string
	programs []*program
	till     *tillProgram
	backend  string // base URL
	provider string // base URL
	lanes    []*lane
	killed   map[string]int
	outcomes map[string]int
}

// program is one process that can be killed and started again.
type program struct {
	name, path string
	args       []string
	trusted    string // file of the certificates that it believes
	log        func(line string)

	mu    sync.Mutex
	cmd   *exec.Cmd
	stdin io.WriteCloser
	gone  chan struct{}
}

func newStorm(t *testing.T, dice *rand.Rand) *storm {
	s := &storm{T: t, dice: dice, dir: t.TempDir(), killed: map[string]int{}, outcomes: map[string]int{}}
	bin, err := programs()
	if err != nil {
		t.Fatal(err)
	}
	provider, backend := freeAddress(t), freeAddress(t)
	s.provider, s.backend = "http://"+provider, "http://"+backend
	secret, trusted := certificate(t, s.dir)
	shop, trunk, post := openLane(t, secret, backend, dice.Uint64()), openLane(t, secret, provider, dice.Uint64()), openLane(t, secret, backend, dice.Uint64())
	s.lanes = []*lane{shop, trunk, post}
	key := filepath.Join(s.dir, "key")
	if err := os.WriteFile(key, []byte("SB-Mid-server-storm\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	sandbox := &program{name: "midtrans-sandbox", path: bin + "midtrans-sandbox", args: []string{
		"-listen", provider, "-server-key", "SB-Mid-server-storm", "-notify-scale", "0.01", "-state", filepath.Join(s.dir, "sandbox.json"),
		"-public-url", trunk.url()}}
	proxy := &program{name: "kasir-backend", path: bin + "kasir-backend", args: []string{
		"serve", "-listen", backend, "-db", s.bookFile(), "-midtrans", trunk.url(),
		"-server-key-file", key, "-notify-url", post.url() + "/v1/notifications/midtrans"}}
	journal := filepath.Join(s.dir, "journal.db")
	device := &program{name: "kasir", path: bin + "kasir", args: []string{
		"run", "-backend", shop.url(), "-tunnel", "-journal", journal, "-device", "storm-1", "-panel", "png:" + filepath.Join(s.dir, "frames"),
		"-size", "400x300", "-keys", "stdin", "-lang", "id", "-merchant", "Warung Badai"}}
	s.till = &tillProgram{program: device, journal: journal}
	device.log = s.till.read
	s.programs = []*program{sandbox, proxy, device}
	for _, p := range s.programs {
		p.trusted = trusted
		s.start(p)
		t.Cleanup(func() { p.kill() })
	}
	return s
}

// built is where programs has put them; "" before.
var built string

// programs builds what is stormed, once for all storms, and says where it is.
var programs = sync.OnceValues(func() (bin string, err error) {
	if built, err = os.MkdirTemp("", "kasir-storm"); err != nil {
		return "", err
	}
	bin = built + string(filepath.Separator)
	if out, err := exec.Command("go", "build", "-o", bin, "kasir/cmd/kasir", "kasir/cmd/kasir-backend", "kasir/cmd/midtrans-sandbox").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build programs: %w\n%s", err, out)
	}
	return bin, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if built != "" {
		_ = os.RemoveAll(built)
	}
	os.Exit(code)
}

// bookFile is where the backend keeps its book.
func (s *storm) bookFile() string { return filepath.Join(s.dir, "backend.db") }

// mishaps is what happened on the lanes, by kind.
func (s *storm) mishaps() map[string]int {
	all := map[string]int{}
	for _, l := range s.lanes {
		l.mu.Lock()
		for kind, n := range l.count {
			all[kind] += n
		}
		l.mu.Unlock()
	}
	return all
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func (s *storm) start(p *program) {
	if err := p.start(); err != nil {
		s.Errorf("start %s: %v", p.name, err)
	}
}

func (p *program) start() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	cmd := exec.Command(p.path, p.args...)
	cmd.Env = append(os.Environ(), "SSL_CERT_FILE="+p.trusted)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	gone := make(chan struct{})
	p.cmd, p.stdin, p.gone = cmd, stdin, gone
	go func() {
		defer close(gone)
		lines := bufio.NewScanner(stderr)
		for lines.Scan() {
			if p.log != nil {
				p.log(lines.Text())
			}
		}
		_ = cmd.Wait()
	}()
	return nil
}

func (p *program) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = p.cmd.Process.Kill()
	<-p.gone
}

// kill is a power cut for one program.
func (s *storm) kill(p *program, down time.Duration) {
	p.kill()
	s.killed[p.name]++
	if p == s.till.program {
		s.till.off()
	}
	time.Sleep(down)
	s.start(p)
}

func (s *storm) kills() (n int) {
	for _, k := range s.killed {
		n += k
	}
	return n
}

// tillProgram is the device, seen from before it: its log says which screen
// it shows.
type tillProgram struct {
	*program
	journal string

	lock   sync.Mutex
	shown  string
	about  string
	opened []string
}

var (
	startLine  = regexp.MustCompile(`msg="till starts".* screen=(\w+)`)
	screenLine = regexp.MustCompile(`msg=screen from=\w+ to=(\w+) order=(\S+)`)
	openedLine = regexp.MustCompile(`msg=record kind=opened order=(\S+)`)
)

func (t *tillProgram) read(line string) {
	t.lock.Lock()
	defer t.lock.Unlock()
	if m := startLine.FindStringSubmatch(line); m != nil {
		t.shown, t.about = m[1], ""
	}
	if m := screenLine.FindStringSubmatch(line); m != nil {
		t.shown, t.about = m[1], strings.Trim(m[2], `"`)
	}
	if m := openedLine.FindStringSubmatch(line); m != nil {
		t.opened = append(t.opened, m[1])
	}
}

func (t *tillProgram) off() {
	t.lock.Lock()
	defer t.lock.Unlock()
	t.shown, t.about = "off", ""
}

func (t *tillProgram) screen() (name, order string) {
	t.lock.Lock()
	defer t.lock.Unlock()
	return t.shown, t.about
}

func (t *tillProgram) orders() []string {
	t.lock.Lock()
	defer t.lock.Unlock()
	return t.opened
}

// keys presses keys; on a till that was just killed they are lost.
func (t *tillProgram) keys(s string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, _ = io.WriteString(t.stdin, s)
}

// wait gives the till time to leave a screen.
func (t *tillProgram) wait(screen string, most time.Duration) {
	for limit := time.Now().Add(most); time.Now().Before(limit); time.Sleep(10 * time.Millisecond) {
		if now, _ := t.screen(); now != screen {
			return
		}
	}
}

// pay is the customer's phone; late is a payment of a code that has ended.
func (s *storm) pay(order string, late bool) bool {
	url := s.provider + "/sandbox/" + order + "/pay"
	if late {
		url += "?late=1"
	}
	resp, err := s.do(http.MethodPost, url)
	return err == nil && resp != nil
}

// do is one request; nil without an error means a refusal.
func (s *storm) do(method, url string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, url, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 16<<20))
	if resp.StatusCode != http.StatusOK {
		return nil, err
	}
	return body, err
}

type providerOrder struct {
	settled bool
	amount  int64
}

func (s *storm) providerBook() map[string]providerOrder {
	body, err := s.do(http.MethodGet, s.provider+"/sandbox/orders")
	if err != nil {
		s.Fatal(err)
	}
	var orders []struct {
		Order  string `json:"order_id"`
		Status string `json:"transaction_status"`
		Amount string `json:"gross_amount"`
	}
	if err := json.Unmarshal(body, &orders); err != nil {
		s.Fatalf("read the provider's book: %v", err)
	}
	book := map[string]providerOrder{}
	for _, o := range orders {
		if _, twice := book[o.Order]; twice {
			s.Errorf("the provider charged %s twice", o.Order)
		}
		var amount int64
		if _, err := fmt.Sscanf(o.Amount, "%d.00", &amount); err != nil {
			s.Errorf("%s: amount %q", o.Order, o.Amount)
		}
		book[o.Order] = providerOrder{settled: o.Status == "settlement", amount: amount}
	}
	return book
}

func (s *storm) backendState(order string) string {
	body, err := s.do(http.MethodGet, s.backend+"/v1/charges/"+order)
	var charge struct{ State string }
	if err == nil && body != nil {
		err = json.Unmarshal(body, &charge)
	}
	if err != nil {
		s.Errorf("ask the backend for %s: %v", order, err)
	}
	return charge.State
}

func (s *storm) output(path string, args ...string) []byte {
	var out, msg bytes.Buffer
	cmd := exec.Command(path, args...)
	cmd.Stdout, cmd.Stderr = &out, &msg
	if err := cmd.Run(); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			s.Fatal(err)
		}
		s.Errorf("%s %v: %v\n%s", path, args, err, msg.String())
	}
	return out.Bytes()
}
