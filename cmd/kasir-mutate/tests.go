package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// slack is how much more of the processor than usual tests may take before
	// a mistake counts as seen: many make a program that never ends.
	slack = 10
	// patience is for tests that wait and reckon nothing, on a machine that
	// does other things too.
	patience = 30 * time.Second
	// firstBatch is how much work the first tests are that are run together;
	// each batch after it is twice the one before.
	firstBatch = 200 * time.Millisecond
)

// test is one test function without a mistake.
type test struct {
	name  string
	takes time.Duration // of the processor
	notes map[int]int   // how each condition came out, by mistake
}

// outcome is what came of running tests.
type outcome struct {
	passed bool
	failed string // the test that did not; "" when it could not be told
	takes  time.Duration
	out    []byte
}

// try runs tests with mistake n, 0 for none. usual is how much work they are.
func (h *hunter) try(ctx context.Context, n int, names []string, usual time.Duration, more ...string) outcome {
	limit := slack*usual + patience
	ctx, stop := context.WithTimeout(ctx, limit)
	defer stop()
	cmd := exec.CommandContext(ctx, h.program, "-test.short", "-test.failfast", "-test.timeout", limit.String(),
		"-test.run", "^("+strings.Join(names, "|")+")$")
	cmd.Dir = h.dir
	cmd.WaitDelay = time.Second
	cmd.Env = append(append(os.Environ(), "GOMAXPROCS=1", "GOGC=400", "GOTRACEBACK=none",
		fmt.Sprintf("KASIR_MUTANT=%d", n), fmt.Sprintf("KASIR_MUTANT_SECONDS=%d", 1+int(slack*usual.Seconds()))), more...)
	out, err := cmd.CombinedOutput()
	o := outcome{passed: err == nil, out: out}
	if cmd.ProcessState != nil {
		o.takes = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	}
	if m := failed.FindSubmatch(out); m != nil {
		o.failed = string(m[1])
	}
	return o
}

var failed = regexp.MustCompile(`(?m)^--- FAIL: (\w+)`)

// baseline runs each test by itself without a mistake: how long it takes, which
// mistakes it comes by, and how the conditions come out there.
func (h *hunter) baseline(ctx context.Context) error {
	names, err := h.names(ctx)
	if err != nil {
		return err
	}
	h.tests = make([]test, len(names))
	errs := make([]error, len(names))
	var all sync.WaitGroup
	turns := make(chan struct{}, h.workers)
	for i, name := range names {
		turns <- struct{}{}
		all.Go(func() {
			h.tests[i], errs[i] = h.alone(ctx, name)
			<-turns
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	slices.SortStableFunc(h.tests, func(a, b test) int { return int(a.takes - b.takes) })
	h.seen, h.near = make(map[int]int), make(map[int][]int)
	for i, t := range h.tests {
		h.usual += t.takes
		for n, how := range t.notes {
			h.seen[n] |= how
			h.near[n] = append(h.near[n], i)
		}
	}
	return nil
}

// names are the tests of the package, and its fuzz tests and examples.
func (h *hunter) names(ctx context.Context) (names []string, err error) {
	cmd := exec.CommandContext(ctx, h.program, "-test.list", ".")
	cmd.Dir = h.dir
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("list the tests of %s: %w", h.dir, err)
	}
	for name := range strings.FieldsSeq(string(out)) {
		if !strings.HasPrefix(name, "Benchmark") {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("list the tests of %s: it has none", h.dir)
	}
	return names, nil
}

func (h *hunter) alone(ctx context.Context, name string) (test, error) {
	path := filepath.Join(h.scratch, "notes-"+name)
	o := h.try(ctx, 0, []string{name}, time.Minute, "KASIR_MUTANT_NOTES="+path)
	if !o.passed {
		return test{}, fmt.Errorf("%s of %s fails without a mistake:\n%s", name, h.dir, o.out[max(0, len(o.out)-2000):])
	}
	t := test{name: name, takes: o.takes, notes: make(map[int]int)}
	text, err := os.ReadFile(path)
	if err != nil {
		return t, err
	}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		var n, how int
		if _, err := fmt.Sscan(lines.Text(), &n, &how); err == nil {
			t.notes[n] |= how
		}
	}
	return t, nil
}
