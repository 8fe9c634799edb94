package card

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

func logHead() []byte {
	b := make([]byte, sector)
	binary.LittleEndian.PutUint64(b, logMagic)
	binary.LittleEndian.PutUint64(b[8:], 1)
	binary.LittleEndian.PutUint32(b[24:], sector)
	return b
}

func logEntry(at, sectors, flags uint64, fill byte) []byte {
	b := make([]byte, sector)
	binary.LittleEndian.PutUint64(b, at)
	binary.LittleEndian.PutUint64(b[8:], sectors)
	binary.LittleEndian.PutUint64(b[16:], flags)
	if flags&flagGone == 0 {
		b = append(b, bytes.Repeat([]byte{fill}, int(sectors)*sector)...)
	}
	return b
}

// A partition of four sectors at sector 2; the numbers are what is written where.
var story = [][]byte{
	logEntry(2, 1, 0, 1),
	logEntry(1, 2, 0, 2), // begins before it
	logEntry(0, 0, flagFlush, 0),
	logEntry(3, 1, 0, 3),
	logEntry(4, 1, flagFUA, 4),
	logEntry(5, 3, 0, 5), // ends after it
}

func TestLogIsRead(t *testing.T) {
	text := append(logHead(), bytes.Join(story, nil)...)
	for cut, want := range map[int]int{0: 6, 1: 5, 4*sector + 1: 4, len(text) - sector: 0} {
		got, err := readLog(bytes.NewReader(text[:len(text)-cut]))
		if err != nil || len(got) != want {
			t.Errorf("a log that lacks %d bytes: %d requests, %v; want %d", cut, len(got), err, want)
		}
	}
	if _, err := readLog(bytes.NewReader(text[sector:])); err == nil {
		t.Error("a log without a head is one")
	}
	if _, err := readLog(bytes.NewReader(append(logHead(), logEntry(0, 1, flagMark, 0)...))); err == nil {
		t.Error("a mark, which QEMU does not write, is a request")
	}
}

func TestCutDropsWhatWasNotFlushed(t *testing.T) {
	writes, err := readLog(bytes.NewReader(append(logHead(), bytes.Join(story, nil)...)))
	if err != nil {
		t.Fatal(err)
	}
	p := Part{2 * sector, 4 * sector}
	for _, test := range []struct {
		writes int
		keep   float64
		want   string
	}{
		{2, 0, "\x09\x09\x09\x09"},
		{2, 1, "\x02\x09\x09\x09"},
		{3, 0, "\x02\x09\x09\x09"},
		{6, 0, "\x02\x09\x04\x09"},
		{6, 1, "\x02\x03\x04\x05"},
	} {
		got := Cut(bytes.Repeat([]byte{9}, 4*sector), p, writes[:test.writes], test.keep, rand.New(rand.NewPCG(1, 2)))
		var firsts []byte
		for i := 0; i < len(got); i += sector {
			firsts = append(firsts, got[i])
		}
		if string(firsts) != test.want {
			t.Errorf("after %d requests, keeping %v: %v, want %v", test.writes, test.keep, firsts, []byte(test.want))
		}
	}
}

func TestPartitions(t *testing.T) {
	image := filepath.Join(t.TempDir(), "card.img")
	text := bytes.Repeat([]byte{7}, 4096)
	copy(text[446:], make([]byte, 64))
	text[510], text[511] = 0x55, 0xaa
	binary.LittleEndian.PutUint32(text[446+16+8:], 2)
	binary.LittleEndian.PutUint32(text[446+16+12:], 3)
	if err := os.WriteFile(image, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if p, err := Find(image, A); err != nil || p != (Part{1024, 1536}) {
		t.Errorf("A is at %v, %v", p, err)
	}
	if _, err := Find(image, B); err == nil {
		t.Error("there is a B")
	}
	if err := Zero(image, A); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(image)
	if err != nil || bytes.Count(got[1024:2560], []byte{0}) != 1536 || got[1023] != 7 || got[2560] != 7 {
		t.Errorf("A was not zeroed alone: %v", err)
	}
}
