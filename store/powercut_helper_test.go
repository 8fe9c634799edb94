package store

import (
	"context"
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"kasir/store/crashvfs"
)

// fastDir is a folder in memory where there is one: what a power cut leaves is
// worked out, no test here needs a disk.
func fastDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "kasir-journal-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func watch(t testing.TB, dir string) *crashvfs.Disk {
	t.Helper()
	d, err := crashvfs.Watch(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

// diary writes a journal and puts on the tape what was acknowledged.
type diary struct {
	disk *crashvfs.Disk
	dir  string
	rng  *rand.Rand
}

func newDiary(t testing.TB, dir string, seed uint64) *diary {
	t.Helper()
	return &diary{disk: watch(t, dir), dir: dir, rng: rand.New(rand.NewPCG(seed, 0))}
}

// open opens the journal and has its log carried back every so many pages; the
// device's own figure when that is 0.
func (d *diary) open(ctx context.Context, pages int) (*Journal, error) {
	j, err := Open(ctx, filepath.Join(d.dir, "journal.db"), Options{})
	if err != nil {
		return nil, err
	}
	seq, head := j.Head()
	d.disk.Mark("id", 0, []byte(j.ID()))
	d.disk.Mark("ack", seq, head[:])
	if pages > 0 {
		j.every, j.pages = pages, 0
	}
	return j, nil
}

// write appends n times, one to three rows of any size up to max bytes.
func (d *diary) write(ctx context.Context, j *Journal, n, max int) error {
	for range n {
		seq, head := j.Head()
		var entries []Entry
		for i := range 1 + d.rng.IntN(3) {
			e := entry([]string{"opened", "shown", "settled"}[i], seq+int64(i))
			e.Body = []byte(`"` + strings.Repeat("x", d.rng.IntN(max)) + `"`)
			entries = append(entries, e)
			head = Row{Seq: seq + int64(i) + 1, Entry: e, Prev: head}.sum()
		}
		d.disk.Mark("try", seq+int64(len(entries)), head[:])
		last, err := j.Append(ctx, entries...)
		if err != nil {
			return err
		}
		d.disk.Mark("ack", last, head[:])
	}
	return nil
}

// known is what somebody who watched knows at one place of a tape: the last
// row that was acknowledged, and the last that may be there.
type known struct {
	id      string // "" before the first Open returned
	acked   int64
	head    [32]byte // of acked
	try     int64
	tryHead [32]byte
}

// learn takes in what a tape says.
func (k *known) learn(op crashvfs.Op) {
	switch {
	case op.Kind != crashvfs.Mark:
	case op.Name == "id":
		k.id = string(op.Data)
	case op.Name == "try":
		k.try, k.tryHead = op.At, [32]byte(op.Data)
	case op.Name == "ack":
		k.acked, k.head, k.try, k.tryHead = op.At, [32]byte(op.Data), op.At, [32]byte(op.Data)
	}
}

// verdict opens what a power cut left and says what is wrong with it: "" when
// nothing is. lost says that something that was acknowledged is not there.
func (k known) verdict(ctx context.Context, path string) (lost bool, wrong string) {
	j, err := Open(ctx, path, Options{})
	if err != nil {
		return false, "it cannot be opened: " + err.Error()
	}
	defer j.Close()
	if err := j.Verify(ctx); err != nil {
		return false, err.Error()
	}
	seq, head := j.Head()
	switch {
	case k.id != "" && j.ID() != k.id:
		return true, "it is another journal"
	case seq < k.acked:
		return true, fmt.Sprintf("%d rows, and %d were acknowledged", seq, k.acked)
	case seq != k.acked && seq != k.try:
		return false, fmt.Sprintf("%d rows: half of an append to %d", seq, k.try)
	case seq == k.try && head == k.tryHead:
		head = k.head // it was written after what was acknowledged
	}
	if k.acked > 0 && head != k.head {
		return true, fmt.Sprintf("row %d is not what was acknowledged", k.acked)
	}
	if _, err := j.Append(ctx, entry("settled", 1)); err != nil {
		return false, "it cannot be added to: " + err.Error()
	}
	return false, ""
}

// findings are what a search came to.
type findings struct {
	mu                    sync.Mutex
	points, lost, damaged int
	first                 string // the first that is wrong
}

func (f *findings) add(where string, lost bool, wrong string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.points++
	switch {
	case lost:
		f.lost++
	case wrong != "":
		f.damaged++
	}
	if wrong != "" && f.first == "" {
		f.first = where + ": " + wrong
	}
}

func (f *findings) String() string {
	return fmt.Sprintf("%d power cuts, %d lost what was acknowledged, %d left a damaged journal", f.points, f.lost, f.damaged)
}

// none fails the test when anything was found.
func (f *findings) none(t *testing.T) {
	t.Helper()
	if f.lost != 0 || f.damaged != 0 {
		t.Error(f.first)
	}
}

// cut is one power cut that is to be looked at.
type cut struct {
	where string
	known
	image map[string][]byte
}

// look opens what limit power cuts of a tape left, before and after every
// operation from the given one on.
func (f *findings) look(t *testing.T, tape crashvfs.Tape, from int, k known, seed uint64, limit int) {
	t.Helper()
	work := make(chan cut)
	var looking sync.WaitGroup
	for range 2 {
		path := filepath.Join(fastDir(t), "journal.db")
		looking.Go(func() {
			for c := range work {
				if err := crashvfs.Store(filepath.Dir(path), c.image); err != nil {
					t.Error(err)
				}
				lost, wrong := c.verdict(context.Background(), path)
				f.add(c.where, lost, wrong)
			}
		})
	}
	cuts(tape, from, k, seed, func(c cut) bool {
		limit--
		work <- c
		return limit > 0
	})
	close(work)
	looking.Wait()
}

// cuts is all the power cuts of a tape, each time once for every kind of loss.
// What leaves the same files as another one is counted once. k is what is
// known at the beginning of the tape.
func cuts(tape crashvfs.Tape, from int, k known, seed uint64, yield func(cut) bool) {
	rng, seen := rand.New(rand.NewPCG(seed, 2)), map[uint64]bool{}
	player := tape.Play(seed)
	for n, op := range append([]crashvfs.Op{{}}, tape.Ops...) {
		player.Step(op)
		k.learn(op)
		if n < from {
			continue
		}
		for _, how := range crashvfs.Losses {
			image := player.Image(how, rng)
			sum := digest(image, k)
			if seen[sum] {
				continue
			}
			seen[sum] = true
			if rng.IntN(4) == 0 { // of the index of the log anything may be left
				index := make([]byte, 32<<10)
				for i := range index[:200] {
					index[i] = byte(rng.Uint32())
				}
				image["journal.db-shm"] = index
			}
			where := fmt.Sprintf("seed %d, operation %d (%v %s), what was not synced: %v", seed, n, op.Kind, op.Name, how)
			if !yield(cut{where, k, image}) {
				return
			}
		}
	}
}

var hashSeed = maphash.MakeSeed()

// digest tells images, and what must be in them, apart.
func digest(image map[string][]byte, k known) uint64 {
	var h maphash.Hash
	h.SetSeed(hashSeed)
	fmt.Fprint(&h, k)
	names := make([]string, 0, len(image))
	for name := range image {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprint(&h, name, len(image[name]))
		h.Write(image[name])
	}
	return h.Sum64()
}
