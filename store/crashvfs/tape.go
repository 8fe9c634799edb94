package crashvfs

import (
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
)

// Tape is what happened to a disk, in order.
type Tape struct {
	Ops   []Op
	base  map[string][]byte
	names map[string]int // which file had which name at the beginning
}

// Then is a tape on which the program died after n operations, but not the
// disk: what was not synced is still not synced in the next life. Next was
// taken on the files as they were then (Kept).
func (t Tape) Then(n int, next Tape) Tape {
	names := maps.Clone(t.names)
	for _, op := range t.Ops[:n] {
		switch op.Kind {
		case Create, Replace:
			names[op.Name] = op.File
		case Remove:
			delete(names, op.Name)
		}
	}
	all := Tape{Ops: slices.Clone(t.Ops[:n]), base: maps.Clone(t.base), names: maps.Clone(t.names)}
	same := map[int]int{}
	for name, file := range next.names {
		if before, there := names[name]; there {
			same[file] = before
			continue
		}
		all.base[name], all.names[name] = next.base[name], file
	}
	for _, op := range next.Ops {
		if before, there := same[op.File]; there {
			op.File = before
		}
		all.Ops = append(all.Ops, op)
	}
	return all
}

// Loss is what a power cut does to what was not synced.
type Loss uint8

const (
	Dropped Loss = iota // all of it is gone
	Prefix              // what came first is there, the last write of it torn
	Sectors             // any sectors and names are there: written in another order
	Noise               // the same, and what is not there is not what was there before
	Kept                // all of it is there: only the program died, not the power
)

// Losses are all of them.
var Losses = []Loss{Dropped, Prefix, Sectors, Noise, Kept}

func (l Loss) String() string {
	return [...]string{"dropped", "prefix", "sectors", "noise", "kept"}[l]
}

// sector is what a disk writes in one piece, 512 bytes at the least.
const sector = 512

// Player runs along a tape. The zero value is none: see Tape.Play.
type Player struct {
	disk  tree // what is durable
	loose []Op // and what is not
	cache tree // what programs see
	rng   *rand.Rand
}

// tree is files by number, and which has which name.
type tree struct {
	files map[int][]byte
	names map[string]int
}

func (t tree) clone() tree {
	files := make(map[int][]byte, len(t.files))
	for file, content := range t.files {
		files[file] = slices.Clone(content)
	}
	return tree{files, maps.Clone(t.names)}
}

func (t tree) image() map[string][]byte {
	image := map[string][]byte{}
	for name, file := range t.names {
		image[name] = t.files[file]
	}
	return image
}

// Play begins at the beginning of a tape. The seed decides what a failed sync
// still brings to the disk.
func (t Tape) Play(seed uint64) *Player {
	disk := tree{map[int][]byte{}, maps.Clone(t.names)}
	for name, file := range t.names {
		disk.files[file] = slices.Clone(t.base[name])
	}
	return &Player{disk: disk, cache: disk.clone(), rng: rand.New(rand.NewPCG(seed, 1))}
}

// Step lets one more operation happen.
func (p *Player) Step(op Op) {
	p.cache.apply(op)
	switch op.Kind {
	case Create, Write, Truncate:
		p.loose = append(p.loose, op)
	case Remove:
		p.loose = append(p.loose, op)
		if op.Dir {
			p.settle(0, true)
		}
	case Sync:
		p.settle(op.File, op.Dir)
	case Lost:
		p.lose(op.File)
	case Replace:
		p.settle(0, true)
		p.disk.apply(op)
	}
}

// settle makes durable what a sync of a file, and of its folder, is for.
func (p *Player) settle(file int, dir bool) {
	p.loose = slices.DeleteFunc(p.loose, func(op Op) bool {
		named := op.Kind == Create || op.Kind == Remove
		if named && !dir || !named && op.File != file {
			return false
		}
		p.disk.apply(op)
		return true
	})
}

// lose is a sync that failed: any part got there, and the rest never will.
func (p *Player) lose(file int) {
	p.loose = slices.DeleteFunc(p.loose, func(op Op) bool {
		if op.File != file || op.Kind != Write && op.Kind != Truncate {
			return false
		}
		p.disk.some(op, 0.5, false, p.rng)
		return true
	})
}

func (t tree) apply(op Op) {
	switch op.Kind {
	case Create:
		t.names[op.Name] = op.File
	case Remove:
		delete(t.names, op.Name)
	case Write:
		t.files[op.File] = put(t.files[op.File], op.At, op.Data)
	case Truncate:
		t.files[op.File] = resize(t.files[op.File], op.At)
	case Replace:
		t.files[op.File], t.names[op.Name] = slices.Clone(op.Data), op.File
	}
}

// some applies any of the sectors of an operation. With noise those that are
// left out are not what they were, as far as they were to be written.
func (t tree) some(op Op, odds float64, noise bool, rng *rand.Rand) {
	if op.Kind != Write {
		if rng.Float64() < odds {
			t.apply(op)
		}
		return
	}
	for from := 0; from < len(op.Data); {
		to := min(len(op.Data), from+sector-int((op.At+int64(from))%sector))
		part := op.Data[from:to]
		switch there := rng.Float64() < odds; {
		case there:
			t.files[op.File] = put(t.files[op.File], op.At+int64(from), part)
		case noise && rng.IntN(2) == 0:
			dirt := make([]byte, len(part))
			for i := range dirt {
				dirt[i] = byte(rng.Uint32())
			}
			t.files[op.File] = put(t.files[op.File], op.At+int64(from), dirt)
		}
		from = to
	}
}

// Image is the files of the folder when the power is cut here.
func (p *Player) Image(how Loss, rng *rand.Rand) map[string][]byte {
	if how == Kept {
		return p.cache.clone().image()
	}
	left := p.disk.clone()
	switch odds := []float64{0.1, 0.5, 0.9}[rng.IntN(3)]; how {
	case Prefix:
		n := rng.IntN(len(p.loose) + 1)
		for _, op := range p.loose[:n] {
			left.apply(op)
		}
		if n < len(p.loose) && p.loose[n].Kind == Write {
			op := p.loose[n]
			op.Data = op.Data[:rng.IntN(len(op.Data)/sector+1)*sector]
			left.apply(op)
		}
	case Sectors, Noise:
		for _, op := range p.loose {
			left.some(op, odds, how == Noise, rng)
		}
	}
	return left.image()
}

// Store makes dir hold the files of an image and no others.
func Store(dir string, image map[string][]byte) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if _, wanted := image[e.Name()]; wanted {
			continue
		}
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	for name, content := range image {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

func put(file []byte, at int64, data []byte) []byte {
	if end := at + int64(len(data)); end > int64(len(file)) {
		file = resize(file, end)
	}
	copy(file[at:], data)
	return file
}

func resize(file []byte, size int64) []byte {
	if size <= int64(len(file)) {
		return file[:size:size]
	}
	return append(file, make([]byte, size-int64(len(file)))...)
}
