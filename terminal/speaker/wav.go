package speaker

import (
	"bytes"
	"encoding/binary"
	"math"
	"time"
)

// The samples of WAV: enough for every pitch of a pattern, and small.
const (
	rate   = 16_000 // a second; 16 bits each, one channel
	loud   = 0.6    // of the greatest amplitude
	edge   = 4 * time.Millisecond
	header = 44 // bytes
)

// WAV is notes as a file: 16-bit PCM, mono, 16 kHz (RIFF WAVE, format 1).
// Every note swells and fades over 4 ms, because a wave that is cut clicks.
func WAV(notes []Note) []byte {
	var pcm []int16
	for _, n := range notes {
		pcm = append(pcm, wave(n)...)
	}
	size := uint32(2 * len(pcm))
	var b bytes.Buffer
	b.Grow(header + int(size))
	// Writes of numbers to a bytes.Buffer cannot fail.
	for _, part := range []any{
		[]byte("RIFF"), header - 8 + size, []byte("WAVEfmt "),
		uint32(16), uint16(1), uint16(1), uint32(rate), uint32(2 * rate), uint16(2), uint16(16),
		[]byte("data"), size, pcm,
	} {
		_ = binary.Write(&b, binary.LittleEndian, part)
	}
	return b.Bytes()
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
