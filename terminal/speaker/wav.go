package speaker

import (
	"bytes"
	"encoding/binary"
	"math"
	"time"

	"kasir/terminal"
	"kasir/terminal/speaker/voice"
)

// The samples of tones: as many a second as a voice has, enough for every pitch.
const (
	rate   = voice.Rate // a second; 16 bits each, one channel
	loud   = 0.6        // of the greatest amplitude
	edge   = 4 * time.Millisecond
	header = 44 // bytes
)

// gains are how much of a sound is left at a volume: steps of 8 dB.
var gains = [...]float64{terminal.Loud: 1, terminal.Medium: .4, terminal.Soft: .16, terminal.TonesOnly: .4}

// Gain is the share of a sound that is left at a volume.
func Gain(v terminal.Volume) float64 { return gains[min(v, terminal.TonesOnly)] }

// WAV is notes as a file, at full volume.
func WAV(notes []Note) []byte { return File(Samples(notes), terminal.Loud) }

// Samples is notes as samples, 16 kHz, one channel. Every note swells and fades
// over 4 ms, because a wave that is cut clicks.
func Samples(notes []Note) (pcm []int16) {
	for _, n := range notes {
		pcm = append(pcm, wave(n)...)
	}
	return pcm
}

// File is samples as a file: 16-bit PCM, mono, 16 kHz (RIFF WAVE, format 1).
func File(pcm []int16, v terminal.Volume) []byte {
	size := uint32(2 * len(pcm))
	gain := Gain(v)
	var b bytes.Buffer
	b.Grow(header + int(size))
	// Writes of numbers to a bytes.Buffer cannot fail.
	for _, part := range []any{
		[]byte("RIFF"), header - 8 + size, []byte("WAVEfmt "),
		uint32(16), uint16(1), uint16(1), uint32(rate), uint32(2 * rate), uint16(2), uint16(16),
		[]byte("data"), size,
	} {
		_ = binary.Write(&b, binary.LittleEndian, part)
	}
	out := b.Bytes()
	for _, s := range pcm {
		out = binary.LittleEndian.AppendUint16(out, uint16(int16(gain*float64(s))))
	}
	return out
}

func wave(n Note) []int16 {
	count := int(n.Dur * rate / time.Second)
	out := make([]int16, max(count, 0))
	if n.Freq <= 0 {
		return out
	}
	fade := float64(edge * rate / time.Second)
	for i := range out {
		near := float64(min(i, count-1-i)) // samples to the nearer end
		swell := min(near/fade, 1)
		out[i] = int16(loud * math.MaxInt16 * swell * math.Sin(2*math.Pi*float64(n.Freq)*float64(i)/rate))
	}
	return out
}
