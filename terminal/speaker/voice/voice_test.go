package voice

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"kasir/terminal"
	"kasir/terminal/speaker/words"
)

// hum is samples of one pitch at half of full scale.
func hum(hz float64, n int) []int16 {
	out := make([]int16, n)
	for i := range out {
		out[i] = int16(16384 * math.Sin(2*math.Pi*hz*float64(i)/Rate))
	}
	return out
}

// TestADPCM: four bits a sample leave a tone in its place, far above the error.
func TestADPCM(t *testing.T) {
	for hz, least := range map[float64]float64{110: 25, 440: 25, 1500: 20, 3000: 16} {
		in := hum(hz, 4*blockSamples+17)
		coded := encode(in)
		if want := 5 * blockBytes; len(coded) != want {
			t.Fatalf("%d bytes, want %d", len(coded), want)
		}
		out := decode(nil, coded)
		var signal, noise float64
		for i := blockSamples; i < len(in); i++ { // the first block finds its step
			d := float64(in[i]) - float64(out[i])
			signal, noise = signal+float64(in[i])*float64(in[i]), noise+d*d
		}
		if db := 10 * math.Log10(signal/noise); db < least {
			t.Errorf("%.0f Hz: %.1f dB", hz, db)
		}
		if last := out[len(out)-1]; math.Abs(float64(last)-float64(in[len(in)-1])) > 600 {
			t.Errorf("%.0f Hz: filled up with %d after %d", hz, last, in[len(in)-1])
		}
	}
}

// TestKnownBlock decodes a block by the table of the standard: from 0, step 7,
// the codes 7 (up, all bits), 0, 8 (down, none).
func TestKnownBlock(t *testing.T) {
	block := make([]byte, blockBytes)
	block[4], block[5] = 0x07, 0x08
	want := []int16{0, 11, 13, 12} // 0+7+3+1; then an eighth of 16; then an eighth of 14, down
	if got := decode(nil, block)[:4]; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	block[2] = 200 // no such step
	if got := decode(nil, block); len(got) != blockSamples {
		t.Errorf("%d samples", len(got))
	}
}

func file(t *testing.T, all ...Recording) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, all); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWriteAndRead(t *testing.T) {
	f := file(t, Recording{"dua", hum(300, 1000)}, Recording{"jangan tagih ulang", hum(500, 3*blockSamples)})
	v, err := Read(bytes.NewReader(f))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(v.Unit("dua")), 2*blockSamples; got != want {
		t.Errorf("dua has %d samples, want %d", got, want)
	}
	if got, want := len(v.Unit("jangan tagih ulang")), 3*blockSamples; got != want {
		t.Errorf("the phrase has %d samples, want %d", got, want)
	}
	if v.Unit("tiga") != nil {
		t.Error("a word that was not recorded has samples")
	}
	s := Set{terminal.Indonesian: v}
	pause := int(breath * Rate / 1e9)
	if got, want := len(s.Say(terminal.Indonesian, []words.Unit{"dua", words.Pause, "dua", "dua"})),
		3*2*blockSamples+pause+2*int(rest*Rate/1e9); got != want {
		t.Errorf("a sentence has %d samples, want %d", got, want)
	}
	if s.Say(terminal.Indonesian, []words.Unit{"dua", "tiga"}) != nil {
		t.Error("half a sentence is said")
	}
	if s.Say(terminal.English, []words.Unit{"dua"}) != nil {
		t.Error("a language that is not there says something")
	}
}

func TestWriteRefuses(t *testing.T) {
	for name, r := range map[string]Recording{"silence": {"dua", nil}, "no name": {"", hum(300, 99)}, "long": {"dua", make([]int16, maxUnit+1)}} {
		if err := Write(new(bytes.Buffer), []Recording{r}); err == nil {
			t.Errorf("%s was written", name)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	good := file(t, Recording{"satu", hum(300, 900)}, Recording{"dua", hum(300, 900)})
	change := func(find string, by int, to byte) []byte {
		bad := bytes.Clone(good)
		bad[bytes.Index(bad, []byte(find))+by] = to
		return bad
	}
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"nothing":      {nil, "no WAV file"},
		"cut":          {good[:len(good)-300], "longer than what is left"},
		"cut in head":  {good[:len(good)-len(encode(hum(300, 900)))*2-4], "in the middle of a part"},
		"large":        {make([]byte, maxFile+1), "larger than"},
		"PCM":          {change("fmt ", 8, 1), "IMA ADPCM"},
		"stereo":       {change("fmt ", 10, 2), "IMA ADPCM"},
		"other rate":   {change("fmt ", 12, 1), "IMA ADPCM"},
		"other blocks": {change("fmt ", 20, 8), "IMA ADPCM"},
		"no name":      {change("labl", 12, 0), "it has no name"},
		"no sound":     {change("cue ", 12+24+21, 0), "no sound"},
		"far away":     {change("cue ", 12+24+23, 127), "no sound"},
	} {
		if _, err := Read(bytes.NewReader(c.file)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

func TestOpen(t *testing.T) {
	var all []Recording
	for _, u := range words.Vocabulary(terminal.Indonesian) {
		all = append(all, Recording{u, hum(400, 100)})
	}
	dir := fstest.MapFS{"id.wav": {Data: file(t, all...)}}
	if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), "en.wav") {
		t.Errorf("got %v, want the file that is missing", err)
	}
	dir["en.wav"] = &fstest.MapFile{Data: file(t, all...)}
	if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), `"twenty"`) {
		t.Errorf("got %v, want the words that are missing", err)
	}
}

func FuzzRead(f *testing.F) {
	var b bytes.Buffer
	if err := Write(&b, []Recording{{"satu", hum(300, 900)}}); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add(binary.LittleEndian.AppendUint32([]byte("RIFF0000WAVEcue "), math.MaxUint32))
	f.Fuzz(func(t *testing.T, file []byte) {
		v, err := Read(bytes.NewReader(file))
		if err != nil {
			return
		}
		for u := range v.units {
			if len(v.Unit(u)) == 0 {
				t.Errorf("%q has no sound", u)
			}
		}
	})
}
