package main

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

//go:embed helper.go.txt
var helper string

// slack is how much longer than usual the tests may take before a mistake
// counts as seen: many make a program that never ends.
const slack = 10

// hunter has built the test program.
type hunter struct {
	job
	*source
	program string
	seen    map[int]int // how each condition came out without a mistake
	usual   time.Duration
}

// hunt makes every mistake and says which survived.
func (j job) hunt(ctx context.Context, progress io.Writer) (report, error) {
	if j.budget > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, j.budget)
		defer stop()
	}
	known, err := readKnown(j.known)
	if err != nil {
		return report{}, err
	}
	s, err := read(j.dir)
	if err != nil {
		return report{}, err
	}
	scratch, err := os.MkdirTemp("", "kasir-mutate-")
	if err != nil {
		return report{}, err
	}
	defer os.RemoveAll(scratch)
	h := &hunter{job: j, source: s}
	if err := h.build(ctx, scratch); err != nil {
		return report{}, err
	}
	if err := h.baseline(ctx, scratch); err != nil {
		return report{}, err
	}
	fmt.Fprintf(progress, "%s: %d mistakes, the tests take %v without any\n", j.dir, len(s.mutants), h.usual.Round(time.Millisecond))
	r := report{dir: j.dir, all: len(s.mutants), conds: len(s.conds), known: known}
	h.each(ctx, &r, progress)
	h.blind(&r)
	return r, nil
}

// build makes the test program with every mistake in it.
func (h *hunter) build(ctx context.Context, scratch string) error {
	replace := make(map[string]string)
	put := func(path string, text []byte) error {
		abs, err := filepath.Abs(path)
		if err != nil {
			return err
		}
		to := filepath.Join(scratch, fmt.Sprintf("%d.go", len(replace)))
		replace[abs] = to
		return os.WriteFile(to, text, 0o600)
	}
	for path, text := range h.files {
		if err := put(path, text); err != nil {
			return err
		}
	}
	text := strings.Replace(helper, "package PACKAGE", "package "+h.name, 1)
	if err := put(filepath.Join(h.dir, "kasir_mutant.go"), []byte(text)); err != nil {
		return err
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return err
	}
	list := filepath.Join(scratch, "overlay.json")
	if err := os.WriteFile(list, overlay, 0o600); err != nil {
		return err
	}
	if h.program, err = filepath.Abs(filepath.Join(scratch, "mutants.test")); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-overlay", list, "-o", h.program, ".")
	cmd.Dir = h.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build the tests of %s: %w\n%s", h.dir, err, out)
	}
	return nil
}

// try runs the tests with one mistake, 0 for none, and reports whether they
// passed.
func (h *hunter) try(ctx context.Context, n int, limit time.Duration, more ...string) (passed bool, out []byte) {
	ctx, stop := context.WithTimeout(ctx, limit)
	defer stop()
	cmd := exec.CommandContext(ctx, h.program, "-test.failfast", "-test.timeout", limit.String())
	cmd.Dir = h.dir
	cmd.WaitDelay = time.Second
	cmd.Env = append(append(os.Environ(), fmt.Sprintf("KASIR_MUTANT=%d", n)), more...)
	out, err := cmd.CombinedOutput()
	return err == nil, out
}

// baseline runs the tests without a mistake, for their time and for how the
// conditions come out.
func (h *hunter) baseline(ctx context.Context, scratch string) error {
	notes := filepath.Join(scratch, "notes")
	began := time.Now()
	if passed, out := h.try(ctx, 0, 10*time.Minute, "KASIR_MUTANT_NOTES="+notes); !passed {
		return fmt.Errorf("the tests of %s fail without a mistake:\n%s", h.dir, tail(out))
	}
	h.usual = time.Since(began)
	h.seen = make(map[int]int)
	text, err := os.ReadFile(notes)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		var n, how int
		if _, err := fmt.Sscan(lines.Text(), &n, &how); err == nil {
			h.seen[n] |= how
		}
	}
	return nil
}

func tail(out []byte) []byte { return out[max(0, len(out)-2000):] }

// each makes the mistakes, a few at a time, until the budget is spent.
func (h *hunter) each(ctx context.Context, r *report, progress io.Writer) {
	var mu sync.Mutex
	todo := make(chan mutant)
	var all sync.WaitGroup
	for range h.workers {
		all.Go(func() {
			for m := range todo {
				survived := h.seen[m.id] == 0 // nothing comes by: no need to look
				if !survived {
					survived, _ = h.try(ctx, m.id, slack*h.usual+5*time.Second)
				}
				if ctx.Err() != nil {
					continue // it was cut short
				}
				mu.Lock()
				r.tried++
				if survived {
					r.survivors = append(r.survivors, m)
				}
				if h.verbose || survived {
					fmt.Fprintf(progress, "%-8s %s:%d %s\n", map[bool]string{true: "SURVIVED", false: "seen"}[survived], h.dir, m.line, m.key())
				}
				mu.Unlock()
			}
		})
	}
	for i, m := range h.mutants {
		if i%h.every != 0 || ctx.Err() != nil {
			continue
		}
		select {
		case todo <- m:
		case <-ctx.Done():
		}
	}
	close(todo)
	all.Wait()
}

// blind adds the conditions that came out one way only.
func (h *hunter) blind(r *report) {
	for _, m := range h.mutants {
		if h.conds[m.id] && h.seen[m.id] != 3 {
			r.blind = append(r.blind, blindSpot{m, h.seen[m.id]})
		}
	}
}
