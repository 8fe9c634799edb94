package display

import (
	"fmt"
	"image"
	"strings"
	"testing"
	"time"

	"kasir/display/frame"
	"kasir/display/qr"
	"kasir/terminal"
)

// sizes are more than we sell: also odd ones, tall ones and tiny ones.
var sizes = []frame.Format{
	{Size: image.Pt(400, 300)}, {Size: image.Pt(320, 240), Depth: frame.RGB565}, {Size: image.Pt(250, 122)},
	{Size: image.Pt(480, 320), Depth: frame.RGB565}, {Size: image.Pt(800, 480)}, {Size: image.Pt(264, 176)},
	{Size: image.Pt(300, 400)}, {Size: image.Pt(240, 320), Depth: frame.RGB565}, {Size: image.Pt(200, 200)},
	{Size: image.Pt(200, 300)}, {Size: image.Pt(200, 120)}, {Size: image.Pt(240, 240), Depth: frame.RGB565},
	{Size: image.Pt(1024, 600), Depth: frame.RGB565},
}

// roomy glass has to say everything; on smaller glass the least important
// sentences give way.
func roomy(f frame.Format) bool {
	return min(f.Size.X, f.Size.Y) >= 240 && max(f.Size.X, f.Size.Y) >= 320
}

// worst are the golden views at their longest: the highest amount, the widest
// name, every mark on the strip.
func worst(lang terminal.Lang) (out []shot) {
	for _, s := range append(shots(lang), everyCode(lang)...) {
		s.view.Strip.Merchant = strings.Repeat("W", 25)
		s.view.Strip.Device = "kasir-" + strings.Repeat("M", 18)
		s.view.Strip.Online, s.view.Strip.Why = false, terminal.TroubleNonsense
		s.view.Strip.Unsure, s.view.Strip.Late, s.view.Strip.Unsent, s.view.Strip.Sandbox = 20, 20, 20, true
		s.view.Screen = longest(s.view.Screen)
		out = append(out, s)
	}
	return out
}

func longest(s terminal.Screen) terminal.Screen {
	const id, most = terminal.OrderID("k-99999999"), terminal.MaxCharge
	switch s := s.(type) {
	case terminal.Entering:
		s.Amount = max(s.Amount, most)
		return s
	case terminal.Asking:
		s.Order, s.Amount = id, most
		return s
	case terminal.Offering:
		s.Order, s.Amount, s.Left, s.Stale = id, most, 100*time.Minute, true
		return s
	case terminal.Cancelling:
		return terminal.Cancelling{Order: id, Amount: most}
	case terminal.Thanks:
		s.Order, s.Amount = id, most
		return s
	case terminal.Ended:
		s.Order, s.Amount = id, most
		return s
	case terminal.Denied:
		s.Order, s.Amount = id, most
		return s
	case terminal.Offline:
		s.Order, s.Amount, s.Why = id, most, terminal.TroubleNonsense
		return s
	case terminal.Unsure:
		s.Order, s.Amount = id, most
		return s
	case terminal.Confirming:
		s.Order, s.Amount = id, most
		return s
	case terminal.Late:
		s.Order, s.Amount, s.More = id, most, 20
		return s
	case terminal.Alarm:
		s.Order, s.Amount = id, most
		return s
	case terminal.Parked:
		s.At, s.Of, s.Order, s.Amount = 20, 20, id, most
		return s
	case terminal.About:
		return terminal.About{Version: "10.11.12-rc.1+20261231", Open: 20}
	}
	return s
}

// everyCode are the screens with a code of their own for why.
func everyCode(lang terminal.Lang) (out []shot) {
	w := wordsOf(lang)
	add := func(name string, s terminal.Screen) {
		out = append(out, shot{name, terminal.View{Screen: s, Strip: terminal.Strip{Lang: lang}}})
	}
	for code := range w.reasons {
		add("denied-"+code, terminal.Denied{Order: order, Code: code})
	}
	for m := range w.mismatches {
		add("alarm-"+m.String(), terminal.Alarm{Order: order, What: m})
	}
	for e := range w.lateAfter {
		add("late-"+e.String(), terminal.Late{Order: order, Ended: e})
	}
	for d := range w.doubts {
		add(fmt.Sprintf("unsure-%d", d), terminal.Unsure{Order: order, Why: terminal.Doubt(d), Offered: true})
	}
	add("entering-too-many", terminal.Entering{Sum: 1, Items: 99, Refusal: terminal.RefuseTooManyOpen})
	return out
}

