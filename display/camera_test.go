package display

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"kasir/display/frame"
	"kasir/terminal"
)

// camera is a phone's camera over a glass: how it is held, and how well it sees.
type camera struct {
	perMM float64 // pixels it has for a millimetre of the glass
	turn  float64 // degrees clockwise
	blur  float64 // standard deviation of its focus, in its pixels
	noise float64 // standard deviation of each pixel, of 255
	seed  uint64
}

// recommended are the glasses that the boards we recommend have.
var recommended = []struct {
	name   string
	format frame.Format
}{
	{`4.2" e-paper`, frame.Format{Size: image.Pt(400, 300), Pitch: .212}},
	{`2.8" LCD`, frame.Format{Size: image.Pt(320, 240), Depth: frame.RGB565, Pitch: .18}},
	{`3.5" LCD`, frame.Format{Size: image.Pt(480, 320), Depth: frame.RGB565, Pitch: .153}},
}

// expose is the light that falls on each pixel of the camera, line by line: the
// glass in a dark case, out of focus.
func (c camera) expose(f *frame.Frame) (light []float64, side int) {
	size, pitch := f.Format.Size, f.Format.Pitch
	wide, high := float64(size.X)*pitch, float64(size.Y)*pitch
	side = int(math.Ceil(math.Hypot(wide, high)*c.perMM)) + 20
	sin, cos := math.Sincos(c.turn * math.Pi / 180)
	light = make([]float64, side*side)
	const fine = 3 // samples a pixel, each way
	for y := range side {
		for x := range side {
			sum := 0.0
			for i := range fine * fine {
				px := (float64(x) + (float64(i%fine)+.5)/fine - float64(side)/2) / c.perMM
				py := (float64(y) + (float64(i/fine)+.5)/fine - float64(side)/2) / c.perMM
				sum += shade(f, int(math.Floor((px*cos+py*sin+wide/2)/pitch)), int(math.Floor((py*cos-px*sin+high/2)/pitch)))
			}
			light[y*side+x] = sum / (fine * fine)
		}
	}
	return soften(soften(light, side, 1, side, c.blur), side, side, 1, c.blur), side
}

// photograph is what the camera makes of that light, with its grain.
func (c camera) photograph(light []float64, side int) *image.Gray {
	rng := rand.New(rand.NewPCG(c.seed, 77))
	m := image.NewGray(image.Rect(0, 0, side, side))
	for i, v := range light {
		m.Pix[i] = uint8(min(max(v+rng.NormFloat64()*c.noise, 0), 255))
	}
	return m
}

// shade is how bright a pixel of the glass is: less than white paper, and more than
// black ink. The case around it is dark.
func shade(f *frame.Frame, x, y int) float64 {
	if !(image.Pt(x, y)).In(f.Bounds()) {
		return 60
	}
	g := color.GrayModel.Convert(f.At(x, y)).(color.Gray)
	return 35 + float64(g.Y)*(215-35)/255
}

// soften is one direction of a Gaussian blur; along is the step to the next pixel
// of a line, across that to the next line.
func soften(in []float64, n, along, across int, sigma float64) []float64 {
	reach := int(math.Ceil(3 * sigma))
	weights, all := make([]float64, reach+1), 0.0
	for i := range weights {
		weights[i] = math.Exp(-float64(i*i) / (2 * sigma * sigma))
		all += weights[i]
		if i > 0 {
			all += weights[i]
		}
	}
	out := make([]float64, len(in))
	for line := range n {
		for i := range n {
			sum := 0.0
			for d := -reach; d <= reach; d++ {
				sum += in[line*across+min(max(i+d, 0), n-1)*along] * weights[max(d, -d)]
			}
			out[line*across+i*along] = sum / all
		}
	}
	return out
}

// readers read the one code in a photograph; "" when they find none.
var readers = []struct {
	name string
	read func(t *testing.T, m *image.Gray) string
}{
	{"gozxing", func(t *testing.T, m *image.Gray) string {
		bitmap, err := gozxing.NewBinaryBitmapFromImage(twice(m)) // it wants three pixels a module
		if err != nil {
			t.Fatal(err)
		}
		hints := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true}
		result, err := qrcode.NewQRCodeReader().Decode(bitmap, hints)
		if err != nil {
			return ""
		}
		return result.GetText()
	}},
	{"zbar", func(t *testing.T, m *image.Gray) string {
		var b bytes.Buffer
		if err := png.Encode(&b, m); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), "zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", "-")
		cmd.Stdin = &b
		out, _ := cmd.Output() // it fails when it finds nothing
		return strings.TrimSuffix(string(out), "\n")
	}},
}

