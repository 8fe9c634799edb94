package store

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// reader has a journal open for reading, and says how far it goes each time it
// is asked.
func reader(path string) {
	r, err := OpenReadOnly(context.Background(), path)
	if err != nil {
		fmt.Println("error", err)
		return
	}
	defer r.Close()
	for in := bufio.NewScanner(os.Stdin); ; {
		rows, err := r.Tail(context.Background(), 1)
		if err != nil || len(rows) != 1 {
			fmt.Println("error", err)
			return
		}
		fmt.Println(rows[0].Seq)
		if !in.Scan() {
			return
		}
	}
}

func inode(t *testing.T, path string) uint64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Sys().(*syscall.Stat_t).Ino
}

// What a program that died left in its log is written anew, unless another
// program is reading it: that one must go on.
func TestLogIsRenewed(t *testing.T) {
	t.Parallel()
	for _, reads := range []bool{false, true} {
		j := newJournal(t)
		fill(t, j, 1, 5)
		cut := afterPowerCut(t, j)
		if err := os.Truncate(cut+"-shm", 0); err != nil {
			t.Fatal(err)
		}
		before := inode(t, cut+"-wal")
		ask := func() string { return "5" }
		if reads {
			if err := os.Remove(cut + "-shm"); err != nil {
				t.Fatal(err)
			}
			w := openTest(t, cut) // makes an index that can be read beside
			fill(t, w, 6, 6)
			ask = readBeside(t, cut)
			if got := ask(); got != "6" {
				t.Fatalf("reads row %s, want 6", got)
			}
			if err := w.Close(); err != nil { // leaves the log to the reader
				t.Fatal(err)
			}
			before = inode(t, cut+"-wal")
		}
		w := openTest(t, cut)
		if renewed := inode(t, cut+"-wal") != before; renewed == reads {
			t.Errorf("with a reader: %v, log renewed: %v", reads, renewed)
		}
		if _, err := os.Stat(cut + "-wal.new"); err == nil {
			t.Error("a copy of the log is left")
		}
		seq, _ := w.Head()
		if want := map[bool]int64{false: 5, true: 6}[reads]; seq != want {
			t.Errorf("%d rows, want %d", seq, want)
		}
		fill(t, w, 7, 7)
		if got := ask(); reads && got != "7" {
			t.Errorf("the reader is at row %s, want 7", got)
		}
		if err := w.Verify(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// readBeside starts a program that reads the journal.
func readBeside(t *testing.T, path string) (ask func() string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "KASIR_JOURNAL_VICTIM="+path, "KASIR_JOURNAL_READ=1")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); cmd.Wait() })
	lines, first := bufio.NewReader(out), true
	return func() string {
		if !first {
			if _, err := io.WriteString(in, "\n"); err != nil {
				t.Fatal(err)
			}
		}
		first = false
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(line)
	}
}

// A card without room for a copy of the log is a full card.
func TestRenewOnAFullCard(t *testing.T) {
	err := fmt.Errorf("open journal: %w", &os.PathError{Op: "write", Path: "journal.db-wal.new", Err: syscall.ENOSPC})
	if !Full(err) {
		t.Errorf("%v is not a full card", err)
	}
}
