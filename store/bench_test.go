package store

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// Absolute times say nothing about another machine, or about this one an hour
// later. Each benchmark here measures two things in turn and reports one over
// the other; cmd/kasir-bench prints the same ratios with their goals.

func median(d []time.Duration) float64 {
	slices.Sort(d)
	return float64(d[len(d)/2])
}

func timed(b *testing.B, f func() error) time.Duration {
	b.Helper()
	start := time.Now()
	if err := f(); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

func sale(n int) Entry {
	e := entry("settled", 25_000)
	e.Order = fmt.Sprintf("toko-1-%08d", n)
	e.Day -= int32(n / 300)
	e.Body = fmt.Appendf(nil, `{"kind":"settled","order":%q,"amount":25000,"transaction":"c032f87c-f773-4619-aefa-675e1f06f921","issuer":"gopay","at_ms":1800000000000}`, e.Order)
	return e
}

func benchJournal(b *testing.B, rows int) *Journal {
	b.Helper()
	j := newJournal(b)
	var batch []Entry
	for n := range rows {
		if batch = append(batch, sale(n)); len(batch) == 5000 || n == rows-1 {
			if _, err := j.Append(b.Context(), batch...); err != nil {
				b.Fatal(err)
			}
			batch = batch[:0]
		}
	}
	return j
}

// logged is how many bytes one append writes to the log, which is not carried
// back while it is measured.
func logged(b *testing.B, j *Journal) int64 {
	b.Helper()
	if _, err := j.conn.ExecContext(b.Context(), "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		b.Fatal(err)
	}
	j.every, j.pages = 1000, 0
	const n = 20
	for i := range n {
		if _, err := j.Append(b.Context(), sale(i)); err != nil {
			b.Fatal(err)
		}
	}
	info, err := os.Stat(j.path + "-wal")
	if err != nil {
		b.Fatal(err)
	}
	j.every = walPages
	return info.Size() / n
}

// BenchmarkAppend is a durable append over the least a disk can do for it:
// as many bytes overwritten in place, and synced.
func BenchmarkAppend(b *testing.B) {
	j := benchJournal(b, 2000)
	bytes := logged(b, j)
	f, err := os.Create(filepath.Join(b.TempDir(), "floor"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	const blocks = 64
	block := make([]byte, bytes)
	for n := range int64(blocks) {
		if _, err := f.WriteAt(block, n*bytes); err != nil {
			b.Fatal(err)
		}
	}
	if err := f.Sync(); err != nil {
		b.Fatal(err)
	}
	var ours, floor []time.Duration
	for n := 0; b.Loop(); n++ {
		floor = append(floor, timed(b, func() error {
			if _, err := f.WriteAt(block, int64(n%blocks)*bytes); err != nil {
				return err
			}
			return f.Sync()
		}))
		ours = append(ours, timed(b, func() error {
			_, err := j.Append(b.Context(), sale(2000+n))
			return err
		}))
	}
	b.ReportMetric(median(ours)/median(floor), "of-floor")
	b.ReportMetric(float64(bytes), "B/append")
}

// BenchmarkGrowth is an append, and a day's total, in a journal of a million
// rows over the same in one of a thousand.
func BenchmarkGrowth(b *testing.B) {
	journals := [2]*Journal{benchJournal(b, 1000), benchJournal(b, 1_000_000)}
	var appends, sums [2][]time.Duration
	for n := 0; b.Loop(); n++ {
		for i, j := range journals {
			e := sale(n)
			e.Day = 20270101 // after all others, as time goes; not the day that is added up
			appends[i] = append(appends[i], timed(b, func() error {
				_, err := j.Append(b.Context(), e)
				return err
			}))
			sums[i] = append(sums[i], timed(b, func() error {
				count, _, err := j.Sum(b.Context(), "settled", 20261120)
				if err == nil && count != 300 {
					err = fmt.Errorf("%d sales, want 300", count)
				}
				return err
			}))
		}
	}
	b.ReportMetric(median(appends[1])/median(appends[0]), "append-of-1000")
	b.ReportMetric(median(sums[1])/median(sums[0]), "sum-of-1000")
}
