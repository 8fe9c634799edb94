package main

import (
	"errors"
	"math"
	"time"

	"kasir/terminal/speaker/voice"
)

// How a word is made ready. All words are equally loud, whatever their vowels:
// the loudness is that of their voiced part. The peak leaves room for what ADPCM
// adds to it.
const (
	silence = 0.01 // of full scale; less is before or after the word
	window  = voice.Rate / 50
	level   = 0.16 // root mean square of the loudest half of the windows
	peak    = 0.85
	margin  = 6 * time.Millisecond // kept around the word, and faded
)

// finish cuts the silence off, levels, and fades both ends.
func finish(pcm []float64) ([]int16, error) {
	first, last := -1, -1
	for i, v := range pcm {
		if math.Abs(v) > silence {
			if last = i; first < 0 {
				first = i
			}
		}
	}
	if first < 0 {
		return nil, errors.New("nothing can be heard")
	}
	fade := int(margin * voice.Rate / time.Second)
	pcm = pcm[max(first-fade, 0):min(last+fade, len(pcm))]
	gain := level / loudness(pcm)
	out := make([]int16, len(pcm))
	for i, v := range pcm {
		ends := min(1, float64(min(i, len(pcm)-1-i))/float64(fade))
		out[i] = int16(math.Round(32767 * ends * soften(v*gain)))
	}
	return out, nil
}

// loudness is the root mean square of the louder half of a word.
func loudness(pcm []float64) float64 {
	var powers []float64
	for at := 0; at < len(pcm); at += window {
		sum := 0.0
		part := pcm[at:min(at+window, len(pcm))]
		for _, v := range part {
			sum += v * v
		}
		powers = append(powers, sum/float64(len(part)))
	}
	mean := 0.0
	for _, p := range powers {
		mean += p / float64(len(powers))
	}
	loud, n := 0.0, 0.0
	for _, p := range powers {
		if p >= mean {
			loud, n = loud+p, n+1
		}
	}
	return math.Sqrt(loud / n)
}

// soften leaves most as it is and bends the rest, so that nothing is cut off.
func soften(v float64) float64 {
	const knee = 0.6
	if a := math.Abs(v); a > knee {
		return math.Copysign(knee+(peak-knee)*math.Tanh((a-knee)/(peak-knee)), v)
	}
	return v
}

// resample changes the rate of samples, by a windowed sinc that lets nothing
// through above the lower of both rates' halves.
func resample(in []float64, from, to int) []float64 {
	const reach = 24 // samples to either side
	cut := 0.94 * min(1, float64(to)/float64(from))
	out := make([]float64, len(in)*to/from)
	for i := range out {
		at := float64(i) * float64(from) / float64(to)
		sum := 0.0
		for j := max(int(at)-reach+1, 0); j <= min(int(at)+reach, len(in)-1); j++ {
			x := at - float64(j)
			hann := 0.5 + 0.5*math.Cos(math.Pi*x/(reach+1))
			sum += in[j] * cut * sinc(cut*x) * hann
		}
		out[i] = sum
	}
	return out
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}
