package main

import (
	"bytes"
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kasir/backend"
	"kasir/backend/identity"
	"kasir/backend/identity/cabinet"
	"kasir/backend/merchant/shelf"
	"kasir/backend/wire"
	"kasir/terminal"
)

// newRegistry knows no device yet.
func newRegistry(t *testing.T) *identity.Registry {
	t.Helper()
	papers, err := shelf.Open(t.Context(), filepath.Join(t.TempDir(), "papers.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { papers.Close() })
	text, err := identity.NewAuthority(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	ca, err := identity.ParseAuthority(text)
	if err != nil {
		t.Fatal(err)
	}
	return identity.New(cabinet.On(papers), ca, nil)
}

// serveDevices is the backend's port for devices with certificates.
func serveDevices(t *testing.T, r *identity.Registry, b *backend.Backend) (base string) {
	t.Helper()
	conf, err := r.Authority().TLS()
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: b.Handler(), ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0)}
	go server.Serve(tls.NewListener(l, conf))
	t.Cleanup(func() { server.Close() })
	return "https://" + l.Addr().String()
}

func (s *shop) code(name string) string {
	s.t.Helper()
	code, _, err := s.devices.Invite(s.t.Context(), name, time.Hour)
	if err != nil {
		s.t.Fatal(err)
	}
	return code
}

// safely are the flags of a till that comes by TLS.
func (s *shop) safely(dir string) []string {
	args := s.flags(dir)
	args[2] = s.safe
	return args
}

// seesEnrolling waits for a screen of enrolment.
func (c *counter) seesEnrolling(want terminal.Enrolling) {
	c.t.Helper()
	c.seesView(terminal.View{Screen: want, Strip: terminal.Strip{Merchant: merchant, Device: "toko-1",
		Online: want.Trouble == terminal.NoTrouble, Why: want.Trouble}})
}

// sell is one sale to its end.
func (c *counter) sell(s *shop, n int) {
	c.t.Helper()
	c.sees(terminal.Idle{})
	c.press("25000\n")
	c.scans("")
	if err := s.provider.Pay(s.last().OrderID); err != nil {
		c.t.Fatal(err)
	}
	c.sees(terminal.Thanks{Order: orderOf(n), Amount: 25000})
}

// TestEnrolsByFile: a code that kasir.txt brought makes a till that sells, with
// nobody at the keys; after a restart it is known, and the code is gone.
func TestEnrolsByFile(t *testing.T) {
	t.Parallel()
	s, dir := openShop(t), t.TempDir()
	code := s.code("toko-1")
	if err := os.WriteFile(codeFile(filepath.Join(dir, "till.db")), []byte(wire.ShowCode(code)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := startTill(t, dir, s.safely(dir))
	c.sell(s, 1)
	c.end(ok)
	if _, err := os.Stat(codeFile(filepath.Join(dir, "till.db"))); !os.IsNotExist(err) {
		t.Errorf("the code is still there: %v", err)
	}
	if info, err := os.Stat(badgeFile(filepath.Join(dir, "till.db"))); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("badge: %v, %v", info, err)
	}
	if strings.Contains(c.log.String(), code) || strings.Contains(c.log.String(), wire.ShowCode(code)) {
		t.Error("the code is in the log")
	}
	again := startTill(t, dir, s.safely(dir))
	again.sees(terminal.Thanks{Order: orderOf(1), Amount: 25000}) // until somebody has seen it
	time.Sleep(time.Second)
	again.press("\n")
	again.sees(terminal.Idle{})
	again.end(ok)
	cards, err := s.devices.Cards(t.Context(), "", 10)
	if err != nil || len(cards) != 1 {
		t.Fatalf("%d cards, %v", len(cards), err)
	}
	if got := cards[0]; got.Held != "" || len(got.Former) != 1 || got.Rows < 4 {
		t.Errorf("two lives of one till are seen as %+v", got)
	}
}

// TestEnrolsByKeys: a technician who slips, and then a code that was used.
func TestEnrolsByKeys(t *testing.T) {
	t.Parallel()
	s, dir := openShop(t), t.TempDir()
	c := startTill(t, dir, s.safely(dir))
	c.seesEnrolling(terminal.Enrolling{})
	code := s.code("toko-1")
	slip := code[:11] + string('0'+(code[11]-'0'+1)%10)
	c.press(slip + "\n")
	c.seesEnrolling(terminal.Enrolling{Digits: slip, Refusal: terminal.EnrolSlip})
	wrong := "00000000000" + string(wire.CheckDigit("00000000000"))
	c.press("c" + wrong + "\n")
	c.seesEnrolling(terminal.Enrolling{Refusal: terminal.EnrolWrong})
	c.press(code + "\n")
	c.sell(s, 1)
	c.end(ok)
}

// TestQuarantinedTill: it says so when a sale is keyed, and charges nobody; lifted
// it goes on.
func TestQuarantinedTill(t *testing.T) {
	t.Parallel()
	s, dir := openShop(t), t.TempDir()
	var out, errs bytes.Buffer
	args := append([]string{"enrol", "-code", s.code("toko-1")}, s.safely(dir)[1:7]...)
	if code := run(t.Context(), args, nil, &out, &errs); code != ok {
		t.Fatalf("kasir enrol: exit code %d: %s", code, errs.String())
	}
	c := startTill(t, dir, s.safely(dir))
	c.sees(terminal.Idle{})
	if err := s.devices.Hold(t.Context(), "toko-1", identity.HeldSessions); err != nil {
		t.Fatal(err)
	}
	c.press("25000\n")
	await(t, "the trouble in the log", func() bool { return strings.Contains(c.log.String(), "to=offline") })
	if got := len(s.provider.Orders()); got != 0 {
		t.Errorf("%d orders at the provider", got)
	}
	if _, err := s.devices.Lift(t.Context(), "toko-1"); err != nil {
		t.Fatal(err)
	}
	c.press("\n")
	c.scans("")
	c.end(ok)
}

// TestEnrolVerb: what is wrong with a command is said before anything is made.
func TestEnrolVerb(t *testing.T) {
	dir := t.TempDir()
	flags := func(backend, code string) []string {
		return []string{"enrol", "-backend", backend, "-journal", filepath.Join(dir, "till.db"), "-device", "toko-1", "-code", code}
	}
	good := "00000000000" + string(wire.CheckDigit("00000000000"))
	for name, args := range map[string][]string{
		"in the clear": flags("http://127.0.0.1:1", good),
		"a slip":       flags("https://127.0.0.1:1", "123412341235"),
		"no code":      flags("https://127.0.0.1:1", ""),
	} {
		var out, errs bytes.Buffer
		if code := run(t.Context(), args, nil, &out, &errs); code != misuse {
			t.Errorf("%s: exit code %d: %s", name, code, errs.String())
		}
	}
	var out, errs bytes.Buffer
	if code := run(t.Context(), flags("https://127.0.0.1:1", good), nil, &out, &errs); code != failed {
		t.Errorf("nobody there: exit code %d: %s", code, errs.String())
	}
}

// TestSwitchedOffWhileNobody: the till ends in time before it was ever enrolled,
// also while it asks somebody who does not answer.
func TestSwitchedOffWhileNobody(t *testing.T) {
	t.Parallel()
	s, dir := openShop(t), t.TempDir()
	c := startTill(t, dir, s.safely(dir))
	c.seesEnrolling(terminal.Enrolling{})
	c.end(ok)
	mute, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer mute.Close()
	args := s.safely(dir)
	args[2] = "https://" + mute.Addr().String()
	c = startTill(t, dir, args)
	c.seesEnrolling(terminal.Enrolling{})
	code := s.code("toko-1")
	c.press(code + "\n")
	c.seesEnrolling(terminal.Enrolling{Digits: code, Busy: true})
	c.end(ok)
}

// TestDamagedBadge is put aside: the till starts, and can be enrolled again.
func TestDamagedBadge(t *testing.T) {
	t.Parallel()
	s, dir := openShop(t), t.TempDir()
	path := badgeFile(filepath.Join(dir, "till.db"))
	if err := os.WriteFile(path, []byte("half a f"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := startTill(t, dir, s.safely(dir))
	c.seesEnrolling(terminal.Enrolling{})
	c.press(s.code("toko-1") + "\n")
	c.sees(terminal.Idle{})
	c.end(ok)
	if _, err := os.Stat(path + ".damaged"); err != nil {
		t.Error(err)
	}
}
