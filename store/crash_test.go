package store

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The test binary is also the victim: told where, it appends until it is
// killed and says after each append which row is on disk.
func TestMain(m *testing.M) {
	if path := os.Getenv("KASIR_JOURNAL_VICTIM"); path != "" {
		victim(path)
		return
	}
	os.Exit(m.Run())
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
