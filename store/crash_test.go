package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/mattn/go-sqlite3"
)

// The test binary is also the victim: told where, it appends until it is
// killed and says after each append which row is on disk.
func TestMain(m *testing.M) {
	switch path := os.Getenv("KASIR_JOURNAL_VICTIM"); {
	case path == "":
		os.Exit(m.Run())
	case os.Getenv("KASIR_JOURNAL_LIMIT") != "":
		limited(path)
	case os.Getenv("KASIR_JOURNAL_READ") != "":
		reader(path)
	default:
		victim(path)
	}
}

func victim(path string) {
	j, err := Open(context.Background(), path, Options{})
	if err != nil {
		fmt.Println("error", err)
		return
	}
	for n := int64(1); ; n++ {
		last, err := j.Append(context.Background(), entry("opened", n), entry("settled", n))
		if err != nil {
			fmt.Println("error", err)
			return
		}
		fmt.Println(last)
	}
}

// Kill -9 proves the wiring: the lock is given back, the log is recovered and
// what was acknowledged is there. It cannot see a missing fsync; the pragma
// test does that here, and a power cut under the file system must.
func TestKilledWriterLosesNothingAcknowledged(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal.db")
	acked := int64(0)
	for round := range 8 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "KASIR_JOURNAL_VICTIM="+path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		kill := time.AfterFunc(time.Duration(20+17*round)*time.Millisecond, func() { cmd.Process.Kill() })
		acked = max(acked, lastAck(t, out))
		kill.Stop()
		cmd.Process.Kill()
		cmd.Wait()

		j, err := Open(t.Context(), path, Options{})
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		if err := j.Verify(t.Context()); err != nil {
			t.Errorf("round %d: %v", round, err)
		}
		if seq, _ := j.Head(); seq < acked || seq%2 != 0 {
			t.Errorf("round %d: %d rows, acknowledged %d; appends are of two rows", round, seq, acked)
		}
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	}
	if acked == 0 {
		t.Error("no append was acknowledged in any round")
	}
}

func lastAck(t *testing.T, out io.Reader) (acked int64) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "error") {
			t.Error(lines.Text())
			continue
		}
		if n, err := strconv.ParseInt(lines.Text(), 10, 64); err == nil {
			acked = n
		}
	}
	return acked
}

// limited appends under a limit on the size of files until that is an error on
// writing, lifts the limit, and says what was acknowledged and which errors it
// met before and after.
func limited(path string) {
	signal.Ignore(syscall.SIGXFSZ)
	ctx := context.Background()
	j, err := Open(ctx, path, Options{})
	if err != nil {
		fmt.Println("error", err)
		return
	}
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		fmt.Println("error", err)
		return
	}
	set := func(l syscall.Rlimit) {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &l); err != nil {
			fmt.Println("error", err)
		}
	}
	set(syscall.Rlimit{Cur: 100_000, Max: before.Max})
	var first error
	for n := int64(1); first == nil && n < 1000; n++ {
		_, first = j.Append(ctx, entry("opened", n), entry("settled", n))
	}
	set(before)
	_, second := j.Append(ctx, entry("settled", 1))
	_, third := j.Append(ctx, entry("settled", 1))
	seq, _ := j.Head()
	fmt.Printf("%d\nio=%v full=%v stopped=%v\nstopped=%v with-first=%v same=%v\n", seq, code(first) == sqlite3.ErrIoErr, Full(first), errors.Is(first, ErrStopped),
		errors.Is(second, ErrStopped), code(second) == code(first), fmt.Sprint(second) == fmt.Sprint(third))
	if err := j.Close(); err != nil {
		fmt.Println("error", err)
	}
}

// The handle stays stopped also when the disk would take rows again, and a new
// one goes on from what was acknowledged.
func TestErrorOnWritingIsFinal(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal.db")
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "KASIR_JOURNAL_VICTIM="+path, "KASIR_JOURNAL_LIMIT=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	acked, rest, _ := strings.Cut(string(out), "\n")
	if want := "io=true full=false stopped=false\nstopped=true with-first=true same=true\n"; rest != want {
		t.Errorf("got %q, want %q", rest, want)
	}
	j := openTest(t, path)
	seq, _ := j.Head()
	if got := fmt.Sprint(seq); got != acked || seq < 10 {
		t.Errorf("%s rows, want the %s that were acknowledged", got, acked)
	}
	fill(t, j, 1, 5)
	if err := j.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

// A full disk is simulated with SQLite's own limit on pages: the error is the
// same one, and it comes from the same call.
func TestFullDiskLeavesNothingHalfWritten(t *testing.T) {
	j := newJournal(t)
	fill(t, j, 1, 5)
	if _, err := j.conn.ExecContext(t.Context(), "PRAGMA max_page_count = 12"); err != nil {
		t.Fatal(err)
	}
	var err error
	rows, _ := j.Head()
	for n := int64(6); err == nil && n < 10_000; n++ {
		e := entry("settled", n)
		e.Body = []byte(`"` + strings.Repeat("x", 3000) + `"`)
		if _, err = j.Append(t.Context(), e, e); err == nil {
			rows += 2
		}
	}
	if !Full(err) {
		t.Fatalf("got %v, want a full disk", err)
	}
	j.Close()
	j = openTest(t, j.path)
	if seq, _ := j.Head(); seq != rows {
		t.Errorf("%d rows, want the %d that were acknowledged", seq, rows)
	}
	if err := j.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}
