package update

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	runsVersion = "20261121T000000Z-v1"
	newVersion  = "20261122T000000Z-v2"
)

// machine is a device in a directory, whose bundles are files that say what they
// are, and whose tools do what they say.
type machine struct {
	*testing.T
	k      *Keeper
	till   Paths
	log    bytes.Buffer
	slots  map[string]string // slot: the version in it
	next   string            // slot that is started next
	sticks []string          // directories
	starts int
	fails  error // of Install
}

func build(t *testing.T) *machine {
	t.Helper()
	dir := t.TempDir()
	m := &machine{T: t, slots: map[string]string{"A": runsVersion, "B": "20261101T000000Z"}, next: "A",
		till: Paths{Till: filepath.Join(dir, "till"), Keeper: filepath.Join(dir, "keeper")}}
	m.k = &Keeper{System: System{Board: "pi3", Version: runsVersion}, Slot: "A", Paths: m.till,
		Inbox: filepath.Join(dir, "inbox"), Home: filepath.Join(dir, "home"), Log: slog.New(slog.NewTextHandler(&m.log, nil))}
	for _, d := range []string{m.till.Till, m.k.Inbox} {
		if err := os.Mkdir(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	m.k.Tools = Tools{Info: m.info, Install: m.install, Mount: m.mount,
		Sticks:  func() ([]string, error) { return m.sticks, nil },
		Restart: func() error { m.starts++; return nil }}
	m.start()
	return m
}

func (m *machine) start() {
	m.Helper()
	if err := m.k.begin(); err != nil {
		m.Fatal(err)
	}
	m.k.step(m.Context())
}

// info knows a signature: a bundle that does not begin with "signed" has none.
func (m *machine) info(_ context.Context, bundle string) (Manifest, error) {
	text, err := os.ReadFile(bundle)
	if err != nil {
		return Manifest{}, err
	}
	var of Manifest
	if n, err := fmt.Sscanf(string(text), "signed %s %s", &of.Compatible, &of.Version); n != 2 || err != nil {
		return of, errors.New("verify bundle: signature verification failed")
	}
	return of, nil
}

func (m *machine) install(ctx context.Context, bundle string) error {
	of, err := m.info(ctx, bundle)
	if err != nil || m.fails != nil {
		return errors.Join(err, m.fails)
	}
	if got := m.state(); got.Phase != Installing || got.Version != of.Version {
		m.Errorf("while it installs it says %+v", got)
	}
	m.slots[other(m.k.Slot)], m.next = of.Version, other(m.k.Slot)
	return nil
}

func (m *machine) mount(_ context.Context, partition, dir string) (func() error, error) {
	if err := os.CopyFS(dir, os.DirFS(partition)); err != nil {
		return nil, err
	}
	return func() error { return os.RemoveAll(dir) }, nil
}

func (m *machine) state() State {
	m.Helper()
	s, err := m.till.State()
	if err != nil {
		m.Fatal(err)
	}
	return s
}

// fetched is a bundle that the till has.
func (m *machine) fetched(text string) string {
	m.Helper()
	name := strings.Repeat("ab", 32) + bundleSuffix
	if err := os.WriteFile(filepath.Join(m.k.Inbox, name), []byte(text), 0o644); err != nil {
		m.Fatal(err)
	}
	return name
}

func (m *machine) ask(name string) {
	m.Helper()
	if err := m.till.AskInstall(name); err != nil {
		m.Fatal(err)
	}
	m.k.step(m.Context())
}

func (m *machine) restart() {
	m.Helper()
	if err := m.till.AskRestart(); err != nil {
		m.Fatal(err)
	}
	m.k.step(m.Context())
}

// boots is the device starting from a slot.
func (m *machine) boots(slot string) {
	m.Helper()
	k := *m.k
	k.Slot, k.System.Version, k.state, k.seen = slot, m.slots[slot], State{}, nil
	m.k = &k
	m.start()
}

func TestInstall(t *testing.T) {
	m := build(t)
	m.restart()
	if m.starts != 0 {
		t.Fatal("it restarts for nothing")
	}
	m.ask(m.fetched("signed kasir-pi3 " + newVersion))
	if got := m.state(); got.Phase != Installed || got.Version != newVersion || m.next != "B" || m.slots["A"] != runsVersion {
		t.Fatalf("got %+v, next %s, %v\n%s", got, m.next, m.slots, m.log.String())
	}
	m.ask(m.fetched("signed kasir-pi3 20261123T000000Z")) // there is one already
	if m.slots["B"] != newVersion {
		t.Error("an installed update was written over")
	}
	m.restart()
	if m.starts != 1 {
		t.Errorf("restarted %d times, want 1", m.starts)
	}
	m.boots("B")
	if err := os.WriteFile(m.k.home(goodFile), []byte("A "+runsVersion+"\nB "+newVersion+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	m.k.step(t.Context())
	if got := m.state(); got.Phase != Nothing || len(got.Bad) > 0 || got.Why != "" {
		t.Errorf("after a good update it says %+v", got)
	}
	// What is found good once is not bad because A is started one day.
	m.boots("A")
	if got := m.state(); len(got.Bad) > 0 {
		t.Errorf("a good update is bad later: %+v", got)
	}
}

func TestRollback(t *testing.T) {
	m := build(t)
	m.ask(m.fetched("signed kasir-pi3 " + newVersion))
	m.boots("B") // it is not well there, and its starts run out
	m.boots("A")
	sum := strings.Repeat("ab", 32)
	if got := m.state(); !slices.Equal(got.Bad, []string{sum}) || !strings.Contains(got.Why, "was not well") {
		t.Fatalf("got %+v\n%s", got, m.log.String())
	}
	m.boots("A")
	if got := m.state(); !slices.Equal(got.Bad, []string{sum}) {
		t.Errorf("forgotten with the next start: %+v", got)
	}
}

func TestRefused(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"not signed", "signature of somebody else", "signature verification failed"},
		{"another board", "signed kasir-pi4 " + newVersion, "this is"},
		{"a downgrade", "signed kasir-pi3 20261120T000000Z-v9", "is not newer"},
		{"the same", "signed kasir-pi3 " + runsVersion, "is not newer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := build(t)
			name := m.fetched(c.text)
			m.ask(name)
			got := m.state()
			if got.Phase != Nothing || !strings.Contains(got.Why, c.want) || m.next != "A" || len(got.Bad) != 1 {
				t.Errorf("got %+v, next %s, want %q", got, m.next, c.want)
			}
			m.restart()
			if left, _ := filepath.Glob(m.k.home("*.raucb")); m.starts != 0 || len(left) > 0 {
				t.Errorf("restarted %d times, left over %q", m.starts, left)
			}
			stick := t.TempDir()
			if err := os.WriteFile(filepath.Join(stick, "kasir-pi3-"+newVersion+bundleSuffix), []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			m.sticks = []string{stick}
			m.k.step(t.Context())
			if got := m.state(); got.Phase != Nothing || !strings.Contains(got.Why, c.want) {
				t.Errorf("on a stick: got %+v, want %q", got, c.want)
			}
		})
	}
}

func TestInstallFails(t *testing.T) {
	m := build(t)
	m.fails = errors.New("card is worn out")
	m.ask(m.fetched("signed kasir-pi3 " + newVersion))
	if got := m.state(); got.Phase != Nothing || !strings.Contains(got.Why, "worn out") || m.next != "A" {
		t.Errorf("got %+v, next %s", got, m.next)
	}
	m.boots("A")
	if got := m.state(); strings.Contains(got.Why, "was not well") {
		t.Errorf("what was never installed came back: %+v", got)
	}
}

func TestStick(t *testing.T) {
	m := build(t)
	stick := t.TempDir()
	for name, text := range map[string]string{
		"kasir-pi3-" + newVersion + bundleSuffix:    "signed kasir-pi3 " + newVersion,
		"kasir-pi3-20261121T120000Z" + bundleSuffix: "signed kasir-pi3 20261121T120000Z",
		"kasir-pi4-20261201T000000Z" + bundleSuffix: "signed kasir-pi4 20261201T000000Z",
		"kasir-pi3-latest" + bundleSuffix:           "signed kasir-pi3 20261201T000000Z",
		"holiday.jpg":                               "x",
	} {
		if err := os.WriteFile(filepath.Join(stick, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	m.sticks = []string{stick}
	m.k.step(t.Context())
	if got := m.state(); got.Phase != Ready || got.Version != newVersion || got.AtOnce {
		t.Fatalf("got %+v\n%s", got, m.log.String())
	}
	m.sticks = nil // pulled out: it was copied
	m.k.step(t.Context())
	if err := os.WriteFile(filepath.Join(stick, nowFile), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	m.sticks = []string{stick}
	m.k.step(t.Context())
	if got := m.state(); got.Phase != Ready || !got.AtOnce {
		t.Fatalf("with %s: got %+v", nowFile, got)
	}
	m.ask("")
	if got := m.state(); got.Phase != Installed || m.slots["B"] != newVersion {
		t.Errorf("got %+v, %v", got, m.slots)
	}
}

// TestStickLeftIn: a bundle that came back is not installed again and again.
func TestStickLeftIn(t *testing.T) {
	m := build(t)
	m.sticks = []string{t.TempDir()}
	for name, text := range map[string]string{"kasir-pi3-" + newVersion + bundleSuffix: "signed kasir-pi3 " + newVersion, nowFile: ""} {
		if err := os.WriteFile(filepath.Join(m.sticks[0], name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	m.k.step(t.Context())
	m.ask("")
	if got := m.state(); got.Phase != Installed {
		t.Fatalf("got %+v", got)
	}
	m.boots("B")
	m.boots("A")
	if got := m.state(); got.Phase != Nothing || len(got.Bad) != 1 || !strings.Contains(got.Why, "came back") {
		t.Errorf("got %+v\n%s", got, m.log.String())
	}
}

func TestTake(t *testing.T) {
	m := build(t)
	if err := Take(m.k.Home, strings.NewReader("signed kasir-pi3 "+newVersion)); err != nil {
		t.Fatal(err)
	}
	m.k.step(t.Context())
	if got := m.state(); got.Phase != Ready || !got.AtOnce || got.Version != newVersion {
		t.Errorf("got %+v", got)
	}
}
