package store

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"kasir/store/crashvfs"
)

// fault is one way in which a card fails. The codes are SQLite's
// (sqlite.org/rescode.html).
type fault struct {
	name string
	kind crashvfs.Kind
	code int
}

var cardFaults = []fault{
	{"error on writing", crashvfs.Write, 778},
	{"full", crashvfs.Write, 13},
	{"full in the middle of a write", crashvfs.Write, crashvfs.Short},
	{"error on syncing", crashvfs.Sync, 1034},
	{"error on truncating", crashvfs.Truncate, 1546},
	{"error on reading", crashvfs.Read, 266},
	{"damage found on reading", crashvfs.Read, 11},
	{"error on opening", crashvfs.Open, 14},
	{"error on creating", crashvfs.Create, 14},
	{"error on removing", crashvfs.Remove, 2570},
	{"no memory for the index", crashvfs.Map, 5386},
}

// trouble is a life of a journal on a card that fails at one call, or at that
// and at all of its kind that follow.
type trouble struct {
	fault
	at     int
	always bool
}

func (tr trouble) String() string {
	return fmt.Sprintf("%s at call %d, always %v", tr.name, tr.at, tr.always)
}

func (tr trouble) plan(n int, op crashvfs.Op) int {
	if op.Kind == tr.kind && (n == tr.at || tr.always && n > tr.at) {
		return tr.code
	}
	return 0
}

// life writes a journal from its making to its end, short enough to be tried
// with a fault at every call of it.
func (d *diary) life(t *testing.T) (*Journal, error) {
	j, err := d.open(t.Context(), 6)
	if err != nil {
		return nil, err
	}
	return j, d.write(t.Context(), j, 8, 3000)
}

// calls are the kinds of all calls of a life without faults.
func calls(t *testing.T) (kinds []crashvfs.Kind) {
	t.Helper()
	d := newDiary(t, fastDir(t), 1)
	defer d.disk.Close()
	d.disk.Arm(func(_ int, op crashvfs.Op) int { kinds = append(kinds, op.Kind); return 0 })
	j, err := d.life(t)
	if err == nil {
		err = j.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return kinds
}

// A card that fails at any call, once or for good, loses nothing that was
// acknowledged: not when the journal is opened again, not when the power goes
// instead, and not when both happen. An error is final for the handle.
func TestFaultAtEveryCall(t *testing.T) {
	t.Setenv("TMPDIR", fastDir(t))
	kinds := calls(t)
	step := 1
	if os.Getenv("KASIR_CRASH") == "" {
		step = 17 // no divisor of what an append takes
	}
	n, seen, first := 0, 0, fastDir(t)
	for _, fault := range cardFaults {
		for at, kind := range kinds {
			if kind != fault.kind {
				continue
			}
			if n++; n%step != 0 {
				continue
			}
			for _, always := range []bool{false, true} {
				if err := os.RemoveAll(first); err != nil {
					t.Fatal(err)
				}
				if err := os.Mkdir(first, 0o700); err != nil {
					t.Fatal(err)
				}
				tr := trouble{fault, at + 1, always}
				if endure(t, tr, first) {
					seen++
				}
			}
		}
	}
	t.Logf("%d calls, %d faults at them, %d of them seen as errors", len(kinds), 2*n/step, seen)
	if seen == 0 {
		t.Error("no fault was an error")
	}
}

// endure lives with a trouble and says whether it was seen.
func endure(t *testing.T, tr trouble, dir string) (seen bool) {
	t.Helper()
	d := newDiary(t, dir, 1)
	defer d.disk.Close()
	d.disk.Arm(tr.plan)
	j, err := d.life(t)
	died := d.disk.Tape()
	if err != nil && j != nil {
		before := d.disk.Calls()
		if _, again := j.Append(t.Context(), entry("settled", 1)); !errors.Is(again, ErrStopped) || code(again) != code(err) {
			t.Errorf("%v: %v, and then %v", tr, err, again)
		}
		if after := d.disk.Calls(); after != before {
			t.Errorf("%v: %d calls after the journal has stopped", tr, after-before)
		}
	}
	if j != nil {
		_ = j.Close() // on a card that fails
	}
	d.disk.Arm(nil)
	tape := d.disk.Tape()
	d.disk.Close()
	aftermath(t, tr, died, tape, dir)
	return err != nil
}

// aftermath looks at what a trouble left: to the next life, to one after a
// power cut, and to one after both.
func aftermath(t *testing.T, tr trouble, died, tape crashvfs.Tape, dir string) {
	t.Helper()
	var k known
	for _, op := range tape.Ops {
		k.learn(op)
	}
	if _, wrong := k.verdict(t.Context(), filepath.Join(dir, "journal.db")); wrong != "" {
		t.Errorf("%v: the next life: %s", tr, wrong)
	}
	var f findings
	f.look(t, tape, len(tape.Ops), known{}, 1, 5)
	f.look(t, died, len(died.Ops), known{}, 1, 5)
	if tr.kind == crashvfs.Sync {
		player := died.Play(1)
		for _, op := range died.Ops {
			player.Step(op)
		}
		next := another(t, player.Image(crashvfs.Kept, rand.New(rand.NewPCG(1, 1))), 1)
		f.look(t, died.Then(len(died.Ops), next), len(died.Ops), known{}, 1, 40)
	}
	if f.first != "" {
		t.Errorf("%v, then the power goes: %s", tr, f.first)
	}
}

// SQLite keeps an error on carrying the log back to itself; the journal does
// not. What was appended before it stays acknowledged.
func TestFailedCarryingBackIsFinal(t *testing.T) {
	d := newDiary(t, fastDir(t), 1)
	j, err := d.open(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	d.disk.Arm(func(_ int, op crashvfs.Op) int {
		if op.Kind == crashvfs.Sync && op.Name == "journal.db" {
			return 1034
		}
		return 0
	})
	n := 0
	for ; err == nil && n < 1000; n++ {
		err = d.write(t.Context(), j, 1, 3000)
	}
	if !errors.Is(err, ErrStopped) || ReasonOf(err) != Disk {
		t.Fatalf("after %d appends: %v", n, err)
	}
	acked, _ := j.Head()
	d.disk.Arm(nil)
	again, err := j.Reopen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if seq, _ := again.Head(); seq != acked || n < 20 {
		t.Errorf("%d rows after %d appends, %d were acknowledged", seq, n, acked)
	}
}
