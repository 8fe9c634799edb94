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

// diary is what was written to a journal, and what of it was acknowledged.
type diary struct {
	disk  *crashvfs.Disk
	dir   string
	id    string
	heads [][32]byte // by row; heads[0] is none's
	rng   *rand.Rand
	acked int64
}

func (d *diary) path() string { return filepath.Join(d.dir, "journal.db") }

// open opens the journal and has its log carried back every so many pages; the
// device's own figure when that is 0.
func (d *diary) open(ctx context.Context, pages int) (*Journal, error) {
	j, err := Open(ctx, d.path(), Options{})
	if err != nil {
		return nil, err
	}
	if pages > 0 {
		if _, err := j.conn.ExecContext(ctx, fmt.Sprintf("PRAGMA wal_autocheckpoint = %d", pages)); err != nil {
			return nil, err
		}
	}
	d.id = j.ID()
	seq, head := j.Head()
	d.heads = append(d.heads[:min(len(d.heads), int(seq))], head)
	d.disk.Mark("open", seq)
	return j, nil
}

// write appends n times, one to three rows of any size up to max bytes.
func (d *diary) write(ctx context.Context, j *Journal, n, max int) error {
	for range n {
		var entries []Entry
		for i := range 1 + d.rng.IntN(3) {
			e := entry([]string{"opened", "shown", "settled"}[i], int64(len(d.heads)+i))
			e.Body = []byte(`"` + strings.Repeat("x", d.rng.IntN(max)) + `"`)
			entries = append(entries, e)
		}
		before, head := j.Head()
		d.heads = d.heads[:before+1]
		for i, e := range entries {
			r := Row{Seq: before + int64(i) + 1, Entry: e, Prev: head}
			head = r.sum()
			d.heads = append(d.heads, head)
		}
		d.disk.Mark("try", before+int64(len(entries)))
		last, err := j.Append(ctx, entries...)
		if err != nil {
			return err
		}
		d.acked = last
		d.disk.Mark("ack", last)
	}
	return nil
}

// known is what somebody who watched knows at one place of a tape.
type known struct {
	id         string // "" before the first Open returned
	acked, try int64
	heads      [][32]byte
}

// verdict opens what a power cut left and says what is wrong with it: "" when
// nothing is.
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
	case seq > 0 && head != k.heads[seq]:
		return false, fmt.Sprintf("row %d is not what was written", seq)
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

// cut is one power cut that is to be looked at.
type cut struct {
	where string
	known
	image map[string][]byte
}

// search cuts the power before and after every operation of a tape, each time
// once for every kind of loss, until there were limit cuts. What leaves the
// same files as another one is counted once. The heads of k are of the whole
// tape; its id is known from where the tape says so.
func (f *findings) search(t *testing.T, tape crashvfs.Tape, k known, seed uint64, limit int) {
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
	cuts(tape, k, seed, limit, func(c cut) { work <- c })
	close(work)
	looking.Wait()
}

// cuts is all the power cuts of a tape, limit at most.
func cuts(tape crashvfs.Tape, k known, seed uint64, limit int, yield func(cut)) {
	rng, seen := rand.New(rand.NewPCG(seed, 2)), map[uint64]bool{}
	player, id := tape.Play(seed), k.id
	k.id = ""
	for n, op := range append([]crashvfs.Op{{}}, tape.Ops...) {
		player.Step(op)
		if op.Kind == crashvfs.Mark {
			switch op.Name {
			case "try":
				k.try = op.At
			case "ack", "open":
				k.id, k.acked, k.try = id, op.At, op.At
			}
		}
		for _, how := range crashvfs.Losses {
			image := player.Image(how, rng)
			sum := digest(image, k)
			if seen[sum] || limit == 0 {
				continue
			}
			seen[sum] = true
			limit--
			if rng.IntN(4) == 0 { // the index of the log may have come to the disk as well
				image["journal.db-shm"] = make([]byte, 32<<10)
				for i := range image["journal.db-shm"][:200] {
					image["journal.db-shm"][i] = byte(rng.Uint32())
				}
			}
			yield(cut{fmt.Sprintf("seed %d, operation %d (%v %s), what was not synced is %v", seed, n, op.Kind, op.Name, how), k, image})
		}
	}
}

var hashSeed = maphash.MakeSeed()

// digest tells images, and what must be in them, apart.
func digest(image map[string][]byte, k known) uint64 {
	var h maphash.Hash
	h.SetSeed(hashSeed)
	fmt.Fprint(&h, k.id, k.acked, k.try)
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
