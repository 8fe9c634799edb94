package store

import (
	"math/rand/v2"
	"testing"

	"kasir/store/crashvfs"
)

// another is a second life on what a first one left: it opens the journal,
// verifies and appends.
func another(t *testing.T, image map[string][]byte, seed uint64) crashvfs.Tape {
	t.Helper()
	dir := fastDir(t)
	if err := crashvfs.Store(dir, image); err != nil {
		t.Fatal(err)
	}
	d := newDiary(t, dir, seed)
	defer d.disk.Close()
	d.live(t, 4+d.rng.IntN(20), 1+d.rng.IntN(4), 2000)
	return d.disk.Tape()
}

// A second power cut while the first one is being recovered from.
func TestPowerCutDuringRecovery(t *testing.T) {
	t.Setenv("TMPDIR", fastDir(t))
	var f findings
	want := wanted(t, 800) / 4
	for seed := uint64(1); f.points < want; seed++ {
		rng := rand.New(rand.NewPCG(seed, 6))
		cuts(lives(t, seed), 0, known{}, seed, func(c cut) bool {
			if rng.IntN(40) == 0 {
				f.look(t, another(t, c.image, seed), 0, c.known, seed, min(want-f.points, 100))
			}
			return f.points < want
		})
	}
	t.Logf("%v", &f)
	f.none(t)
}

// The program dies, its next life says what is there, and then the power goes:
// what was said must still be there, although the life that wrote it never
// synced it.
func TestPowerCutAfterTheProgramDied(t *testing.T) {
	t.Setenv("TMPDIR", fastDir(t))
	var f findings
	want := wanted(t, 800) / 4
	for seed := uint64(1); f.points < want; seed++ {
		tape, rng := lives(t, seed), rand.New(rand.NewPCG(seed, 7))
		for n, op := range tape.Ops {
			if op.Kind != crashvfs.Sync && rng.IntN(20) > 0 || rng.IntN(4) > 0 || f.points >= want {
				continue
			}
			player := tape.Play(seed)
			for _, op := range tape.Ops[:n] {
				player.Step(op)
			}
			next := another(t, player.Image(crashvfs.Kept, rng), seed)
			f.look(t, tape.Then(n, next), n, known{}, seed, min(want-f.points, 40))
		}
	}
	t.Logf("%v", &f)
	f.none(t)
}
