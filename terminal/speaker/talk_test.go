package speaker

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kasir/terminal"
	"kasir/terminal/speaker/voice"
	"kasir/terminal/speaker/voice/recorded"
	"kasir/terminal/speaker/words"
)

func voices(t *testing.T) voice.Set {
	t.Helper()
	v, err := voice.Open(recorded.Files)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func paidFor(order terminal.OrderID, amount terminal.Rupiah) terminal.Sound {
	return terminal.Sound{Tone: terminal.TonePaid, Say: terminal.SayPaid, Order: order, Amount: amount}
}

// mouth notes what it is given to say, and takes as long as that takes.
type mouth struct {
	began time.Time
	said  []string
	err   error
}

func (m *mouth) say(ctx context.Context, pcm []int16, v terminal.Volume) error {
	m.said = append(m.said, fmt.Sprintf("%d: %d at %d", time.Since(m.began).Milliseconds(), len(pcm), v))
	if !pause(ctx, time.Now().Add(time.Duration(len(pcm))*time.Second/rate)) {
		return ctx.Err()
	}
	return m.err
}

// A talker says the sentence of each sound when its tone is over, in the
// language of the till, cut by what is newer; clicks are not its matter.
func TestTalker(t *testing.T) {
	v := voices(t)
	paid := v.Say(terminal.Indonesian, words.Sentence(terminal.Indonesian, terminal.SayPaid, 25_000, false))
	failed := v.Say(terminal.English, words.Sentence(terminal.English, terminal.SayFailed, 100, false))
	synctest.Test(t, func(t *testing.T) {
		m := &mouth{began: time.Now()}
		p := NewTalker(slog.New(slog.DiscardHandler), v, m.say)
		go p.Run(t.Context())
		p.Play(terminal.Sound{Tone: terminal.ToneKey}, terminal.Indonesian)
		p.Play(paidFor("a", 25_000), terminal.Indonesian)
		time.Sleep(time.Second)
		p.Play(terminal.Sound{Tone: terminal.ToneKey}, terminal.Indonesian)
		p.Play(terminal.Sound{Tone: terminal.ToneFailed, Say: terminal.SayFailed, Order: "b", Amount: 100, Volume: terminal.Soft}, terminal.English)
		time.Sleep(time.Minute)
		synctest.Wait()
		first := (length(Pattern(terminal.TonePaid)) + afterTone).Milliseconds()
		second := (time.Second + length(Pattern(terminal.ToneFailed)) + afterTone).Milliseconds()
		third := second + int64(len(failed))*1000/rate
		want := fmt.Sprintf("%d: %d at 0\n%d: %d at 2\n%d: %d at 0", first, len(paid), second, len(failed), third, len(paid))
		if got := strings.Join(m.said, "\n"); got != want {
			t.Errorf("said\n%s\nwant\n%s", got, want)
		}
	})
}

// A mouth that fails is a line in the log, and what came too fast is one each.
func TestTalkerFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		m := &mouth{began: time.Now(), err: errors.New("hoarse")}
		p := NewTalker(slog.New(slog.NewTextHandler(&log, nil)), voices(t), m.say)
		for n := range terminal.MaxOpen + 3 {
			p.Play(paidFor(terminal.OrderID(fmt.Sprint(n)), 100), terminal.Indonesian)
		}
		go p.Run(t.Context())
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if got := len(m.said); got != terminal.MaxOpen+1 {
			t.Errorf("%d were said, want %d", got, terminal.MaxOpen+1)
		}
		if got := log.String(); strings.Count(got, "not announced") != 2 || strings.Count(got, "hoarse") == 0 || !strings.Contains(got, "order=1") {
			t.Errorf("log %q", got)
		}
	})
}

// By ALSA the tone comes first, and then the sentence, as loud as is wanted.
func TestALSATalks(t *testing.T) {
	dir := fakeAplay(t, `cat > part; if [ -e tone.wav ]; then mv part said.wav; else mv part tone.wav; fi`)
	v := voices(t)
	p, err := NewALSA(ALSAOpts{Voice: v, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	go p.Run(t.Context())
	s := paidFor("a", 25_000)
	s.Volume = terminal.Medium
	p.Play(s, terminal.Indonesian)
	said := soon(t, filepath.Join(dir, "said.wav"))
	pcm := v.Say(terminal.Indonesian, words.Sentence(terminal.Indonesian, terminal.SayPaid, 25_000, false))
	if want := File(pcm, terminal.Medium); !bytes.Equal(said, want) {
		t.Errorf("%d bytes were said, want %d", len(said), len(want))
	}
	if got, want := soon(t, filepath.Join(dir, "tone.wav")), File(Samples(Pattern(terminal.TonePaid)), terminal.Medium); !bytes.Equal(got, want) {
		t.Errorf("%d bytes were hummed, want %d", len(got), len(want))
	}
}

// Each volume is lower than the one before, but for tones only.
func TestVolumes(t *testing.T) {
	pcm := []int16{10_000, -10_000}
	var got []int
	for v := range terminal.TonesOnly + 2 {
		got = append(got, int(int16(binary.LittleEndian.Uint16(File(pcm, v)[header:]))))
	}
	if want := "[10000 4000 1600 4000 4000]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %v", got, want)
	}
}
