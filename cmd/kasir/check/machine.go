package check

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"kasir/store"
	"kasir/terminal/uplink"
)

// Limits beyond which a till is not fit for a counter.
const (
	maxSkew  = 5 * time.Minute // reports would be of another day
	leastMB  = 64              // free for the journal: years of sales
	goodSPI  = 4096            // bytes of spidev's buffer; the kernel's own default
	readTime = time.Minute     // for the verification of a journal
)

func (s *session) backend(ctx context.Context) Result {
	if s.Backend == nil {
		return skip("no -backend")
	}
	h, err := uplink.Probe(ctx, s.Backend, s.Device, s.HTTP)
	if err != nil {
		return fail("%v", err)
	}
	money := "real money"
	if h.Sandbox {
		money = "SANDBOX"
	}
	took := h.Took.Round(time.Millisecond)
	if h.Skew.Abs() > maxSkew {
		return fail("answers in %v, but this clock is %v off: set the time, or reports will have wrong days", took, h.Skew.Round(time.Second))
	}
	return pass("answers in %v, clocks differ by %v, %s", took, h.Skew, money)
}

// journal verifies the till's own journal, and tries the card with another one
// beside it that is deleted again: the real one gets no rows that are no facts.
func (s *session) journal(ctx context.Context) Result {
	if s.Journal == "" {
		return skip("no -journal")
	}
	ctx, cancel := context.WithTimeout(ctx, readTime)
	defer cancel()
	say := "no journal yet"
	if _, err := os.Stat(s.Journal); err == nil {
		rows, err := verify(ctx, s.Journal)
		if err != nil {
			return fail("%v", err)
		}
		say = fmt.Sprintf("%d rows verified", rows)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fail("%v", err)
	}
	took, err := tryWriting(ctx, filepath.Dir(s.Journal))
	if err != nil {
		return fail("%v; check the card and who owns the directory", err)
	}
	return pass("%s; a fact is on the card in %v", say, took.Round(time.Millisecond/10))
}

func verify(ctx context.Context, path string) (rows int64, err error) {
	j, err := store.OpenReadOnly(ctx, path)
	if err != nil {
		return 0, err
	}
	err = j.Verify(ctx)
	rows, _ = j.Head()
	if err := errors.Join(err, j.Close()); err != nil {
		return 0, fmt.Errorf("verify journal: %w", err)
	}
	return rows, nil
}

func tryWriting(ctx context.Context, dir string) (each time.Duration, err error) {
	dir, err = os.MkdirTemp(dir, ".kasir-check-")
	if err != nil {
		return 0, fmt.Errorf("try the card: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	j, err := store.Open(ctx, filepath.Join(dir, "try.db"), store.Options{})
	if err != nil {
		return 0, fmt.Errorf("try the card: %w", err)
	}
	const rows = 5
	began := time.Now()
	for range rows {
		if _, err = j.Append(ctx, store.Entry{Kind: "check", Body: []byte("{}"), At: time.Now()}); err != nil {
			break
		}
	}
	each = time.Since(began) / rows
	if err == nil {
		err = j.Verify(ctx)
	}
	return each, errors.Join(err, j.Close())
}

func (s *session) disk(context.Context) Result {
	if s.Journal == "" {
		return skip("no -journal")
	}
	free, err := freeMB(filepath.Dir(s.Journal))
	if err != nil {
		return fail("look at the card: %v", err)
	}
	if free < leastMB {
		return fail("%d MB free for the journal, want %d: remove old logs, or take a larger card", free, leastMB)
	}
	return pass("%d MB free for the journal", free)
}

// bufsizFile is where the kernel says how much spidev sends in one go.
const bufsizFile = "/sys/module/spidev/parameters/bufsiz"

func (s *session) spi(context.Context) Result {
	if !s.SPI {
		return skip("the glass is not on this computer's SPI bus")
	}
	return spiBuffer(bufsizFile)
}

func spiBuffer(file string) Result {
	text, err := os.ReadFile(file)
	if err != nil {
		return fail("%v; is SPI switched on (dtparam=spi=on)?", err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return fail("read %s: %v", file, err)
	}
	if n < goodSPI {
		return fail("spidev sends %d bytes in one go: add spidev.bufsiz=65536 to the kernel's command line", n)
	}
	return pass("spidev sends %d bytes in one go", n)
}

func (s *session) version(context.Context) Result {
	kernel := readWord("/proc/sys/kernel/osrelease", "kernel unknown")
	model := readWord("/proc/device-tree/model", "a computer without a device tree")
	return pass("kasir %s, %s/%s %s, %s", s.Version, runtime.GOOS, runtime.GOARCH, kernel, model)
}

// readWord is what a file of the kernel's says, or other.
func readWord(file, other string) string {
	text, err := os.ReadFile(file)
	if word := strings.Trim(string(text), "\x00\n "); err == nil && word != "" {
		return word
	}
	return other
}
