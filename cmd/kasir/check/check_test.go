package check

import (
	"bytes"
	"context"
	"errors"
	"image"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/makiuchi-d/gozxing"
	zqr "github.com/makiuchi-d/gozxing/qrcode"

	"kasir/display/frame"
	"kasir/store"
	"kasir/terminal"
)

// glass keeps what was shown, as a panel does.
type glass struct {
	size   image.Point
	shown  []*frame.Frame
	broken error
}

func (g *glass) Bounds() image.Rectangle { return image.Rectangle{Max: g.size} }
func (g *glass) String() string          { return "glass of a test" }
func (g *glass) Close() error            { return nil }
func (g *glass) Show(_ context.Context, f *frame.Frame, _ frame.Refresh, _ image.Rectangle) error {
	if g.broken != nil {
		return g.broken
	}
	kept := frame.New(f.Format)
	kept.Copy(f)
	g.shown = append(g.shown, kept)
	return nil
}

// ears keeps what was heard.
type ears struct {
	mu    sync.Mutex
	heard []terminal.Tone
}

func (e *ears) Play(s terminal.Sound, _ terminal.Lang) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.heard = append(e.heard, s.Tone)
}

func bench(t *testing.T, keys ...terminal.Key) (Bench, *glass, *ears, *bytes.Buffer) {
	t.Helper()
	pressed := make(chan terminal.Key, len(keys))
	for _, k := range keys {
		pressed <- k
	}
	g, e, out := &glass{size: image.Pt(400, 300)}, &ears{}, &bytes.Buffer{}
	return Bench{
		Device: "till-1", Version: "v9", Board: "kit", Panel: g, Format: frame.Format{Size: g.size, Pitch: .212},
		Keys: pressed, Speaker: e, Out: out, Journal: filepath.Join(t.TempDir(), "journal.db"),
	}, g, e, out
}

var allKeys = []terminal.Key{'1', '2', '3', '4', '5', '6', '7', '8', '9', '0', terminal.KeyOK, terminal.KeyClear,
	terminal.KeyBack, terminal.KeyMenu, terminal.KeyPlus, terminal.KeyZeroZero}

func verdicts(all []Result) string {
	var words []string
	for _, r := range all {
		words = append(words, r.Part+"="+string(r.Verdict))
	}
	return strings.Join(words, " ")
}

func TestEverythingIsFine(t *testing.T) {
	const yes = terminal.KeyOK
	keys := append([]terminal.Key{yes, yes, yes}, allKeys...) // pattern, panel, scan, the keys
	synctest.Test(t, func(t *testing.T) {
		b, g, e, out := bench(t, append(keys, yes, yes, yes, yes)...)
		lit := map[string]bool{}
		b.Lights = []Light{{"paid", func(on bool) error { lit["paid"] = on; return nil }}}
		all := Run(t.Context(), b)
		want := "panel=PASS scan=PASS keys=PASS sound=PASS lights=PASS backend=SKIP journal=PASS disk=PASS spi=SKIP version=PASS"
		if got := verdicts(all); got != want || Failed(all) {
			t.Errorf("got  %s\nwant %s\n%s", got, want, out)
		}
		if strings.Count(out.String(), "\n") != len(parts) {
			t.Errorf("not a line for each part:\n%s", out)
		}
		if len(e.heard) != len(tones)+1 || // and a sentence
			lit["paid"] {
			t.Errorf("heard %v, lights left %v", e.heard, lit)
		}
		code := decode(t, g.shown[len(g.shown)-1])
		if code != Report(b, all) || !strings.HasPrefix(code, "KASIR V9 TILL-1 KIT PANEL:P") {
			t.Errorf("the support code says %q", code)
		}
	})
}

func decode(t *testing.T, f *frame.Frame) string {
	t.Helper()
	bits, err := gozxing.NewBinaryBitmapFromImage(f)
	if err != nil {
		t.Fatal(err)
	}
	got, err := zqr.NewQRCodeReader().Decode(bits, nil)
	if err != nil {
		t.Fatal(err)
	}
	return got.GetText()
}

