package printer

import (
	"bytes"
	"context"
	"flag"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"kasir/terminal"
)

var update = flag.Bool("update", false, "write the golden slips anew")

var wib = time.FixedZone("WIB", 7*60*60)

func slip() terminal.Slip {
	return terminal.Slip{Lang: terminal.Indonesian, Merchant: "Warung Bu Sri & Anak-anak", Device: "kasir-01", Order: "kasir-01-00000042",
		Amount: 25_000, At: time.Date(2026, 11, 21, 5, 6, 7, 0, time.UTC), URL: "https://kasir.warung-sri.example/r/kasir-01-00000042.1.ghK8E0PQ4aO9"}
}

// TestSlips holds the bytes, as Go would quote them line by line.
func TestSlips(t *testing.T) {
	copied, old, long := slip(), slip(), slip()
	copied.Copy, copied.Lang, copied.At = true, terminal.English, time.Time{}
	old.At, old.URL = time.Unix(0, 0), ""
	long.Amount, long.Device, long.Merchant = terminal.MaxCharge, strings.Repeat("M", 24), "Toko \x1b@Kué — 漢字 "+strings.Repeat("x", 40)
	for name, c := range map[string]struct {
		slip    terminal.Slip
		columns int
	}{"58mm": {slip(), 32}, "80mm-copy": {copied, 48}, "no-clock": {old, 32}, "longest": {long, LeastColumns}} {
		var got strings.Builder
		for line := range bytes.Lines(Encode(c.slip, c.columns, wib)) {
			got.WriteString(strconv.Quote(string(line)) + "\n")
		}
		path := filepath.Join("testdata", name+".golden")
		if *update {
			if err := os.WriteFile(path, []byte(got.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil || got.String() != string(want) {
			t.Errorf("%s: got\n%s\nwant\n%s%v; -update writes it", name, got.String(), want, err)
		}
	}
}

// TestCode: the length before a code's text is that of the text.
func TestCode(t *testing.T) {
	for _, n := range []int{1, 100, 125, 126, 253, 300} {
		text := strings.Repeat("a", n)
		b := code(text)
		at := bytes.Index(b, []byte("1P0"))
		if at < 2 || int(b[at-2])+256*int(b[at-1]) != n+3 || !bytes.HasPrefix(b[at+3:], []byte(text)) {
			t.Errorf("%d characters: %q", n, b)
		}
	}
}

func TestWrap(t *testing.T) {
	for text, want := range map[string]string{"": "", "short": "short", "one two three four": "one two|three four", "0123456789abc": "0123456789|abc", "ten chars. x": "ten chars.|x"} {
		if got := strings.Join(wrap(text, 10), "|"); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// device is a pipe in the place of a printer.
func device(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "lp0")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestPrinter: a printer that is not there is said once, and again when it is; the
// till never waits for it.
func TestPrinter(t *testing.T) {
	path, said := device(t), make(chan error, 8)
	p := New(Options{Path: path, Columns: 32, Zone: wib, Trouble: func(err error) { said <- err }, Log: slog.New(slog.DiscardHandler)})
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- p.Run(ctx) }()
	p.Print(slip()) // nobody is at the other end
	if err := <-said; err == nil || strings.Contains(err.Error(), "https://") {
		t.Errorf("without a printer: %v", err)
	}
	p.Print(slip()) // not said again
	r, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	p.Print(slip())
	if err := <-said; err != nil {
		t.Errorf("with one: %v", err)
	}
	want := Encode(slip(), 32, wib)
	got := make([]byte, len(want))
	if _, err := io.ReadFull(r, got); err != nil || !bytes.Equal(got, want) {
		t.Errorf("printed %q, %v", got, err)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
	for range 3 * waiting { // nobody takes them any more
		p.Print(slip())
	}
}

// TestFullPrinter: one that takes no more bytes is given up on when the till ends,
// at the latest after slipTime.
func TestFullPrinter(t *testing.T) {
	path := device(t)
	r, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	p := New(Options{Path: path, Columns: 32, Zone: wib, Trouble: func(error) {}, Log: slog.New(slog.DiscardHandler)})
	ctx, stop := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer stop()
	began := time.Now()
	err = p.put(ctx, make([]byte, 1<<20))
	if took := time.Since(began); err == nil || took > 5*time.Second {
		t.Errorf("a full printer: %v after %v", err, took)
	}
}