func TestNothingIsClippedOrCovered(t *testing.T) {
	for at, format := range sizes {
		t.Run(format.String(), func(t *testing.T) {
			t.Parallel()
			r := renderer(t, format)
			for _, lang := range []terminal.Lang{terminal.Indonesian, terminal.English} {
				views := worst(lang)
				if roomy(format) && format.Size.X <= 400 || lang == terminal.Indonesian {
					views = append(views, shots(lang)...)
				}
				for _, s := range some(views, at, 4) {
					sheet, err := r.lay(s.view)
					if err != nil {
						t.Errorf("%s: %v", s.name, err)
						continue
					}
					name := fmt.Sprintf("%s %s", langName(lang), s.name)
					crowded := s.view.Strip.Unsure == 20 || sheet.code != nil && (s.view.Strip.Sandbox || !s.view.Strip.Online || s.view.Strip.NoKeypad || s.view.Strip.NoGlass)
					if sheet.cut || sheet.lost > 0 && roomy(format) && !crowded {
						t.Errorf("%s: %d rows left out, cut short: %v", name, sheet.lost, sheet.cut)
					}
					checkBoxes(t, name, sheet, format)
					checkLoudest(t, name, sheet, compose(s.view))
					checkSandbox(t, name, sheet, s.view.Strip.Sandbox)
				}
			}
		})
	}
}

func checkBoxes(t *testing.T, name string, s *sheet, format frame.Format) {
	t.Helper()
	glass := image.Rectangle{Max: format.Size}
	var code image.Rectangle
	if s.code != nil {
		code = image.Rectangle{Min: s.at, Max: s.at.Add(image.Pt(s.plan.Side(), s.plan.Side()))}
		if !code.In(glass) {
			t.Errorf("%s: code in %v leaves the glass", name, code)
		}
	}
	var taken []item
	for _, i := range s.items {
		if !i.box.In(glass) {
			t.Errorf("%s: %q in %v leaves the glass", name, i.text, i.box)
		}
		if i.box.Overlaps(code) {
			t.Errorf("%s: %q in %v stands on the code in %v", name, i.text, i.box, code)
		}
		if i.kind != textItem && i.kind != iconItem {
			continue
		}
		for _, j := range taken {
			if i.box.Overlaps(j.box) {
				t.Errorf("%s: %q in %v overlaps %q in %v", name, i.text, i.box, j.text, j.box)
			}
		}
		taken = append(taken, i)
	}
}

// checkLoudest sees that what is read first is the state or the money.
func checkLoudest(t *testing.T, name string, s *sheet, p page) {
	t.Helper()
	loudest, largest := 0, item{}
	for _, i := range s.items {
		if i.kind != textItem || p.list != nil && strings.Contains(i.text, "SANDBOX") {
			continue // beside a list of choices its head may be smaller than that
		}
		if largest.face == nil || i.face.Px > largest.face.Px {
			largest = i
		}
		if strings.Contains(p.head+"\n"+p.brief+"\n"+p.stress+"\n"+p.sum, i.text) || p.head != "" && strings.HasPrefix(i.text, p.head) || p.sum != "" && strings.Contains(i.text, p.sum) {
			loudest = max(loudest, i.face.Px)
		}
	}
	if p.list != nil && (s.lost > 0 || len(p.list) > 5) {
		return // a list speaks for itself
	}
	if loudest < largest.face.Px {
		t.Errorf("%s: the largest text is %q", name, largest.text)
	}
}

func checkSandbox(t *testing.T, name string, s *sheet, want bool) {
	t.Helper()
	said := false
	for _, i := range s.items {
		said = said || strings.Contains(i.text, "SANDBOX")
	}
	if said != want {
		t.Errorf("%s: says SANDBOX: %v, want %v", name, said, want)
	}
}

// Boxes are promises; this holds the pixels against them.
func TestInkStaysInItsBox(t *testing.T) {
	format := frame.Format{Size: image.Pt(250, 122)}
	r := renderer(t, format)
	for _, s := range some(worst(terminal.Indonesian), 1, 4) {
		sheet, err := r.lay(s.view)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range sheet.items {
			if i.kind != textItem && i.kind != iconItem {
				continue
			}
			f := frame.New(format)
			i.ink = frame.Black
			only := *sheet
			only.items = []item{i}
			only.paint(f)
			if d := f.Diff(frame.New(format)); !d.In(image.Rect(i.box.Min.X&^7, i.box.Min.Y, (i.box.Max.X+7)&^7, i.box.Max.Y)) {
				t.Errorf("%s: %q draws in %v, its box is %v", s.name, i.text, d, i.box)
			}
		}
	}
}

func TestCodeGetsTheLargestModules(t *testing.T) {
	for _, c := range []struct {
		size  image.Point
		scale int
	}{
		{image.Pt(400, 300), 4}, {image.Pt(320, 240), 3}, {image.Pt(250, 122), 2}, {image.Pt(480, 320), 5},
		{image.Pt(240, 320), 3}, {image.Pt(200, 200), 3}, {image.Pt(264, 176), 2}, {image.Pt(800, 480), 7},
	} {
		place, err := newLayout(frame.Format{Size: c.size}).findPlace(usual)
		if err != nil || place.plan.Scale != c.scale {
			t.Errorf("%v: %v, %v, want %d px a module", c.size, place.plan, err, c.scale)
		}
	}
	best, err := qr.Fit(usual, 300, 1)
	if err != nil || best.Scale != 4 {
		t.Fatalf("fit of the usual code into 300 px: %v, %v", best, err)
	}
}
