package check

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"kasir/display"
	"kasir/display/frame"
	"kasir/terminal"
)

var (
	errNoGlass = errors.New("there is no glass")
	errNobody  = errors.New("nobody answered")
)

// frameTime is how long a panel may take for a picture: three times the
// slowest e-paper.
const frameTime = 15 * time.Second

// armsLength is a text as long as a payment code's: who can scan it can pay.
const armsLength = "00020101021226670014COM.EXAMPLE.WWW01189360091400000000010215ID10200000000010303UMI" +
	"51440014ID.CO.QRIS.WWW0215ID10200000000020303UMI5204581453033605405250005802ID5911KASIR CHECK6007BANDUNG" +
	"610540111626100369b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d0717KASIR-CHECK-00001" + "63043A1B"

// draw shows what paint makes of the frame.
func (s *session) draw(ctx context.Context, paint func() error) error {
	if s.dark != nil {
		return s.dark
	}
	if err := paint(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, frameTime)
	defer cancel()
	return s.Panel.Show(ctx, s.frame, frame.Full, s.frame.Bounds())
}

func (s *session) show(ctx context.Context, p display.Poster) error {
	return s.draw(ctx, func() error { return s.renderer.Poster(s.frame, p) })
}

// press is the next key. Those that were pressed before anybody could have
// read the question are not answers to it.
func (s *session) press(ctx context.Context) (terminal.Key, error) {
	return s.pressWithin(ctx, s.Patience)
}

func (s *session) pressWithin(ctx context.Context, patience time.Duration) (terminal.Key, error) {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case k, open := <-s.Keys:
		if !open {
			return 0, errNobody
		}
		return k, nil
	case <-timer.C:
		return 0, errNobody
	case <-ctx.Done():
		return 0, context.Cause(ctx)
	}
}

// ask shows a question and takes OK for yes and C for no.
func (s *session) ask(ctx context.Context, p display.Poster) (yes bool, err error) {
	p.Name = s.Device
	p.Keys = []display.PosterKey{{Key: "OK", Does: s.words.yes}, {Key: "C", Does: s.words.no}}
	if err := s.show(ctx, p); err != nil {
		return false, err
	}
	return s.answer(ctx)
}

func (s *session) answer(ctx context.Context) (yes bool, err error) {
	for {
		switch k, err := s.press(ctx); {
		case err != nil:
			return false, err
		case k == terminal.KeyOK:
			return true, nil
		case k == terminal.KeyClear:
			return false, nil
		}
	}
}

// judged is the result of a question to a person.
func judged(yes bool, err error, good, bad string) Result {
	switch {
	case err != nil:
		return fail("%v", err)
	case yes:
		return pass("%s", good)
	}
	return fail("%s", bad)
}

func (s *session) panel(ctx context.Context) Result {
	if errors.Is(s.dark, errNoGlass) {
		return skip("%v", s.dark)
	}
	if s.dark != nil {
		return fail("%v", s.dark)
	}
	began := time.Now()
	if err := s.draw(ctx, func() error { display.Pattern(s.frame); return nil }); err != nil {
		return fail("%v; check the ribbon, the power and the board file", err)
	}
	took := time.Since(began).Round(time.Millisecond)
	if s.Keys == nil {
		return pass("a full picture took %v; nobody looked at it", took)
	}
	if _, err := s.press(ctx); err != nil { // the pattern has no words: any key goes on
		return fail("the pattern is shown, but %v", err)
	}
	yes, err := s.ask(ctx, display.Poster{Head: s.words.panel, Lines: []string{s.words.panelAsk}})
	return judged(yes, err, fmt.Sprintf("whole and straight; a full picture took %v", took),
		"the pattern is not whole: wrong panel or rotation in the board file, or a loose ribbon")
}

func (s *session) scan(ctx context.Context) Result {
	if !s.attended() {
		return skip("nobody to scan it")
	}
	yes, err := s.ask(ctx, display.Poster{Head: s.words.scan, Lines: []string{s.words.scanAsk}, Code: armsLength})
	return judged(yes, err, "a code as long as a payment's was scanned", "the code cannot be scanned: clean the glass, raise panel.white, or choose a larger panel (kasir boards)")
}

