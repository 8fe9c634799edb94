package voice

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"kasir/terminal/speaker/words"
)

// Rate is the samples a second of all files and sentences; one channel.
const Rate = 16_000

// Limits of a file. A language takes about 200 kB and fifty words.
const (
	maxFile = 4 << 20
	maxUnit = 3 * Rate // samples
)

// Recording is one word as it sounds.
type Recording struct {
	Unit words.Unit
	PCM  []int16
}

const imaFormat = 0x11

// Write makes a file of recordings: a WAV file whose cue points are where each
// word begins, always at the beginning of a block, and whose labels are the
// words.
func Write(w io.Writer, recordings []Recording) error {
	var data, cues, labels []byte
	for i, r := range recordings {
		if len(r.PCM) == 0 || len(r.PCM) > maxUnit || r.Unit == "" {
			return fmt.Errorf("write voice: %q has %d samples, want 1 to %d", r.Unit, len(r.PCM), maxUnit)
		}
		id, at := uint32(i+1), uint32(len(data)/blockBytes*blockSamples)
		cues = numbers(append(numbers(cues, id, at), "data"...), 0, 0, at)
		labels = append(labels, chunk("labl", append(numbers(nil, id), string(r.Unit)+"\x00"...))...)
		data = append(data, encode(r.PCM)...)
	}
	count := uint32(len(recordings))
	format := binary.LittleEndian.AppendUint16(nil, imaFormat)
	format = binary.LittleEndian.AppendUint16(format, 1)
	format = numbers(format, Rate, Rate*blockBytes/blockSamples)
	for _, n := range []uint16{blockBytes, 4, 2, blockSamples} {
		format = binary.LittleEndian.AppendUint16(format, n)
	}
	body := []byte("WAVE")
	for _, c := range [][]byte{
		chunk("fmt ", format),
		chunk("fact", numbers(nil, uint32(len(data)/blockBytes*blockSamples))),
		chunk("cue ", append(numbers(nil, count), cues...)),
		chunk("LIST", append([]byte("adtl"), labels...)),
		chunk("data", data),
	} {
		body = append(body, c...)
	}
	if _, err := w.Write(chunk("RIFF", body)); err != nil {
		return fmt.Errorf("write voice: %w", err)
	}
	return nil
}

func numbers(to []byte, all ...uint32) []byte {
	for _, n := range all {
		to = binary.LittleEndian.AppendUint32(to, n)
	}
	return to
}

// chunk is one part of a RIFF file; its length is even, whatever it says.
func chunk(name string, body []byte) []byte {
	out := append(numbers([]byte(name), uint32(len(body))), body...)
	if len(body)%2 != 0 {
		out = append(out, 0)
	}
	return out
}

// chunks calls part for each part of a RIFF file's body.
func chunks(body []byte, part func(name string, body []byte) error) error {
	for len(body) > 0 {
		if len(body) < 8 {
			return errors.New("it ends in the middle of a part")
		}
		name, size := string(body[:4]), int64(binary.LittleEndian.Uint32(body[4:]))
		if size > int64(len(body)-8) {
			return fmt.Errorf("part %q is longer than what is left", name)
		}
		if err := part(name, body[8:8+size]); err != nil {
			return err
		}
		body = body[min(8+size+size%2, int64(len(body))):]
	}
	return nil
}

// Voice is one language's recordings. It is never changed.
type Voice struct {
	units map[words.Unit][]byte // blocks
}

// cue is where a word begins.
type cue struct {
	id uint32
	at int // byte of the data
}

// Read reads a file that Write made.
func Read(r io.Reader) (*Voice, error) {
	file, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read voice: %w", err)
	case len(file) > maxFile:
		return nil, fmt.Errorf("read voice: it is larger than %d MB", maxFile>>20)
	case len(file) < 12 || string(file[:4]) != "RIFF" || string(file[8:12]) != "WAVE":
		return nil, errors.New("read voice: it is no WAV file")
	}
	v, err := parse(file[12:])
	if err != nil {
		return nil, fmt.Errorf("read voice: %w", err)
	}
	return v, nil
}

func parse(body []byte) (*Voice, error) {
	var format, data []byte
	var cues []cue
	labels := make(map[uint32]words.Unit)
	if err := chunks(body, func(name string, body []byte) error {
		switch {
		case name == "fmt ":
			format = body
		case name == "data":
			data = body
		case name == "cue " && len(body) >= 4:
			for c := body[4:]; len(c) >= 24; c = c[24:] {
				at := int(binary.LittleEndian.Uint32(c[20:]))
				cues = append(cues, cue{binary.LittleEndian.Uint32(c), at / blockSamples * blockBytes})
			}
		case name == "LIST" && bytes.HasPrefix(body, []byte("adtl")):
			return chunks(body[4:], func(name string, body []byte) error {
				if name == "labl" && len(body) > 4 {
					label, _, _ := bytes.Cut(body[4:], []byte{0})
					labels[binary.LittleEndian.Uint32(body)] = words.Unit(label)
				}
				return nil
			})
		}
		return nil
	}); err != nil {
		return nil, err
	}
	if len(format) < 20 || binary.LittleEndian.Uint16(format) != imaFormat || binary.LittleEndian.Uint16(format[2:]) != 1 ||
		binary.LittleEndian.Uint32(format[4:]) != Rate || binary.LittleEndian.Uint16(format[12:]) != blockBytes {
		return nil, fmt.Errorf("its sound is not IMA ADPCM, one channel, %d Hz, blocks of %d bytes", Rate, blockBytes)
	}
	return newVoice(data, cues, labels)
}

func newVoice(data []byte, cues []cue, labels map[uint32]words.Unit) (*Voice, error) {
	slices.SortFunc(cues, func(a, b cue) int { return cmp.Compare(a.at, b.at) })
	v := &Voice{units: make(map[words.Unit][]byte)}
	for i, c := range cues {
		end := len(data)
		if i+1 < len(cues) {
			end = cues[i+1].at
		}
		label := labels[c.id]
		if label == "" || c.at >= end || end > len(data) || (end-c.at)%blockBytes != 0 || v.units[label] != nil {
			return nil, fmt.Errorf("word %d, %q: it has no name, no sound, or is there twice", i+1, label)
		}
		v.units[label] = data[c.at:end]
	}
	return v, nil
}
