package store

import (
	"database/sql"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"kasir/store/crashvfs"
)

// wanted is how many power cuts a search is to look at: KASIR_CRASH, or a few
// so that every run of the tests has some.
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

// A new journal, appends to it with the log carried back in between, a clean
// close, and a second life that verifies first.
func lives(t *testing.T, seed uint64) (crashvfs.Tape, known) {
	t.Helper()
	dir := fastDir(t)
	d := &diary{disk: watch(t, dir), dir: dir, rng: rand.New(rand.NewPCG(seed, 0))}
	for life := range 2 {
		j, err := d.open(t.Context(), 8+d.rng.IntN(40))
		if err != nil {
			t.Fatal(err)
		}
		if life > 0 {
			if err := j.Verify(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.write(t.Context(), j, 12, 40<<d.rng.IntN(8)); err != nil {
			t.Fatal(err)
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
	}
	d.disk.Close()
	return d.disk.Tape(), known{id: d.id, heads: d.heads}
}

// The promise: a power cut at any write, truncation, sync, new name or removal,
// with what was not synced gone, torn or in any order, loses no row that was
// acknowledged and leaves a journal that verifies and can be added to.
func TestPowerCutLosesNothingAcknowledged(t *testing.T) {
	t.Setenv("TMPDIR", fastDir(t))
	var f findings
	want, begin := wanted(t, 800), time.Now()
	for seed := uint64(1); f.points < want; seed++ {
		tape, k := lives(t, seed)
		f.search(t, tape, k, seed, want-f.points)
	}
	t.Logf("%v; %.0f a second", &f, float64(f.points)/time.Since(begin).Seconds())
	if f.lost != 0 || f.damaged != 0 {
		t.Error(f.first)
	}
}

// The same search must find what is wrong when the driver is left to its own
// synchronous mode, or it proves nothing.
func TestPowerCutFindsTheDriversDefault(t *testing.T) {
	toWrite.Set("_synchronous", driversMode(t))
	defer toWrite.Del("_synchronous")
	var f findings
	tape, k := lives(t, 1)
	f.search(t, tape, k, 1, 500)
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
