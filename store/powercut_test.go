package store

import (
	"database/sql"
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

// lives is a new journal, appends to it with the log carried back in between, a
// clean close, and a second life that verifies first.
func lives(t *testing.T, seed uint64) crashvfs.Tape {
	t.Helper()
	d := newDiary(t, fastDir(t), seed)
	defer d.disk.Close()
	for range 2 {
		d.live(t, 8+d.rng.IntN(40), 12, 40<<d.rng.IntN(8))
	}
	return d.disk.Tape()
}

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
	want, begin := wanted(t, 600), time.Now()
	for seed := uint64(1); f.points < want; seed++ {
		f.look(t, lives(t, seed), 0, known{}, seed, want-f.points)
	}
	t.Logf("%v; %.0f a second", &f, float64(f.points)/time.Since(begin).Seconds())
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