func TestPeopleSayNo(t *testing.T) {
	const yes, no = terminal.KeyOK, terminal.KeyClear
	for name, c := range map[string]struct {
		part string
		keys []terminal.Key
		want Verdict
		say  string
	}{
		"pattern":      {"panel", []terminal.Key{'5', no}, Fail, "not whole"},
		"nobody looks": {"panel", nil, Fail, "nobody answered"},
		"scan":         {"scan", []terminal.Key{'1', no}, Fail, "cannot be scanned"},
		"scanned":      {"scan", []terminal.Key{yes}, Pass, "was scanned"},
		"sound":        {"sound", []terminal.Key{no}, Fail, "no sound"},
		"dead key":     {"keys", append([]terminal.Key{}, allKeys[1:]...), Fail, "no 1: check"},
		"small pad":    {"keys", allKeys[:13], Pass, "no M + 00"},
		"no pad":       {"keys", nil, Fail, "1 2 3 4 5 6 7 8 9 0 OK C B"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, _, _, out := bench(t, c.keys...)
				all := Run(t.Context(), b, c.part)
				if len(all) != 1 || all[0].Verdict != c.want || !strings.Contains(all[0].Say, c.say) {
					t.Errorf("got %+v, want %s with %q\n%s", all, c.want, c.say, out)
				}
			})
		})
	}
}

func TestBrokenParts(t *testing.T) {
	b, g, _, _ := bench(t)
	g.broken = errors.New("ribbon is loose")
	if r := Run(t.Context(), b, "panel"); r[0].Verdict != Fail || !strings.Contains(r[0].Say, "ribbon is loose") {
		t.Errorf("broken glass: %+v", r)
	}
	b.Lights = []Light{{"paid", func(bool) error { return errors.New("no such pin") }}}
	if r := Run(t.Context(), b, "lights"); r[0].Verdict != Fail || !strings.Contains(r[0].Say, "light paid: no such pin") {
		t.Errorf("broken light: %+v", r)
	}
	b.Format.Pitch = .01 // too fine for any code
	if r := Run(t.Context(), b, "panel"); r[0].Verdict != Fail {
		t.Errorf("glass that is too fine: %+v", r)
	}
	b.Journal = filepath.Join(t.TempDir(), "nowhere", "journal.db")
	for _, part := range []string{"journal", "disk"} {
		if r := Run(t.Context(), b, part); r[0].Verdict != Fail {
			t.Errorf("%s in no directory: %+v", part, r)
		}
	}
}

// TestJournalGetsNoRows: the till's own journal is verified, and not written.
func TestJournalGetsNoRows(t *testing.T) {
	b, _, _, _ := bench(t)
	j, err := store.Open(t.Context(), b.Journal, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := j.Append(t.Context(), store.Entry{Kind: "opened", Body: []byte("{}"), At: time.Now()}); err != nil {
		t.Fatal(err)
	}
	for i := range 2 { // beside a running till, and after it
		if i == 1 {
			if err := j.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if r := Run(t.Context(), b, "journal"); r[0].Verdict != Pass || !strings.HasPrefix(r[0].Say, "1 rows verified") {
			t.Errorf("got %+v", r)
		}
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(b.Journal), ".kasir-check-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind %q, %v", left, err)
	}
	if err := os.WriteFile(b.Journal, []byte("this is no journal, and never was one"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := Run(t.Context(), b, "journal"); r[0].Verdict != Fail {
		t.Errorf("a file that is no journal: %+v", r)
	}
}

func TestSPIBuffer(t *testing.T) {
	file := filepath.Join(t.TempDir(), "bufsiz")
	for text, want := range map[string]Verdict{"4096\n": Pass, "65536": Pass, "512": Fail, "many": Fail} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if r := spiBuffer(file); r.Verdict != want {
			t.Errorf("%q: got %+v, want %s", text, r, want)
		}
	}
	if r := spiBuffer(file + "x"); r.Verdict != Fail || !strings.Contains(r.Say, "dtparam=spi=on") {
		t.Errorf("no SPI: %+v", r)
	}
}

// TestUnattended: without glass and keys nothing waits for a person.
func TestUnattended(t *testing.T) {
	b := Bench{Out: &bytes.Buffer{}, Journal: filepath.Join(t.TempDir(), "journal.db")}
	all := Run(t.Context(), b)
	want := "panel=SKIP scan=SKIP keys=SKIP sound=SKIP lights=SKIP backend=SKIP journal=PASS disk=PASS spi=SKIP version=PASS"
	if got := verdicts(all); got != want {
		t.Errorf("got %s", got)
	}
}

func TestReportIsBounded(t *testing.T) {
	var all []Result
	for _, name := range Parts() {
		all = append(all, Result{name, Fail, strings.Repeat("très long ", 40)})
	}
	got := Report(Bench{Version: "v1", Device: "d"}, all)
	if len(got) != maxReport || strings.ContainsFunc(got, func(r rune) bool { return r < ' ' || r > '~' }) {
		t.Errorf("%d characters: %q", len(got), got)
	}
}