// padKeys are the keys of a till as they are printed; a pad may lack the last.
var padKeys = []struct {
	key   terminal.Key
	name  string
	spare bool
}{
	{'1', "1", false}, {'2', "2", false}, {'3', "3", false}, {'4', "4", false}, {'5', "5", false},
	{'6', "6", false}, {'7', "7", false}, {'8', "8", false}, {'9', "9", false}, {'0', "0", false},
	{terminal.KeyOK, "OK", false}, {terminal.KeyClear, "C", false}, {terminal.KeyBack, "B", false},
	{terminal.KeyMenu, "M", true}, {terminal.KeyPlus, "+", true}, {terminal.KeyZeroZero, "00", true},
}

// keyPause is how long a person may look for the next key before it is missing.
const keyPause = 15 * time.Second

func (s *session) keys(ctx context.Context) Result {
	if !s.attended() {
		return skip("nobody at the keys")
	}
	seen := map[terminal.Key]bool{}
	for {
		missing, needed := missingKeys(seen)
		if len(missing) == 0 {
			return pass("all %d keys", len(padKeys))
		}
		p := display.Poster{Name: s.Device, Head: s.words.keys, Lines: []string{s.words.keysDo, strings.Join(missing, " ")}}
		if err := s.show(ctx, p); err != nil {
			return fail("%v", err)
		}
		k, err := s.pressWithin(ctx, min(keyPause, s.Patience))
		for err == nil {
			seen[k] = true
			if left, _ := missingKeys(seen); len(left) == 0 {
				break
			}
			select {
			case k = <-s.Keys: // one that came while the panel was busy
			default:
				err = errNobody
			}
		}
		if err != nil && !errors.Is(err, errNobody) {
			return fail("%v", err)
		}
		if still, _ := missingKeys(seen); len(still) < len(missing) {
			continue
		}
		if needed == 0 {
			return pass("all that a till needs; this pad has no %s", strings.Join(missing, " "))
		}
		return fail("no %s: check the keypad's cable, or keys in the board file", strings.Join(missing, " "))
	}
}

// missingKeys are the keys not pressed yet, and how many of them a till needs.
func missingKeys(seen map[terminal.Key]bool) (names []string, needed int) {
	for _, k := range padKeys {
		if seen[k.key] {
			continue
		}
		names = append(names, k.name)
		if !k.spare {
			needed++
		}
	}
	return names, needed
}

// tones are those that a cashier must be able to tell apart.
var tones = []terminal.Tone{terminal.ToneKey, terminal.TonePaid, terminal.ToneFailed, terminal.ToneUnsure, terminal.ToneLate}

const betweenTones = 1200 * time.Millisecond

func (s *session) sound(ctx context.Context) Result {
	switch {
	case s.Speaker == nil:
		return skip("no buzzer and no sound card in the board file")
	case !s.attended():
		return skip("nobody to hear it")
	}
	for _, tone := range tones {
		s.Speaker.Play(terminal.Sound{Tone: tone}, s.Lang)
		select {
		case <-time.After(betweenTones):
		case <-ctx.Done():
		}
	}
	// A sentence, where there is a voice, while the question is read.
	s.Speaker.Play(terminal.Sound{Tone: terminal.ToneKey, Say: terminal.SayPaid, Amount: 25_000, Again: true}, s.Lang)
	yes, err := s.ask(ctx, display.Poster{Head: s.words.sound, Lines: []string{fmt.Sprintf(s.words.soundAsk, len(tones))}})
	return judged(yes, err, fmt.Sprintf("%d tones were heard", len(tones)), "no sound: check the buzzer's pin, and buzzer.active in the board file")
}

func (s *session) lights(ctx context.Context) Result {
	switch {
	case len(s.Lights) == 0:
		return skip("no lights in the board file")
	case !s.attended():
		return skip("nobody to see them")
	}
	for _, l := range s.Lights {
		if err := l.Set(true); err != nil {
			return fail("light %s: %v", l.Name, err)
		}
	}
	yes, err := s.ask(ctx, display.Poster{Head: s.words.lights, Lines: []string{fmt.Sprintf(s.words.lightsAsk, len(s.Lights))}})
	for _, l := range slices.Backward(s.Lights) {
		if off := l.Set(false); off != nil && err == nil {
			err = off
		}
	}
	return judged(yes, err, fmt.Sprintf("%d lights were seen", len(s.Lights)), "a light stayed dark: check its pin and its polarity")
}
