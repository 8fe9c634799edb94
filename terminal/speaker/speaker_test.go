package speaker

import (
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"math"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"kasir/terminal"
)

var update = flag.Bool("update", false, "write the golden files anew")

// tones is every tone there is; the one after the last has no name.
var tones = []terminal.Tone{
	terminal.ToneKey, terminal.ToneRefuse, terminal.ToneReady, terminal.TonePaid,
	terminal.ToneFailed, terminal.ToneUnsure, terminal.ToneLate, terminal.ToneAlarm,
}

// Every tone as a browser gets it, in testdata/tones.golden.
func TestTonesAsJSON(t *testing.T) {
	var out strings.Builder
	for _, tone := range tones {
		j, err := json.Marshal(Pattern(tone))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%-6s %s\n", tone, j)
	}
	const path = "testdata/tones.golden"
	if *update {
		if err := os.WriteFile(path, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := out.String(); got != string(want) {
		t.Errorf("%s differs; run with -update and read the diff. got:\n%s", path, got)
	}
}

// A tone can be heard, ends soon, and is told from every other without pitch.
func TestTonesCanBeTold(t *testing.T) {
	rhythms := make(map[string]terminal.Tone)
	for _, tone := range tones {
		notes := Pattern(tone)
		if len(notes) == 0 {
			t.Errorf("%s has no notes", tone)
		}
		var whole time.Duration
		for _, n := range notes {
			whole += n.Dur
			if n.Freq != 0 && (n.Freq < 200 || n.Freq > 4000) || n.Dur < 10*ms || n.Dur%ms != 0 {
				t.Errorf("%s: note %+v", tone, n)
			}
		}
		if whole > 2*time.Second {
			t.Errorf("%s takes %s", tone, whole)
		}
		if other, twice := rhythms[rhythm(notes)]; twice {
			t.Errorf("%s and %s have the same rhythm", tone, other)
		}
		rhythms[rhythm(notes)] = tone
	}
}

// rhythm is what is left of notes on a buzzer with one pitch: how many sounds
// there are, each a click, short, medium or long. Notes without a rest between
// them are one sound.
func rhythm(notes []Note) string {
	var out strings.Builder
	var sound time.Duration
	for _, n := range append(notes, Note{}) {
		if n.Freq != 0 {
			sound += n.Dur
			continue
		}
		switch {
		case sound < 40*ms:
			out.WriteString("click ")
		case sound <= 130*ms:
			out.WriteString("short ")
		case sound <= 260*ms:
			out.WriteString("medium ")
		default:
			out.WriteString("long ")
		}
		sound = 0
	}
	return out.String()
}

func TestPaidIsTwoShortAndFailedOneLong(t *testing.T) {
	paid, failed := Pattern(terminal.TonePaid), Pattern(terminal.ToneFailed)
	if len(paid) != 3 || paid[1].Freq != 0 || paid[0].Dur > 200*ms || paid[2].Dur > 200*ms {
		t.Errorf("paid is %v", paid)
	}
	if len(failed) != 1 || failed[0].Dur < 500*ms {
		t.Errorf("failed is %v", failed)
	}
}

func TestNoTone(t *testing.T) {
	for _, tone := range []terminal.Tone{terminal.Silence, terminal.ToneAlarm + 1, 255} {
		if got := Pattern(tone); len(got) != 0 {
			t.Errorf("tone %d is %v, want nothing", tone, got)
		}
	}
	mine := Pattern(terminal.TonePaid)
	mine[0].Freq = 1
	if Pattern(terminal.TonePaid)[0].Freq == 1 {
		t.Error("a caller can change what paid sounds like")
	}
}

// The file says what it is, is as long as the notes, and hums at their pitch.
func TestWAV(t *testing.T) {
	for _, tone := range append(tones, terminal.Silence) {
		notes := Pattern(tone)
		file := WAV(notes)
		var samples int
		for _, n := range notes {
			samples += int(n.Dur * rate / time.Second)
		}
		if got, want := len(file), header+2*samples; got != want {
			t.Fatalf("%s: %d bytes, want %d", tone, got, want)
		}
		word := func(at int) int { return int(binary.LittleEndian.Uint32(file[at:])) }
		if string(file[:4]) != "RIFF" || string(file[8:16]) != "WAVEfmt " || string(file[36:40]) != "data" ||
			word(4) != len(file)-8 || word(24) != rate || word(40) != 2*samples {
			t.Errorf("%s: header %q", tone, file[:header])
		}
		at := header
		for _, n := range notes {
			end := at + 2*int(n.Dur*rate/time.Second)
			checkPitch(t, tone, n, file[at:end])
			at = end
		}
	}
}

// checkPitch counts how often the wave crosses zero, and how high it goes.
func checkPitch(t *testing.T, tone terminal.Tone, n Note, pcm []byte) {
	t.Helper()
	crossings, top, last := 0, 0, 0
	for i := 0; i < len(pcm); i += 2 {
		v := int(int16(binary.LittleEndian.Uint16(pcm[i:])))
		top = max(top, v, -v)
		if v != 0 {
			if last != 0 && (v > 0) != (last > 0) {
				crossings++
			}
			last = v
		}
	}
	want := 2 * float64(n.Freq) * n.Dur.Seconds()
	if math.Abs(float64(crossings)-want) > 2 {
		t.Errorf("%s: %d crossings in %+v, want about %.0f", tone, crossings, n, want)
	}
	if loudest := math.Round(float64(top) / math.MaxInt16 * 10); n.Freq > 0 && loudest != 6 || n.Freq == 0 && top != 0 {
		t.Errorf("%s: %+v is %d loud", tone, n, top)
	}
}

// ear notes what it heard.
type ear struct{ heard []terminal.Sound }

func (e *ear) Play(s terminal.Sound, _ terminal.Lang) { e.heard = append(e.heard, s) }

func TestFanAndLog(t *testing.T) {
	var log strings.Builder
	logger := slog.New(slog.NewTextHandler(&log, nil))
	left, right := new(ear), new(ear)
	s := Fan(Silent{}, left, Fan(Log(logger), right), Fan())
	sounds := []terminal.Sound{{Tone: terminal.ToneKey}, {}, {Tone: terminal.TonePaid, Amount: 25_000}}
	for _, sound := range sounds {
		s.Play(sound, terminal.Indonesian)
	}
	for _, e := range []*ear{left, right} {
		if !reflect.DeepEqual(e.heard, sounds) {
			t.Errorf("heard %v, want %v", e.heard, sounds)
		}
	}
	if got := log.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "level=INFO msg=tone tone=paid amount=25000\n") {
		t.Errorf("log %q, want one line for paid", got)
	}
}
