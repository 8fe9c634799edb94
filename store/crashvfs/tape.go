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
	Kept                // all of it is there: only the program died
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
	files map[int][]byte // what of each file is on disk
	names map[string]int // and which names
	loose []Op           // what is not
	rng   *rand.Rand
}

// Play begins at the beginning of a tape. The seed decides what a failed sync
// still brings to the disk.
func (t Tape) Play(seed uint64) *Player {
	p := &Player{files: map[int][]byte{}, names: maps.Clone(t.names), rng: rand.New(rand.NewPCG(seed, 1))}
	for name, file := range p.names {
		p.files[file] = slices.Clone(t.base[name])
	}
	return p
}

// Step lets one more operation happen.
func (p *Player) Step(op Op) {
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
		p.apply(op, p.files, p.names)
	}
}

// settle makes durable what a sync of a file, and of its folder, is for.
func (p *Player) settle(file int, dir bool) {
	p.loose = slices.DeleteFunc(p.loose, func(op Op) bool {
		named := op.Kind == Create || op.Kind == Remove
		if named && !dir || !named && op.File != file {
			return false
		}
		p.apply(op, p.files, p.names)
		return true
	})
}

// lose is a sync that failed: any part got there, and the rest never will.
func (p *Player) lose(file int) {
	p.loose = slices.DeleteFunc(p.loose, func(op Op) bool {
		if op.File != file || op.Kind != Write && op.Kind != Truncate {
			return false
		}
		p.some(op, p.files, 0.5, false, p.rng)
		return true
	})
}

func (p *Player) apply(op Op, files map[int][]byte, names map[string]int) {
	switch op.Kind {
	case Create:
		names[op.Name] = op.File
	case Remove:
		delete(names, op.Name)
	case Write:
		files[op.File] = put(files[op.File], op.At, op.Data)
	case Truncate:
		files[op.File] = resize(files[op.File], op.At)
	case Replace:
		files[op.File], names[op.Name] = slices.Clone(op.Data), op.File
	}
}

// some applies any of the sectors of an operation. With noise those that are
// left out are not what they were, as far as they were to be written.
func (p *Player) some(op Op, files map[int][]byte, odds float64, noise bool, rng *rand.Rand) {
	if op.Kind == Truncate {
		if rng.Float64() < odds {
			p.apply(op, files, nil)
		}
		return
	}
	for from := 0; from < len(op.Data); {
		to := min(len(op.Data), from+sector-int((op.At+int64(from))%sector))
		part := op.Data[from:to]
		switch there := rng.Float64() < odds; {
		case there:
			files[op.File] = put(files[op.File], op.At+int64(from), part)
		case noise && rng.IntN(2) == 0:
			dirt := make([]byte, len(part))
			for i := range dirt {
				dirt[i] = byte(rng.Uint32())
			}
			files[op.File] = put(files[op.File], op.At+int64(from), dirt)
		}
		from = to
	}
}

// Image is the files of the folder when the power is cut here.
func (p *Player) Image(how Loss, rng *rand.Rand) map[string][]byte {
	files, names := map[int][]byte{}, maps.Clone(p.names)
	for file, content := range p.files {
		files[file] = slices.Clone(content)
	}
	switch odds := []float64{0.1, 0.5, 0.9}[rng.IntN(3)]; how {
	case Kept:
		for _, op := range p.loose {
			p.apply(op, files, names)
		}
	case Prefix:
		n := rng.IntN(len(p.loose) + 1)
		for _, op := range p.loose[:n] {
			p.apply(op, files, names)
		}
		if n < len(p.loose) && p.loose[n].Kind == Write {
			op := p.loose[n]
			op.Data = op.Data[:rng.IntN(len(op.Data)/sector+1)*sector]
			p.apply(op, files, names)
		}
	case Sectors, Noise:
		for _, op := range p.loose {
			switch {
			case op.Kind == Write || op.Kind == Truncate:
				p.some(op, files, odds, how == Noise, rng)
			case rng.Float64() < odds:
				p.apply(op, files, names)
			}
		}
	}
	image := map[string][]byte{}
	for name, file := range names {
		image[name] = files[file]
	}
	return image
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
