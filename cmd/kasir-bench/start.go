package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// starts holds a device program that is started, opens a new journal and commits
// its first record durably against /bin/true, which is started and ends. Both
// are started by the same hand, in turn, and the journal is on this disk.
func starts(ctx context.Context) (rows []row, err error) {
	err = inTemp(func(dir string) error {
		program, err := filepath.Abs(filepath.Join(dir, "kasir"))
		if err != nil {
			return err
		}
		build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-tags", "sqlite_omit_load_extension,netgo,osusergo,nethttpomithttp2", "-ldflags", "-s -w", "-o", program, "kasir/cmd/kasir")
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("build kasir: %w: %s", err, out)
		}
		var ours, floor []time.Duration
		for range 60 {
			d, err := firstCommit(ctx, program, dir)
			if err != nil {
				return err
			}
			ours = append(ours, d)
			floor = append(floor, took(func() { err = exec.CommandContext(ctx, "/bin/true").Run() }))
			if err != nil {
				return err
			}
		}
		a, b := median(ours), median(floor)
		rows = append(rows, row{"exec -> first durable commit, in a new journal / exec of /bin/true", short(a), short(b), over(a, b), 8, false})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("measure starts: %w", err)
	}
	return rows, nil
}

// firstCommit is how long it is from the start of the program until it says that
// its first record is durable.
func firstCommit(ctx context.Context, program, dir string) (time.Duration, error) {
	cmd := exec.CommandContext(ctx, program, "selftest", "-part", "commit", "-dir", dir)
	said, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	read := bufio.NewReader(said)
	line, err := read.ReadString('\n')
	d := time.Since(start)
	if err != nil || !strings.HasPrefix(line, "OK   commit: ") {
		return 0, fmt.Errorf("start %s: it says %q, %v", program, line, err)
	}
	if _, err := io.Copy(io.Discard, read); err != nil {
		return 0, err
	}
	return d, cmd.Wait()
}
