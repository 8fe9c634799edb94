package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kasir/backend/midtrans/sandbox"
	"kasir/terminal"
)

// TestSale is the main job: keys, a code that is the provider's, paid, LUNAS.
func TestSale(t *testing.T) {
	t.Parallel()
	s, dir := openShop(t), t.TempDir()
	c := s.till(dir)
	c.sees(terminal.Idle{})
	c.press("25000\n")
	text := c.scans("")
	if want := s.last().QRString; text != want {
		t.Fatalf("the glass shows %s, want the provider's %s", text, want)
	}
	if err := s.provider.Pay(s.last().OrderID); err != nil {
		t.Fatal(err)
	}
	c.sees(terminal.Thanks{Order: orderOf(1), Amount: 25000})
	time.Sleep(time.Second) // a key meant for the screen before would not count
	c.press("\n")
	c.sees(terminal.Idle{})
	c.end(ok)
	if got, want := kinds(t, dir), "joined opened offered settled acknowledged"; got != want {
		t.Errorf("journal: got %s, want %s", got, want)
	}
	if log := c.log.String(); strings.Contains(log, text) || !strings.Contains(log, "tone=paid") {
		t.Errorf("log holds the code, or no tone:\n%s", log)
	}
	checkNumbers(t, filepath.Join(dir, "frames"))
}

// kinds are those of the journal's rows, as kasir journal prints them.
func kinds(t *testing.T, dir string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run(context.Background(), []string{"journal", "-journal", filepath.Join(dir, "till.db")}, nil, &out, &errs); code != ok {
		t.Fatalf("kasir journal: exit code %d: %s", code, errs.String())
	}
	var all []string
	for line := range strings.Lines(out.String()) {
		all = append(all, strings.Fields(line)[2])
	}
	return strings.Join(all, " ")
}

// checkNumbers: the frames are numbered without gaps, each differs from the
// one before, and latest.png is the last.
func checkNumbers(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var before []byte
	for i := range len(entries) - 1 {
		now, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("%04d.png", i+1)))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Equal(now, before) {
			t.Errorf("frame %d is the one before it", i+1)
		}
		before = now
	}
	latest, err := os.ReadFile(filepath.Join(dir, "latest.png"))
	if err != nil || !bytes.Equal(latest, before) {
		t.Errorf("latest.png is not the last frame: %v", err)
	}
}

// TestCodes has codes of all lengths and amounts read from the glass by
// decoders that are not ours.
func TestCodes(t *testing.T) {
	t.Parallel()
	s, dir := openShop(t), t.TempDir()
	c := s.till(dir)
	rng := rand.New(rand.NewPCG(1, 2))
	before := ""
	for i, length := range []int64{150, 185, 215, 240, 260, 280, 300} {
		if err := s.provider.Faults().Set(sandbox.Fault{Kind: sandbox.QRLength, Amount: length}); err != nil {
			t.Fatal(err)
		}
		amount := []int64{1, 10_000_000, 1 + rng.Int64N(10_000_000)}[min(i, 2)]
		c.press(fmt.Sprintf("%d\n", amount))
		text := c.scans(before)
		order := s.last()
		if text != order.QRString || order.Amount != amount {
			t.Fatalf("Rp %d, %d characters: the glass shows %s, want %s", amount, length, text, order.QRString)
		}
		if got := zbar(t, filepath.Join(dir, "frames", "latest.png")); got != text {
			t.Errorf("Rp %d, %d characters: zbarimg reads %s, want %s", amount, len(text), got, text)
		}
		if d := int64(len(text)) - length; d < -20 || d > 20 {
			t.Errorf("asked for a code of about %d characters, got %d", length, len(text))
		}
		before = text
		c.press("c")
		c.sees(terminal.Ended{Order: terminal.OrderID(order.OrderID), Amount: terminal.Rupiah(amount), How: terminal.EndCancelled})
	}
	c.end(ok)
}

// TestWrongMerchant: a code of somebody else is an alarm, never a picture.
func TestWrongMerchant(t *testing.T) {
	t.Parallel()
	s, dir := openShop(t), t.TempDir()
	if err := s.provider.Faults().Set(sandbox.Fault{Kind: sandbox.WrongMerchantQR, Text: "Toko Maling"}); err != nil {
		t.Fatal(err)
	}
	c := s.till(dir, "-qr-merchant", merchant)
	c.press("25000\n")
	await(t, "the alarm", func() bool { return strings.Contains(c.log.String(), "to=alarm") })
	c.end(ok)
	if got := kinds(t, dir); !strings.Contains(got, "alarmed") {
		t.Errorf("journal: got %s, want alarmed in it", got)
	}
}

// TestEndOfInput: no more keys is not no more till.
func TestEndOfInput(t *testing.T) {
	t.Parallel()
	s, dir := openShop(t), t.TempDir()
	c := s.till(dir)
	c.press("1z\n")
	c.keys.Close()
	text := c.scans("")
	if err := s.provider.Pay(s.last().OrderID); err != nil {
		t.Fatal(err)
	}
	c.sees(terminal.Thanks{Order: orderOf(1), Amount: 100})
	if text != s.last().QRString {
		t.Errorf("the glass showed %s, want %s", text, s.last().QRString)
	}
	c.end(ok)
}

// TestNoBackend says so instead of waiting in silence, and ends in time.
func TestNoBackend(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := &shop{t: t, base: "http://127.0.0.1:1"}
	c := s.till(dir)
	c.seesView(terminal.View{Screen: terminal.Idle{}, Strip: terminal.Strip{
		Merchant: merchant, Device: "toko-1", Why: terminal.TroubleNetwork}})
	c.end(ok)
}
