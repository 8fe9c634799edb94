package voice

import "encoding/binary"

// IMA ADPCM as WAV format 0x11 has it: blocks that are understood alone, each
// with its first sample, the index of the first step, and four bits for each
// further sample, the low ones first. (IMA "Recommended Practices for Enhancing
// Digital Audio Compatibility", 3.0; Microsoft's registration of 0x11.)
const (
	blockBytes   = 256
	blockHeader  = 4
	blockSamples = 1 + 2*(blockBytes-blockHeader)
)

var steps = [89]int{7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97,
	107, 118, 130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724, 796, 876, 963,
	1060, 1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660, 4026, 4428, 4871, 5358, 5894, 6484,
	7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767}

var stepChange = [8]int{-1, -1, -1, -1, 2, 4, 6, 8}

// predictor is what both sides know: the sample before, and how far the next
// may lie from it.
type predictor struct{ sample, index int }

// take is the sample that four bits stand for.
func (p *predictor) take(code byte) int16 {
	step := steps[p.index]
	diff := step >> 3
	if code&4 != 0 {
		diff += step
	}
	if code&2 != 0 {
		diff += step >> 1
	}
	if code&1 != 0 {
		diff += step >> 2
	}
	if code&8 != 0 {
		diff = -diff
	}
	p.sample = min(max(p.sample+diff, -32768), 32767)
	p.index = min(max(p.index+stepChange[code&7], 0), len(steps)-1)
	return int16(p.sample)
}

// give is the four bits that come nearest to a sample, which it takes.
func (p *predictor) give(sample int16) (code byte) {
	diff := int(sample) - p.sample
	if diff < 0 {
		code, diff = 8, -diff
	}
	step := steps[p.index]
	for bit := byte(4); bit > 0; bit >>= 1 {
		if diff >= step {
			code |= bit
			diff -= step
		}
		step >>= 1
	}
	p.take(code)
	return code
}

// encode makes blocks of samples; the last is filled up with its last sample.
func encode(pcm []int16) []byte {
	var p predictor
	var out []byte
	for len(pcm) > 0 {
		n := min(blockSamples, len(pcm))
		block := make([]byte, blockBytes)
		p.sample = int(pcm[0])
		binary.LittleEndian.PutUint16(block, uint16(pcm[0]))
		block[2] = byte(p.index)
		for i := 1; i < blockSamples; i++ {
			at := blockHeader + (i-1)/2
			block[at] |= p.give(pcm[min(i, n-1)]) << (4 * ((i - 1) % 2))
		}
		out, pcm = append(out, block...), pcm[n:]
	}
	return out
}

// decode appends the samples of whole blocks.
func decode(to []int16, blocks []byte) []int16 {
	for ; len(blocks) >= blockBytes; blocks = blocks[blockBytes:] {
		p := predictor{int(int16(binary.LittleEndian.Uint16(blocks))), min(int(blocks[2]), len(steps)-1)}
		to = append(to, int16(p.sample))
		for _, b := range blocks[blockHeader:blockBytes] {
			to = append(to, p.take(b&15), p.take(b>>4))
		}
	}
	return to
}
