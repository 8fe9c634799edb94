package speaker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/physic"

	"kasir/terminal"
)

var errOver = errors.New("the test is over")

// pin writes down what it was told, and when, in milliseconds.
type pin struct {
	gpio.PinOut
	name  string
	began time.Time
	said  []string
	noPWM error
	noOut error
}

func (p *pin) String() string { return p.name }

func (p *pin) note(what string) {
	p.said = append(p.said, fmt.Sprintf("%d %s", time.Since(p.began).Milliseconds(), what))
}

func (p *pin) Out(l gpio.Level) error {
	p.note(strings.ToLower(l.String()))
	return p.noOut
}

func (p *pin) PWM(d gpio.Duty, f physic.Frequency) error {
	if p.noPWM != nil {
		return p.noPWM
	}
	if d != gpio.DutyHalf || f%physic.Hertz != 0 {
		p.note("odd PWM")
	}
	p.note(fmt.Sprint(int64(f / physic.Hertz)))
	return nil
}

// heard runs a buzzer while the sounds are played at their moments, and is
// what its pin was told.
func heard(t *testing.T, p *pin, o BuzzerOpts, score map[time.Duration][]terminal.Tone) (told []string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		p.began = time.Now()
		if o.Log == nil {
			o.Log = slog.New(slog.DiscardHandler)
		}
		b, err := NewBuzzer(p, o)
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancelCause(t.Context())
		ran := make(chan error)
		go func() { ran <- b.Run(ctx) }()
		for at, tones := range score {
			go func() {
				time.Sleep(at)
				for _, tone := range tones {
					b.Play(terminal.Sound{Tone: tone}, terminal.Indonesian)
				}
			}()
		}
		time.Sleep(10 * time.Second)
		stop(errOver)
		if err := <-ran; err != errOver {
			t.Errorf("ended with %v, want the context's cause", err)
		}
		told = p.said
	})
	return told
}

// Each tone reaches the pin as its pattern says, to the millisecond.
func TestBuzzerPlaysPatterns(t *testing.T) {
	for _, tone := range tones {
		at, want := int64(1000), []string{"0 low"}
		for _, n := range Pattern(tone) {
			what := "low"
			if n.Freq > 0 {
				what = fmt.Sprint(n.Freq)
			}
			want = append(want, fmt.Sprintf("%d %s", at, what))
			at += n.Dur.Milliseconds()
		}
		want = append(want, fmt.Sprintf("%d low", at))
		got := heard(t, &pin{}, BuzzerOpts{}, map[time.Duration][]terminal.Tone{time.Second: {tone}})
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", tone, got, want)
		}
	}
}

// A buzzer with a pitch of its own has power while there is sound, on either
// level; a pin without PWM is used in the same way, and that is said once.
func TestBuzzerWithOnePitch(t *testing.T) {
	score := map[time.Duration][]terminal.Tone{time.Second: {terminal.TonePaid}, 2 * time.Second: {terminal.ToneKey}}
	want := []string{"0 low", "1000 high", "1120 low", "1200 high", "1320 low", "2000 high", "2012 low"}
	if got := heard(t, &pin{}, BuzzerOpts{Active: true}, score); !slices.Equal(got, want) {
		t.Errorf("active: got %q, want %q", got, want)
	}
	var log strings.Builder
	logger := slog.New(slog.NewTextHandler(&log, nil))
	if got := heard(t, &pin{noPWM: errors.New("no such thing")}, BuzzerOpts{Log: logger}, score); !slices.Equal(got, want) {
		t.Errorf("without PWM: got %q, want %q", got, want)
	}
	if strings.Count(log.String(), "one pitch only") != 1 {
		t.Errorf("log %q", log.String())
	}
	upside := []string{"0 high", "1000 low", "1120 high", "1200 low", "1320 high", "2000 low", "2012 high"}
	if got := heard(t, &pin{}, BuzzerOpts{Active: true, ActiveLow: true}, score); !slices.Equal(got, upside) {
		t.Errorf("active low: got %q, want %q", got, upside)
	}
}

// What is cut by what, and what waits.
func TestWhichToneIsHeard(t *testing.T) {
	const key, refuse, ready, paid, failed, unsure, late = terminal.ToneKey, terminal.ToneRefuse, terminal.ToneReady, terminal.TonePaid, terminal.ToneFailed, terminal.ToneUnsure, terminal.ToneLate
	type score = map[time.Duration][]terminal.Tone
	tests := []struct {
		name  string
		score score
		want  string
	}{
		{"a verdict cuts a hint", score{0: {ready}, 30 * ms: {failed}}, "0 880 30 low 30 220 930 low"},
		{"a verdict cuts a click", score{0: {refuse}, 30 * ms: {failed}}, "0 300 30 low 30 220 930 low"},
		{"a key cuts a refusal", score{0: {refuse}, 30 * ms: {key}}, "0 300 30 low 30 2400 42 low"},
		{"a click is silent while a code is announced", score{0: {ready}, 30 * ms: {key}}, "0 880 60 1175 120 low"},
		{"a click is silent while failed is heard", score{0: {failed}, 30 * ms: {key, ready}}, "0 220 900 low"},
		{"a verdict waits for a verdict", score{0: {failed}, 30 * ms: {paid}}, "0 220 900 low 900 1319 1020 low 1100 1760 1220 low"},
		{"the newest verdict comes first, and money waits", score{0: {failed}, 30 * ms: {late, paid, key}}, "0 220 900 low 900 1319 1020 low 1100 1760 1220 low " +
			"1220 1319 1340 low 1420 1760 1540 low 1940 1319 2060 low 2140 1760 2260 low"},
		{"what is no money is forgotten for what is newer", score{0: {paid}, 30 * ms: {failed, unsure}}, "0 1319 120 low 200 1760 320 low 320 440 520 low 770 440 970 low 1220 440 1420 low"},
		{"a key cuts a key", score{0: {key}, 4 * ms: {key}}, "0 2400 4 low 4 2400 16 low"},
		{"nothing to hear", score{0: {terminal.Silence, 200}}, ""},
	}
	for _, tt := range tests {
		got := heard(t, &pin{}, BuzzerOpts{}, tt.score)
		if text := strings.TrimSpace(strings.TrimPrefix(strings.Join(got, " "), "0 low")); text != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, text, tt.want)
		}
	}
}

// A pin that breaks is said once for all the tones that are lost by it, and
// again after one that was heard.
func TestPlayerFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		p := &pin{began: time.Now()}
		b, err := NewBuzzer(p, BuzzerOpts{Active: true, Log: slog.New(slog.NewTextHandler(&log, nil))})
		if err != nil {
			t.Fatal(err)
		}
		go b.Run(t.Context())
		for _, broken := range []error{errors.New("gone"), errors.New("gone"), nil, errors.New("gone")} {
			p.noOut = broken
			b.Play(terminal.Sound{Tone: terminal.ToneKey}, terminal.Indonesian)
			time.Sleep(time.Second)
			synctest.Wait()
		}
		if n := strings.Count(log.String(), "gone"); n != 2 {
			t.Errorf("said %d times, want 2: %s", n, log.String())
		}
	})
	if _, err := NewBuzzer(&pin{noOut: errors.New("gone")}, BuzzerOpts{}); err == nil {
		t.Error("a pin that does nothing became a buzzer")
	}
}
