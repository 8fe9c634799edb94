package store

import (
	"database/sql"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"kasir/store/crashvfs"
)

// wanted is how many power cuts all searches together are to look at:
// KASIR_CRASH, or a few so that every run of the tests has some.
func wanted(t testing.TB, few int) int {
	text := os.Getenv("KASIR_CRASH")
	if text == "" {
		return few
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// lives is a new journal, appends to it with the log carried back in between, a
// clean close, and a second life that verifies first.
func lives(t *testing.T, seed uint64) crashvfs.Tape {
	t.Helper()
	d := newDiary(t, fastDir(t), seed)
	defer d.disk.Close()
	if large(seed) {
		d.live(t, 0, 60, 16_000) // as on a device, with more than its log holds
		return d.disk.Tape()
	}
	for range 2 {
		d.live(t, 8+d.rng.IntN(40), 12, 40<<d.rng.IntN(8))
	}
	return d.disk.Tape()
}

func large(seed uint64) bool { return seed%4 == 3 }

// live is one life of a journal from a clean start to a clean end.
func (d *diary) live(t *testing.T, pages, appends, max int) {
	t.Helper()
	j, err := d.open(t.Context(), pages)
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	if err := d.write(t.Context(), j, appends, max); err != nil {
		t.Error(err)
	}
	if err := j.Close(); err != nil {
		t.Error(err)
	}
}

// The promise: a power cut at any write, truncation, sync, new name or removal,
// with what was not synced gone, torn or in any order, loses no row that was
// acknowledged and leaves a journal that verifies and can be added to.
func TestPowerCutLosesNothingAcknowledged(t *testing.T) {
	t.Setenv("TMPDIR", fastDir(t))
	var f findings
	want, begin := wanted(t, 1200)/2, time.Now()
	for seed := uint64(1); f.points < want; seed++ {
		tape, from, limit := lives(t, seed), 0, want-f.points
		if large(seed) { // each cut takes longer: only some, around where the log is carried back
			from = slices.IndexFunc(tape.Ops[100:], func(op crashvfs.Op) bool { return op.Name == "journal.db" && op.Kind == crashvfs.Write }) + 90
			limit = min(limit, 300)
		}
		f.look(t, tape, from, known{}, seed, limit)
	}
	t.Logf("%v; %.0f a second", &f, float64(f.points)/time.Since(begin).Seconds())
	f.none(t)
}

// The next program's first Open brings the journal to its schema; before that
// the power goes, too.
func TestPowerCutDuringMigration(t *testing.T) {
	t.Setenv("TMPDIR", fastDir(t))
	before, earlier := lives(t, 1), steps
	steps = append(slices.Clone(steps), "\nCREATE INDEX journal_order ON journal (order_);")
	version++
	defer func() { steps = earlier; version-- }()
	var f findings
	want := wanted(t, 400) / 10
	for seed := uint64(1); f.points < want; seed++ {
		rng := rand.New(rand.NewPCG(seed, 8))
		cuts(before, 0, known{}, seed, func(c cut) bool {
			if c.id != "" && rng.IntN(60) == 0 {
				f.look(t, another(t, c.image, seed), 0, c.known, seed, min(want-f.points, 60))
			}
			return f.points < want
		})
	}
	t.Logf("%v", &f)
	f.none(t)
}

// The same search must find what is wrong when the driver is left to its own
// synchronous mode, or it proves nothing.
func TestPowerCutFindsTheDriversDefault(t *testing.T) {
	toWrite.Set("_synchronous", driversMode(t))
	defer toWrite.Del("_synchronous")
	var f findings
	f.look(t, lives(t, 1), 0, known{}, 1, 500)
	t.Logf("with the driver's default: %v; first: %s", &f, f.first)
	if f.lost == 0 {
		t.Error("no row was lost without syncs: the search is blunt")
	}
}

// driversMode is the synchronous mode of a connection that does not ask for
// one.
func driversMode(t *testing.T) (mode string) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(t.TempDir(), "plain.db")+"?_journal_mode=WAL")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow("PRAGMA synchronous").Scan(&mode); err != nil {
		t.Fatal(err)
	}
	return mode
}
