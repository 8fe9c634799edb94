package main

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kasir/backend/qrimage"
	"kasir/cmd/kasir/board"
	"kasir/cmd/kasir/hardware"
)

// emulated writes a copy of a ready board file with wires of its own, so that
// tests can have several at once, and with the browser's address left to the
// system.
func emulated(t *testing.T, name string, n int, more string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("board", "boards", name+".conf"))
	if err != nil {
		t.Fatal(err)
	}
	own := strings.NewReplacer("EMU", fmt.Sprintf("EMU%d", n), "127.0.0.1:8081", "127.0.0.1:0").Replace(string(text))
	file := filepath.Join(t.TempDir(), name+".conf")
	if err := os.WriteFile(file, []byte(own+more), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestSaleOnEmulatedGlass is the main job on the unmodified program, with the
// controller's own memory as what is seen.
func TestSaleOnEmulatedGlass(t *testing.T) {
	for i, name := range []string{"emu-2in8", "emu-4in2", "emu-2in13"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, dir := openShop(t), t.TempDir()
			c := startTill(t, dir, []string{"run", "-backend", s.base, "-journal", filepath.Join(dir, "till.db"), "-device", "toko-1",
				"-board", emulated(t, name, 20+i, ""), "-merchant", merchant})
			await(t, "the address", func() bool { return strings.Contains(c.out.String(), "\n") })
			base := strings.TrimPrefix(strings.TrimSpace(c.out.String()), "kasir: ")
			await(t, "idle", func() bool { return stateAt(t, base).Screen == "idle" })
			press(t, base, "25000\n")
			want := ""
			await(t, "the code", func() bool {
				got, err := qrimage.Decode(seen(t, base))
				want = s.last().QRString
				return err == nil && got == want
			})
			if err := s.provider.Pay(s.last().OrderID); err != nil {
				t.Fatal(err)
			}
			await(t, "LUNAS", func() bool { return stateAt(t, base).Screen == "thanks" })
			c.end(ok)
			if log := c.log.String(); strings.Contains(log, "complains") || strings.Contains(log, want) {
				t.Errorf("the controller complains, or the log holds the code:\n%s", log)
			}
		})
	}
}

// TestRibbonOutInASale: a sale goes on without its glass, the fault is said and
// heard, and the glass comes back by itself.
func TestRibbonOutInASale(t *testing.T) {
	t.Parallel()
	s, dir := openShop(t), t.TempDir()
	c := startTill(t, dir, []string{"run", "-backend", s.base, "-journal", filepath.Join(dir, "till.db"), "-device", "toko-1",
		"-board", emulated(t, "emu-4in2", 40, ""), "-panel", "png:" + filepath.Join(dir, "frames"), "-merchant", merchant})
	await(t, "the address", func() bool { return strings.Contains(c.out.String(), "\n") })
	base := strings.TrimPrefix(strings.TrimSpace(c.out.String()), "kasir: ")
	await(t, "idle", func() bool { return stateAt(t, base).Screen == "idle" })
	if !hardware.Ribbon("EMU400.0", false) {
		t.Fatal("there is no ribbon to pull")
	}
	press(t, base, "25000\n")
	await(t, "the fault in the log", func() bool { return strings.Contains(c.log.String(), "glass is in trouble") })
	await(t, "the alarm", func() bool { return strings.Contains(c.log.String(), "tone=alarm") })
	await(t, "the code at the provider", func() bool { return s.last().OrderID != "" })
	if err := s.provider.Pay(s.last().OrderID); err != nil {
		t.Fatal(err)
	}
	await(t, "the money in the journal", func() bool { return strings.Contains(c.log.String(), "kind=settled") })
	if got := stateAt(t, base).Screen; got == "thanks" {
		t.Errorf("a glass without its ribbon shows %s", got)
	}
	hardware.Ribbon("EMU400.0", true)
	await(t, "LUNAS on the glass", func() bool { return stateAt(t, base).Screen == "thanks" })
	await(t, "the glass well again", func() bool { return strings.Contains(c.log.String(), "glass works again") })
	c.end(ok)
}

func press(t *testing.T, base, keys string) {
	t.Helper()
	for _, key := range keys {
		res, err := http.Post(base+"key", "text/plain", strings.NewReader(string(key)))
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusNoContent {
			t.Fatalf("key %q: got %s", key, res.Status)
		}
	}
}

// seen is what a browser shows of the glass.
func seen(t *testing.T, base string) image.Image {
	t.Helper()
	m, err := png.Decode(get(t, base+"glass.png", "").Body)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestBoardIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "bad.conf")
	if err := os.WriteFile(file, []byte("panel st7789-1.3\npanel.bus EMU9.9\npanel.dc E9_DC\npanel.emulate yes\nkeys stdin\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	flags := []string{"run", "-backend", "http://127.0.0.1:1", "-journal", filepath.Join(t.TempDir(), "j.db"), "-device", "toko-1"}
	for _, c := range []struct {
		board, want string
	}{
		{"no-such-board", "none of that name is built in"},
		{file, "glass too small for this code"},
	} {
		var out, errs bytes.Buffer
		if code := run(t.Context(), append(flags, "-board", c.board), strings.NewReader(""), &out, &errs); code != misuse || !strings.Contains(errs.String(), c.want) {
			t.Errorf("%s: exit code %d, %s; want %q", c.board, code, &errs, c.want)
		}
	}
}

// TestCheckCommand goes through the self-test the way a technician does.
func TestCheckCommand(t *testing.T) {
	t.Parallel()
	s, dir := openShop(t), t.TempDir()
	keys := "\n\n\n" + "0123456789\ncbm+z" + "\n\n\n"
	var out, errs bytes.Buffer
	args := []string{"check", "-board", emulated(t, "emu-2in8", 30, ""), "-keys", "stdin", "-backend", s.base,
		"-journal", filepath.Join(dir, "till.db"), "-device", "toko-1", "-lang", "en"}
	began := time.Now()
	code := run(t.Context(), args, strings.NewReader(keys), &out, &errs)
	if code != ok {
		t.Fatalf("exit code %d after %v: %s%s", code, time.Since(began), &out, &errs)
	}
	for _, want := range []string{"PASS  panel", "PASS  scan", "PASS  keys     all 16 keys", "PASS  backend", "SANDBOX", "PASS  journal", "PASS  disk", "SKIP  spi", "PASS  version"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, &out)
		}
	}
	out.Reset()
	s.provider.Close()
	args[6] = "http://127.0.0.1:9" // nobody is there
	if code := run(t.Context(), append(args[:1], append([]string{"-part", "backend"}, args[1:]...)...), strings.NewReader(""), &out, &errs); code != failed ||
		!strings.Contains(out.String(), "FAIL  backend") || strings.Contains(out.String(), "PASS") {
		t.Errorf("backend that is not there: exit code %d\n%s%s", code, &out, &errs)
	}
	if code := run(t.Context(), []string{"check", "-part", "engine"}, strings.NewReader(""), &out, &errs); code != misuse {
		t.Errorf("unknown part: exit code %d", code)
	}
}

// TestReadyBoardsAreListed: the help and the list name the same boards.
func TestReadyBoardsAreListed(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"boards"}, nil, &out, &errs); code != ok {
		t.Fatal(errs.String())
	}
	for _, name := range board.Ready() {
		if !strings.Contains(out.String(), name) {
			t.Errorf("%s is not listed", name)
		}
	}
}
