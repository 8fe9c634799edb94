package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"kasir/store"
)

const today = 20261121

func settled(n int) store.Entry {
	return store.Entry{
		Kind: "settled", Order: fmt.Sprintf("toko-1-%08d", n), Amount: 25_000, Day: today - int32(n/300%1000), At: time.UnixMilli(1_800_000_000_000),
		Body: []byte(fmt.Sprintf(`{"kind":"settled","order":"toko-1-%08d","amount":25000,"transaction":"c032f87c-f773-4619-aefa-675e1f06f921","issuer":"gopay","at_ms":1800000000000}`, n)),
	}
}

func inTemp(f func(dir string) error) error {
	dir, err := os.MkdirTemp(".", ".kasir-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	return f(dir)
}

// appends holds one durable payment record against the least a disk can do
// for it: overwrite as many bytes as the commit writes, in place, and fsync.
func appends(ctx context.Context) (rows []row, err error) {
	err = inTemp(func(dir string) error {
		path := filepath.Join(dir, "journal.db")
		j, err := store.Open(ctx, path, store.Options{})
		if err != nil {
			return err
		}
		defer j.Close()
		for n := range 2000 { // past the first growth, as after a week
			if _, err := j.Append(ctx, settled(n)); err != nil {
				return err
			}
		}
		bytes, err := written(ctx, filepath.Join(dir, "new.db"))
		if err != nil {
			return err
		}
		f, err := os.OpenFile(filepath.Join(dir, "floor"), os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return err
		}
		defer f.Close()
		block := make([]byte, bytes)
		const blocks = 64
		for range blocks {
			if _, err := f.Write(block); err != nil {
				return err
			}
		}
		var ours, floor []time.Duration
		for n := range 1500 {
			floor = append(floor, took(func() {
				_, err = f.WriteAt(block, int64(n%blocks)*bytes)
				if err == nil {
					err = f.Sync()
				}
			}))
			if err != nil {
				return err
			}
			ours = append(ours, took(func() { _, err = j.Append(ctx, settled(2000+n)) }))
			if err != nil {
				return err
			}
		}
		a, b := median(ours), median(floor)
		rows = append(rows, row{fmt.Sprintf("durable payment record / overwrite %.1f kB + fsync", float64(bytes)/1000), short(a), short(b), over(a, b), 1.5, false})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("measure appends: %w", err)
	}
	return rows, nil
}

// written is how many bytes one append writes: the growth of a new journal's
// write-ahead log, which is not carried back into the database that soon.
func written(ctx context.Context, path string) (int64, error) {
	j, err := store.Open(ctx, path, store.Options{})
	if err != nil {
		return 0, err
	}
	defer j.Close()
	before, err := os.Stat(path + "-wal")
	if err != nil {
		return 0, err
	}
	const n = 40
	for i := range n {
		if _, err := j.Append(ctx, settled(i)); err != nil {
			return 0, err
		}
	}
	after, err := os.Stat(path + "-wal")
	if err != nil {
		return 0, err
	}
	return (after.Size() - before.Size()) / n, nil
}

// growth holds appends and the day's total in a large journal against the same
// in a small one, in turn.
func growth(ctx context.Context, large int) (rows []row, err error) {
	err = inTemp(func(dir string) error {
		small, err := filled(ctx, filepath.Join(dir, "small.db"), 1000)
		if err != nil {
			return err
		}
		defer small.Close()
		big, err := filled(ctx, filepath.Join(dir, "large.db"), large)
		if err != nil {
			return err
		}
		defer big.Close()
		times := map[*store.Journal]*[2][]time.Duration{small: {}, big: {}}
		for n := range 1500 {
			for _, j := range []*store.Journal{small, big} {
				t := times[j]
				e := settled(n)
				e.Day = today - 2000
				t[0] = append(t[0], took(func() { _, err = j.Append(ctx, e) }))
				if err != nil {
					return err
				}
				t[1] = append(t[1], took(func() { _, _, err = j.Sum(ctx, "settled", today-1) }))
				if err != nil {
					return err
				}
			}
		}
		a, b := median(times[big][0]), median(times[small][0])
		c, d := median(times[big][1]), median(times[small][1])
		name := fmt.Sprintf("at %d rows / at 1000", large)
		rows = append(rows,
			row{"durable append " + name, short(a), short(b), over(a, b), 1.2, false},
			row{"today's total (300 sales) " + name, short(c), short(d), over(c, d), 1.2, false})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("measure growth: %w", err)
	}
	return rows, nil
}

// filled is a journal with n sales, 300 a day, the same number of them on the
// day that is asked for.
func filled(ctx context.Context, path string, n int) (*store.Journal, error) {
	j, err := store.Open(ctx, path, store.Options{})
	if err != nil {
		return nil, err
	}
	batch := make([]store.Entry, 0, 5000)
	for i := range n {
		e := settled(i)
		e.Day = today - int32(i/300)
		if batch = append(batch, e); len(batch) == cap(batch) || i == n-1 {
			if _, err := j.Append(ctx, batch...); err != nil {
				j.Close()
				return nil, err
			}
			batch = batch[:0]
		}
	}
	return j, nil
}
