package recorded

import (
	"math"
	"testing"
	"time"

	"kasir/terminal"
	"kasir/terminal/speaker/voice"
	"kasir/terminal/speaker/words"
)

func open(t *testing.T) voice.Set {
	t.Helper()
	s, err := voice.Open(Files)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// measure is the greatest amplitude and the root mean square, of full scale.
func measure(pcm []int16) (peak, rms float64) {
	for _, v := range pcm {
		f := float64(v) / 32768
		peak, rms = max(peak, math.Abs(f)), rms+f*f
	}
	return peak, math.Sqrt(rms / float64(len(pcm)))
}

func length(pcm []int16) time.Duration { return time.Duration(len(pcm)) * time.Second / voice.Rate }

// Every word can be heard, none is cut off at full scale, all are about equally
// loud, and none begins or ends with a click.
func TestEveryWord(t *testing.T) {
	s := open(t)
	for _, lang := range []terminal.Lang{terminal.Indonesian, terminal.English} {
		seen := make(map[string]words.Unit)
		for _, u := range words.Vocabulary(lang) {
			pcm := s[lang].Unit(u)
			peak, rms := measure(pcm)
			if l := length(pcm); l < 150*time.Millisecond || l > 2*time.Second {
				t.Errorf("%q takes %v", u, l)
			}
			if peak < .25 || peak > .95 || rms < .06 || rms > .2 {
				t.Errorf("%q: peak %.2f, level %.3f", u, peak, rms)
			}
			for _, edge := range [][]int16{pcm[:8], pcm[len(pcm)-8:]} {
				if p, _ := measure(edge); p > .06 {
					t.Errorf("%q clicks at its edge: %.3f", u, p)
				}
			}
			body := string(bytesOf(pcm))
			if other, twice := seen[body]; twice {
				t.Errorf("%q sounds like %q", u, other)
			}
			seen[body] = u
		}
	}
}

func bytesOf(pcm []int16) []byte {
	out := make([]byte, 0, 2*len(pcm))
	for _, v := range pcm {
		out = append(out, byte(v), byte(v>>8))
	}
	return out
}

// Fifteen is heard for fifty where a voice makes them alike: here the one is
// longer by a third.
func TestTeensAreNotTens(t *testing.T) {
	v := open(t)[terminal.English]
	for teen, ten := range map[words.Unit]words.Unit{"thirteen": "thirty", "fourteen": "forty", "fifteen": "fifty", "sixteen": "sixty",
		"seventeen": "seventy", "eighteen": "eighty", "nineteen": "ninety"} {
		if long, short := len(v.Unit(teen)), len(v.Unit(ten)); 3*long < 4*short {
			t.Errorf("%q has %d samples and %q %d", teen, long, ten, short)
		}
	}
}

// A sentence is as long as its words and pauses, ends before the next customer
// loses patience, and the usual one is short.
func TestSentences(t *testing.T) {
	s := open(t)
	for _, lang := range []terminal.Lang{terminal.Indonesian, terminal.English} {
		for say := terminal.SayPaid; say <= terminal.SayDuplicate; say++ {
			for _, amount := range []terminal.Rupiah{1, 500, 25_000, 101_000, 999_999, 7_777_777, 10_000_000} {
				pcm := s.Say(lang, words.Sentence(lang, say, amount, false))
				peak, rms := measure(pcm)
				if l := length(pcm); l < time.Second || l > 12*time.Second || peak > .95 || rms < .04 {
					t.Errorf("%s of %v takes %v, peak %.2f, level %.3f", say, amount, l, peak, rms)
				}
			}
		}
		if l := length(s.Say(lang, words.Sentence(lang, terminal.SayPaid, 25_000, false))); l > 4*time.Second {
			t.Errorf("language %d: paid takes %v", lang, l)
		}
	}
}
