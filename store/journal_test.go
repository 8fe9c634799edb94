package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestAppendAndReadBack(t *testing.T) {
	j := newJournal(t)
	last, err := j.Append(t.Context(), entry("opened", 1), entry("offered", 2), entry("settled", 3))
	if err != nil || last != 3 {
		t.Fatalf("last = %d, %v", last, err)
	}
	id := j.ID()
	seq, head := j.Head()
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(j.path + "-*"); len(left) != 0 {
		t.Errorf("a clean close leaves %v", left)
	}
	if err := j.Close(); err != nil {
		t.Errorf("second close: %v", err)
	}
	j = openTest(t, j.path)
	if j.ID() != id || len(id) != 32 {
		t.Errorf("identity %s became %s", id, j.ID())
	}
	if s, h := j.Head(); s != seq || h != head {
		t.Errorf("head %d %x became %d %x", seq, head, s, h)
	}
	var got []string
	for r, err := range j.Rows(t.Context(), 2) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprint(r.Seq, r.Kind, r.Order, r.Amount, r.Day, r.At.UTC().Format(time.RFC3339), string(r.Body)))
	}
	want := `2 offered toko-1-00000002 2 20261121 2026-11-21T05:00:00Z {"kind":"offered","amount":2}`
	if len(got) != 2 || strings.ReplaceAll(got[0], " ", "") != strings.ReplaceAll(want, " ", "") {
		t.Errorf("rows %q, want the first to be %q", got, want)
	}
	tail, err := j.Tail(t.Context(), 2)
	if err != nil || len(tail) != 2 || tail[0].Seq != 2 || tail[1].Seq != 3 {
		t.Errorf("tail = %v, %v", tail, err)
	}
	if err := j.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestRowsReadsMoreThanOnePage(t *testing.T) {
	j := newJournal(t)
	var entries []Entry
	for n := range int64(3*page + 7) {
		entries = append(entries, entry("settled", n+1))
	}
	if _, err := j.Append(t.Context(), entries...); err != nil {
		t.Fatal(err)
	}
	n := int64(0)
	for r, err := range j.Rows(t.Context(), 1) {
		if n++; err != nil || r.Seq != n {
			t.Fatalf("row %d: seq %d, %v", n, r.Seq, err)
		}
	}
	if n != int64(len(entries)) {
		t.Errorf("%d rows, want %d", n, len(entries))
	}
	for range j.Rows(t.Context(), 1) {
		break // a reader that stops early must not hold the connection
	}
	fill(t, j, 1, 1)
}

func TestSumIsTheFoldOverRows(t *testing.T) {
	j := newJournal(t)
	want := map[string][2]int64{}
	for n := range int64(200) {
		e := entry([]string{"settled", "opened"}[n%2], n%7*1000)
		e.Day += int32(n % 3)
		if _, err := j.Append(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	for r, err := range j.Rows(t.Context(), 1) {
		if err != nil {
			t.Fatal(err)
		}
		key := fmt.Sprint(r.Kind, r.Day)
		want[key] = [2]int64{want[key][0] + 1, want[key][1] + r.Amount}
	}
	if len(want) != 6 {
		t.Fatalf("%d sums, want 6", len(want))
	}
	for _, kind := range []string{"settled", "opened", "expired"} {
		for day := int32(20261121); day < 20261125; day++ {
			count, total, err := j.Sum(t.Context(), kind, day)
			if err != nil {
				t.Fatal(err)
			}
			if got, w := [2]int64{count, total}, want[fmt.Sprint(kind, day)]; got != w {
				t.Errorf("%s on %d: %v, want %v", kind, day, got, w)
			}
		}
	}
}

func TestBadEntriesChangeNothing(t *testing.T) {
	j := newJournal(t)
	good := entry("opened", 1)
	for name, change := range map[string]func(*Entry){
		"no kind":       func(e *Entry) { e.Kind = "" },
		"kind":          func(e *Entry) { e.Kind = "Settled" },
		"long kind":     func(e *Entry) { e.Kind = strings.Repeat("a", 33) },
		"order in two":  func(e *Entry) { e.Order = "a\nb" },
		"long order":    func(e *Entry) { e.Order = strings.Repeat("a", 65) },
		"no body":       func(e *Entry) { e.Body = nil },
		"body not JSON": func(e *Entry) { e.Body = []byte("{") },
		"long body":     func(e *Entry) { e.Body = []byte(`"` + strings.Repeat("a", maxBody) + `"`) },
	} {
		bad := good
		change(&bad)
		if _, err := j.Append(t.Context(), good, bad); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if seq, _ := j.Head(); seq != 0 {
		t.Errorf("%d rows after nothing but refusals", seq)
	}
	fill(t, j, 1, 1)
}

func TestAppendAfterAnErrorIsStopped(t *testing.T) {
	j := newJournal(t)
	fill(t, j, 1, 2)
	if _, err := j.conn.ExecContext(t.Context(), "PRAGMA query_only = 1"); err != nil {
		t.Fatal(err)
	}
	_, first := j.Append(t.Context(), entry("settled", 3))
	if first == nil {
		t.Fatal("wrote on a connection that cannot")
	}
	if _, err := j.conn.ExecContext(t.Context(), "PRAGMA query_only = 0"); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Append(t.Context(), entry("settled", 3)); !errors.Is(err, ErrStopped) {
		t.Errorf("second append: %v, want ErrStopped", err)
	}
	j.Close()
	if _, err := j.Append(context.Background(), entry("settled", 3)); !errors.Is(err, ErrStopped) {
		t.Errorf("append after close: %v, want ErrStopped", err)
	}
	j = openTest(t, j.path)
	fill(t, j, 3, 3)
	if err := j.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}
