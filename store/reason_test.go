package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"kasir/store/crashvfs"
)

// patched is a closed journal of 20 rows with bytes changed at an offset.
func patched(t *testing.T, at int, with ...byte) string {
	t.Helper()
	j := newJournal(t)
	fill(t, j, 1, 20)
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(j.path)
	if err != nil {
		t.Fatal(err)
	}
	copy(content[at:], with)
	if err := os.WriteFile(j.path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return j.path
}

// openAll opens, walks and closes the journal at path.
func openAll(path string) error {
	j, err := Open(context.Background(), path, Options{})
	if err != nil {
		return err
	}
	defer j.Close()
	return j.Verify(context.Background())
}

// failing is the error of an append on a card where one kind of call fails.
func failing(t *testing.T, kind crashvfs.Kind, code int) error {
	t.Helper()
	d := newDiary(t, fastDir(t), 1)
	defer d.disk.Close()
	j, err := d.open(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	d.disk.Arm(func(_ int, op crashvfs.Op) int {
		if op.Kind == kind {
			return code
		}
		return 0
	})
	return d.write(t.Context(), j, 1, 100)
}

func TestReasonOf(t *testing.T) {
	busy := newJournal(t)
	text := filepath.Join(t.TempDir(), "journal.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("not a journal\n", 20)), 0o600); err != nil {
		t.Fatal(err)
	}
	wrap := func(errno syscall.Errno) error {
		return fmt.Errorf("open journal: %w", &os.PathError{Op: "open", Path: "journal.db.lock", Err: errno})
	}
	for _, test := range []struct {
		name string
		err  error
		want Reason
	}{
		{"full card", failing(t, crashvfs.Write, 13), NoRoom},
		{"half a write", failing(t, crashvfs.Write, crashvfs.Short), NoRoom},
		{"error on writing", failing(t, crashvfs.Write, 778), Disk},
		{"error on syncing", failing(t, crashvfs.Sync, 1034), Disk},
		{"no room for a copy", wrap(syscall.ENOSPC), NoRoom},
		{"read-only card", wrap(syscall.EROFS), ReadOnly},
		{"a folder of somebody else", wrap(syscall.EACCES), ReadOnly},
		{"a card that is gone", wrap(syscall.EIO), Disk},
		{"a file that says it is read-only", openAll(patched(t, 18, 3)), ReadOnly},
		{"a page of noise", openAll(patched(t, 2*4096, 0xa5, 0x5a, 0xa5, 0x5a, 0xa5, 0x5a, 0xa5, 0x5a)), Damaged},
		{"text", openAll(text), Foreign},
		{"a newer program's", openAll(patched(t, 60, 0, 0, 0, 99)), Newer},
		{"two tills", openAll(busy.path), InUse},
		{"switched off meanwhile", context.Canceled, Unclear},
	} {
		if test.err == nil {
			t.Errorf("%s: no error", test.name)
		}
		if got := ReasonOf(test.err); got != test.want {
			t.Errorf("%s: %v is %d, want %d", test.name, test.err, got, test.want)
		}
	}
	seen := map[string]bool{}
	for r := Unclear; r <= InUse+1; r++ {
		seen[r.String()] = true
		if !strings.HasSuffix(r.String(), ".") {
			t.Errorf("%d: %q is no sentence", r, r)
		}
	}
	if len(seen) != int(InUse)+1 {
		t.Errorf("%d sentences for %d reasons", len(seen), InUse+1)
	}
}

// A journal that stopped goes on when the card does, with all that was
// acknowledged, and not before.
func TestReopenWhenTheCardWorksAgain(t *testing.T) {
	for _, fault := range cardFaults[:4] {
		d := newDiary(t, fastDir(t), 1)
		j, err := d.open(t.Context(), 6)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.write(t.Context(), j, 5, 3000); err != nil {
			t.Fatal(err)
		}
		acked, _ := j.Head()
		d.disk.Arm(trouble{fault, 0, true}.plan)
		if err := d.write(t.Context(), j, 1, 3000); err == nil {
			t.Fatalf("%s: no error", fault.name)
		}
		if again, err := j.Reopen(t.Context()); err == nil {
			// A card that can be read may be opened as long as nothing has to
			// be written; it must not be sold from.
			if _, err := again.Append(t.Context(), entry("settled", 1)); err == nil {
				t.Errorf("%s: an append on it", fault.name)
			}
			j = again
		}
		d.disk.Arm(nil)
		again, err := j.Reopen(t.Context())
		if err != nil {
			t.Fatalf("%s: %v", fault.name, err)
		}
		if seq, _ := again.Head(); seq < acked {
			t.Errorf("%s: %d rows, and %d were acknowledged", fault.name, seq, acked)
		}
		if err := d.write(t.Context(), again, 3, 3000); err != nil {
			t.Errorf("%s: %v", fault.name, err)
		}
		if err := again.Close(); err != nil {
			t.Error(err)
		}
		d.disk.Close()
	}
}

// What was put in the place of a journal is not gone on with.
func TestReopenRefusesALostPast(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	fill(t, j, 1, 3)
	older := afterPowerCut(t, j)
	fill(t, j, 4, 5)
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	copyFiles(t, j.path, older, "", "-wal")
	_, err := j.Reopen(t.Context())
	if broken(err) != 5 {
		t.Errorf("an older copy: %v, want row 5", err)
	}
	other := newJournal(t)
	fill(t, other, 1, 5)
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(j.path + "-wal"); err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	copyFiles(t, j.path, other.path, "")
	if _, err := j.Reopen(t.Context()); broken(err) != 0 {
		t.Errorf("another journal: %v", err)
	}
	if _, err := readTest(t, other.path).Reopen(t.Context()); err == nil {
		t.Error("a journal that is only read was reopened")
	}
}
