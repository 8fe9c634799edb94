package crashvfs

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// fill is n bytes of c.
func fill(c string, n int) []byte { return []byte(strings.Repeat(c, n)) }

// images are what a power cut at the end of a tape can leave, each once.
func images(ops []Op, base map[string][]byte, names map[string]int, how Loss) map[string]bool {
	all := map[string]bool{}
	for seed := range uint64(400) {
		p := Tape{base: base, names: names}.Play(seed)
		for _, op := range ops {
			p.Step(op)
		}
		image := p.Image(how, rand.New(rand.NewPCG(seed, 9)))
		text := ""
		for _, name := range []string{"db", "log"} {
			content, there := image[name]
			if !there {
				continue
			}
			text += name + ":"
			for at := 0; at < len(content); at += sector { // a letter for each sector
				text += string(content[at])
			}
			text += " "
		}
		all[strings.TrimSpace(text)] = true
	}
	return all
}

func TestWhatAPowerCutLeaves(t *testing.T) {
	base, names := map[string][]byte{"db": fill("o", 3*sector)}, map[string]int{"db": 1}
	write := func(file int, at int64, c string, sectors int) Op {
		return Op{Kind: Write, File: file, At: at * sector, Data: fill(c, sectors*sector)}
	}
	create := Op{Kind: Create, Name: "log", File: 2, Dir: true}
	for _, test := range []struct {
		name string
		ops  []Op
		how  Loss
		want string
	}{
		{"nothing happened", nil, Sectors, "db:ooo"},
		{"dropped", []Op{write(1, 0, "a", 2)}, Dropped, "db:ooo"},
		{"kept", []Op{write(1, 0, "a", 2)}, Kept, "db:aao"},
		{"synced", []Op{write(1, 0, "a", 2), {Kind: Sync, File: 1}}, Dropped, "db:aao"},
		{"another file synced", []Op{write(1, 0, "a", 2), {Kind: Sync, File: 2, Dir: true}}, Dropped, "db:ooo"},
		{"torn", []Op{write(1, 0, "a", 2)}, Prefix, "db:ooo|db:aoo|db:aao"},
		{"torn second", []Op{write(1, 0, "a", 1), write(1, 2, "b", 1)}, Prefix, "db:ooo|db:aoo|db:aob"},
		{"any order", []Op{write(1, 0, "a", 2)}, Sectors, "db:ooo|db:aoo|db:oao|db:aao"},
		{"any of two versions", []Op{write(1, 0, "a", 1), write(1, 0, "b", 1)}, Sectors, "db:ooo|db:aoo|db:boo"},
		{"truncated", []Op{{Kind: Truncate, File: 1, At: sector}}, Sectors, "db:ooo|db:o"},
		{"no name", []Op{create, write(2, 0, "a", 1), {Kind: Sync, File: 2}}, Dropped, "db:ooo"},
		{"name", []Op{create, write(2, 0, "a", 1), {Kind: Sync, File: 2, Dir: true}}, Dropped, "db:ooo log:a"},
		{"name or not", []Op{create, write(2, 0, "a", 1), {Kind: Sync, File: 2}}, Sectors, "db:ooo|db:ooo log:a"},
		{"removed or not", []Op{{Kind: Remove, Name: "db", File: 1}}, Sectors, "db:ooo|"},
		{"removed", []Op{{Kind: Remove, Name: "db", File: 1, Dir: true}}, Dropped, ""},
		{"failed sync", []Op{write(1, 0, "a", 1), {Kind: Lost, File: 1}}, Dropped, "db:ooo|db:aoo"},
		{"died after a failed sync", []Op{write(1, 0, "a", 1), {Kind: Lost, File: 1}}, Kept, "db:aoo"},
		{"synced after a failed sync", []Op{write(1, 0, "a", 1), {Kind: Lost, File: 1}, {Kind: Sync, File: 1}}, Sectors, "db:ooo|db:aoo"},
		{"written again after a failed sync", []Op{write(1, 0, "a", 1), {Kind: Lost, File: 1}, write(1, 0, "b", 1), {Kind: Sync, File: 1}}, Dropped, "db:boo"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := images(test.ops, base, names, test.how)
			for _, want := range strings.Split(test.want, "|") {
				if !got[want] {
					t.Errorf("never %q; got %v", want, got)
				}
				delete(got, want)
			}
			if len(got) > 0 {
				t.Errorf("got %v, want only %q", got, test.want)
			}
		})
	}
}

// Noise is only where something was being written.
func TestNoiseStaysInsideTheWrite(t *testing.T) {
	base, names := map[string][]byte{"db": fill("o", 3*sector)}, map[string]int{"db": 1}
	dirty := 0
	for seed := range uint64(200) {
		p := Tape{base: base, names: names}.Play(seed)
		p.Step(Op{Kind: Write, File: 1, At: 100, Data: fill("a", sector)})
		got := p.Image(Noise, rand.New(rand.NewPCG(seed, 9)))["db"]
		if !bytes.Equal(got[:100], base["db"][:100]) || !bytes.Equal(got[100+sector:], base["db"][100+sector:]) {
			t.Fatalf("seed %d: noise outside of the write", seed)
		}
		if inside := string(got[100 : 100+sector]); strings.Trim(inside, "ao") != "" {
			dirty++
		}
	}
	if dirty == 0 {
		t.Error("no noise at all")
	}
}

// The same seed is the same disk, and a Player is not changed by its images.
func TestPlayRepeats(t *testing.T) {
	ops := []Op{{Kind: Create, Name: "log", File: 2}, {Kind: Write, File: 2, Data: fill("a", 5*sector)}, {Kind: Lost, File: 2}, {Kind: Write, File: 2, Data: fill("b", 3*sector)}}
	play := func() string {
		p := Tape{names: map[string]int{}}.Play(7)
		text := ""
		for _, op := range ops {
			p.Step(op)
			for _, how := range Losses {
				text += fmt.Sprintf("%v %x\n", how, p.Image(how, rand.New(rand.NewPCG(3, 3))))
			}
		}
		return text
	}
	if first, again := play(), play(); first != again {
		t.Error("two runs differ")
	}
}

// Without SQLite in the program there is nothing to put a disk under, and this
// test binary has none.
func TestNeedsSQLite(t *testing.T) {
	if _, err := Watch(t.TempDir()); err == nil {
		t.Error("no error")
	}
}
