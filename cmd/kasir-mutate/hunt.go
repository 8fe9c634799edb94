package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// hunter has built the test program and knows what each test comes by.
type hunter struct {
	job
	*source
	scratch string // directory
	program string
	tests   []test        // the quickest first
	usual   time.Duration // of the processor, for all of them
	seen    map[int]int   // how each condition came out without a mistake
	near    map[int][]int // the tests that come by a mistake, the quickest first

	mu    sync.Mutex
	saw   map[string]int // the test that saw the last mistake in a function
	tried int            // tests that were run
}

// hunt makes every mistake and says which survived.
func (j job) hunt(ctx context.Context, progress io.Writer) (report, error) {
	if j.budget > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, j.budget)
		defer stop()
	}
	began := time.Now()
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
	h := &hunter{job: j, source: s, scratch: scratch, saw: make(map[string]int)}
	if err := h.build(ctx); err != nil {
		return report{}, err
	}
	if err := h.baseline(ctx); err != nil {
		return report{}, err
	}
	fmt.Fprintf(progress, "%s: %d mistakes; %d tests take %v without any\n", j.dir, len(s.mutants), len(h.tests), h.usual.Round(time.Millisecond))
	r := report{dir: j.dir, all: len(s.mutants), conds: len(s.conds), known: known}
	h.each(ctx, &r, progress)
	h.blind(&r)
	r.took, r.runs = time.Since(began), h.tried
	return r, nil
}

// survives makes one mistake and runs the tests that come by it, until one
// sees it: first the one that saw the last mistake in the same function, then
// the others from the quickest on, a few at a time.
func (h *hunter) survives(ctx context.Context, m mutant) bool {
	left := h.near[m.id]
	h.mu.Lock()
	likely, ok := h.saw[m.in]
	h.mu.Unlock()
	if ok && h.tests[likely].notes[m.id] != 0 && h.batchSees(ctx, m, []int{likely}) {
		return false
	}
	for size := firstBatch; len(left) > 0; size *= 2 {
		n, work := 0, time.Duration(0)
		for n < len(left) && (n == 0 || work < size) {
			work += h.tests[left[n]].takes
			n++
		}
		if h.batchSees(ctx, m, left[:n]) {
			return false
		}
		left = left[n:]
	}
	return true
}

// batchSees runs some tests with one mistake.
func (h *hunter) batchSees(ctx context.Context, m mutant, batch []int) bool {
	var names []string
	var usual time.Duration
	for _, i := range batch {
		names, usual = append(names, h.tests[i].name), usual+h.tests[i].takes
	}
	o := h.try(ctx, m.id, names, usual)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.tried += len(batch)
	for i, name := range names {
		if name == o.failed {
			h.saw[m.in] = batch[i]
		}
	}
	return !o.passed
}

// each makes the mistakes, a few at a time, until the budget is spent.
func (h *hunter) each(ctx context.Context, r *report, progress io.Writer) {
	var mu sync.Mutex
	todo := make(chan mutant)
	var all sync.WaitGroup
	for range h.workers {
		all.Go(func() {
			for m := range todo {
				survived := h.survives(ctx, m)
				if ctx.Err() != nil {
					continue // it was cut short
				}
				mu.Lock()
				r.tried++
				if survived {
					r.survivors = append(r.survivors, m)
				}
				if h.verbose || survived && r.known[m.key()] == "" {
					fmt.Fprintf(progress, "%-8s %s:%d %s\n", map[bool]string{true: "SURVIVED", false: "seen"}[survived], h.dir, m.line, m.key())
				}
				mu.Unlock()
			}
		})
	}
	for i, m := range h.mutants {
		if i%h.every != 0 || !h.only.MatchString(m.key()) || ctx.Err() != nil {
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