// twice is a photograph twice as large, with nothing more on it.
func twice(m *image.Gray) *image.Gray {
	big := image.NewGray(image.Rectangle{Max: m.Rect.Max.Mul(2)})
	at := func(x, y int) int {
		return int(m.Pix[min(max(y, 0), m.Rect.Max.Y-1)*m.Stride+min(max(x, 0), m.Rect.Max.X-1)])
	}
	for y := range big.Rect.Max.Y {
		for x := range big.Rect.Max.X {
			// The nearest pixel counts three times as much as the next one, each way.
			i, j, u, v := x/2, y/2, x%2*2-1, y%2*2-1
			big.Pix[y*big.Stride+x] = uint8((9*at(i, j) + 3*at(i+u, j) + 3*at(i, j+v) + at(i+u, j+v)) / 16)
		}
	}
	return big
}

// codeShots are the screens with a code on them.
func codeShots() (some []shot) {
	for _, s := range shots(terminal.Indonesian) {
		if compose(s.view).code != nil {
			some = append(some, s)
		}
	}
	return some
}

// looks is how often a phone looks before it gives up here: it does thirty times a
// second, each time with another grain, and no hand is still.
const looks = 20

// seen reports whether a reader reads a code from one of a few photographs.
func (c camera) seen(t *testing.T, f *frame.Frame, reader int, want string) bool {
	for n := range uint64(looks) {
		c.seed = c.seed*31 + n
		light, side := c.expose(f)
		c.turn += .8
		switch got := readers[reader].read(t, c.photograph(light, side)); got {
		case want:
			return true
		case "":
		default:
			t.Errorf("%s reads %q, want %q", readers[reader].name, got, want)
		}
	}
	return false
}

// TestCodesByCamera: every code on the glasses that we recommend is read by two
// readers that are not ours and not each other's, from photographs of five pixels a
// millimetre that are turned, out of focus and grainy. With KASIR_SCAN=1 (make scan)
// these are all codes in many ways; else one code, turned once.
func TestCodesByCamera(t *testing.T) {
	whole := os.Getenv("KASIR_SCAN") != ""
	used := readers
	if _, err := exec.LookPath("zbarimg"); err != nil {
		if whole {
			t.Fatal("zbarimg is not installed")
		}
		used = used[:1]
	}
	turns, lenses, codes := []float64{7, 45, 98, 261}, []camera{{blur: .6, noise: 6}, {blur: .75, noise: 6}, {blur: .7, noise: 8}}, codeShots()
	if !whole {
		turns, lenses, codes = turns[:1], lenses[:1], codes[:1]
	}
	if len(codes) < 10 && whole {
		t.Fatalf("only %d screens have a code", len(codes))
	}
	for _, g := range recommended {
		t.Run(strings.NewReplacer(`"`, "in", " ", "-").Replace(g.name), func(t *testing.T) {
			if racing && g.format.Size.X != 320 {
				return // one goroutine that computes
			}
			for _, c := range lenses {
				c.perMM = 5
				read, all := scanAll(t, c, g.format, codes, turns, len(used))
				for n, reader := range used {
					t.Logf("blur %g, noise %g: %s reads %d of %d", c.blur, c.noise, reader.name, read[n], all)
				}
			}
		})
	}
}

// scanAll holds the camera over every code in every way, and counts what each
// reader reads of them.
func scanAll(t *testing.T, c camera, format frame.Format, codes []shot, turns []float64, use int) (read []int, all int) {
	r, f := renderer(t, format), frame.New(format)
	read = make([]int, use)
	for i, s := range codes {
		if err := r.Render(f, s.view); err != nil {
			t.Fatal(err)
		}
		for _, turn := range turns {
			all++
			c.turn, c.seed = turn, uint64(i)
			for n := range use {
				if c.seen(t, f, n, compose(s.view).code.qr) {
					read[n]++
					continue
				}
				t.Errorf("%s turned by %g degrees, blur %g, noise %g: %s does not read it", s.name, turn, c.blur, c.noise, readers[n].name)
				keepPhotograph(t, c, c.photograph(c.expose(f)), s.name)
			}
		}
	}
	return read, all
}

// keepPhotograph writes what could not be read, for eyes, where KASIR_SCAN names a
// directory.
func keepPhotograph(t *testing.T, c camera, m *image.Gray, name string) {
	dir := os.Getenv("KASIR_SCAN")
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, fmt.Sprintf("%s-%d-%g-%g-%g.png", name, m.Rect.Dx(), c.turn, c.blur, c.noise))
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
