package display

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"kasir/display/frame"
	"kasir/display/story"
	"kasir/terminal"
)

var update = flag.Bool("update", false, "write the golden pictures anew")

const sampleQR = story.QR

// shot is one picture of the golden set.
type shot struct {
	name string
	view terminal.View
}

const order = story.Order

func shots(lang terminal.Lang) (all []shot) {
	for _, s := range story.Shots(lang) {
		all = append(all, shot{s.Name, s.View})
	}
	return all
}

var glasses = []frame.Format{
	{Size: image.Pt(400, 300)},
	{Size: image.Pt(320, 240), Depth: frame.RGB565},
	{Size: image.Pt(250, 122)},
}

func langName(l terminal.Lang) string {
	if l == terminal.English {
		return "en"
	}
	return "id"
}

func renderer(t testing.TB, f frame.Format) *Renderer {
	t.Helper()
	r, err := NewRenderer(f)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// racing is whether the race detector looks at every access, which takes ten
// times as long and finds nothing in one goroutine that draws: then a test of
// pictures takes one of every few. Plain go test and make pure have them all.
var racing bool

// some is every n-th of a list, from the at-th on, under the race detector; else
// all of it.
func some[T any](all []T, at, n int) (few []T) {
	if !racing {
		return all
	}
	for i := at % n; i < len(all); i += n {
		few = append(few, all[i])
	}
	return few
}

func TestGoldenPictures(t *testing.T) {
	for i, format := range glasses {
		for _, lang := range []terminal.Lang{terminal.Indonesian, terminal.English} {
			if lang == terminal.English && i > 0 {
				continue // the clip test has them; pictures are for eyes
			}
			dir := fmt.Sprintf("%dx%d-%s", format.Size.X, format.Size.Y, langName(lang))
			t.Run(dir, func(t *testing.T) {
				t.Parallel()
				r, f := renderer(t, format), frame.New(format)
				for _, s := range some(shots(lang), i+int(lang), 6) {
					if err := r.Render(f, s.view); err != nil {
						t.Errorf("%s: %v", s.name, err)
					}
					checkGolden(t, f, filepath.Join("testdata", "golden", dir, s.name+".png"))
				}
			})
		}
	}
}

func checkGolden(t *testing.T, f *frame.Frame, path string) {
	t.Helper()
	var got bytes.Buffer
	if err := f.WritePNG(&got); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	golden, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; -update writes it", err)
	}
	if bytes.Equal(got.Bytes(), golden) {
		return
	}
	// Another release of Go may pack the same pixels otherwise.
	m, err := png.Decode(bytes.NewReader(golden))
	if err != nil {
		t.Fatalf("decode %s: %v", path, err)
	}
	want := frame.New(f.Format)
	if m.Bounds() != want.Bounds() {
		t.Fatalf("%s is %v, want %v", path, m.Bounds(), want.Bounds())
	}
	for y := range f.Format.Size.Y {
		for x := range f.Format.Size.X {
			want.Set(x, y, m.At(x, y))
		}
	}
	if d := f.Diff(want); !d.Empty() && unlike(f, want) > allowed {
		t.Errorf("%s: differs in %v; look at it with -update and git diff", path, d)
	}
}

// allowed is how many pixels of a picture may be others. 64-bit ARM fuses products
// and sums, also in the curves of letters, so there a pixel that is half covered
// may fall to either side; everywhere else there is none.
var allowed = map[string]int{"arm64": 8}[runtime.GOARCH]

// unlike counts the pixels in which two pictures of one format differ.
func unlike(a, b *frame.Frame) (n int) {
	for y := range a.Format.Size.Y {
		for x := range a.Format.Size.X {
			if a.At(x, y) != b.At(x, y) {
				n++
			}
		}
	}
	return n
}
