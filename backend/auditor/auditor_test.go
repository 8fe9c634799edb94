package auditor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kasir/backend/merchant"
	"kasir/backend/merchant/shelf"
	"kasir/backend/reconcile"
)

var wib = time.FixedZone("WIB", 7*3600)

// day is the 20th of November, 12:00 in Jakarta.
var day = time.Date(2026, 11, 20, 12, 0, 0, 0, wib).UnixMilli()

// sold is what was sold, by order.
type sold struct {
	charges map[string]reconcile.Charge
	back    map[string][]GivenBack
	doubts  int
	err     error
}

func (s sold) Charge(_ context.Context, order string) (reconcile.Charge, bool, error) {
	c, ok := s.charges[order]
	return c, ok, s.err
}

func (s sold) Paid(_ context.Context, span reconcile.Span, each func(reconcile.Charge) error) error {
	for _, c := range s.charges {
		if c.Paid && span.Holds(c.SettledMS) {
			if err := each(c); err != nil {
				return err
			}
		}
	}
	return s.err
}

func (s sold) Refunds(_ context.Context, order string) ([]GivenBack, error) {
	return s.back[order], s.err
}

func (s sold) Doubts(context.Context, int) (int, error) { return s.doubts, s.err }

func (s sold) add(order string, amount int64) {
	s.charges[order] = reconcile.Charge{Order: order, TransactionID: "t-" + order, Till: "toko-1", Paid: true, Asked: amount, Taken: amount, SettledMS: day}
}

func open(t *testing.T, path string, s Sources) (*Auditor, merchant.Shelf) {
	t.Helper()
	papers, err := shelf.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { papers.Close() })
	return New(papers, s, slog.New(slog.DiscardHandler)), papers
}

func file(text string) File {
	return File{Text: strings.NewReader("order_id,amount,fee,settlement_time\n" + text), Columns: reconcile.Default(), Zone: wib}
}

func (a *Auditor) waiting(t *testing.T) string {
	t.Helper()
	cases, err := a.Cases(t.Context(), true, "", 100)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, c := range cases {
		ids = append(ids, c.ID)
	}
	return strings.Join(ids, " ")
}

// A day's file, the same file again, the next day's file in which something turned
// up, and a person who explains the rest; all of it over a restart.
func TestSettle(t *testing.T) {
	s := sold{charges: map[string]reconcile.Charge{}}
	s.add("a", 1000)
	s.add("b", 2000)
	s.add("late", 3000)
	path := filepath.Join(t.TempDir(), "shelf.db")
	a, papers := open(t, path, s)
	text := "a,1000,7,2026-11-20 12:00\nb,1999,14,2026-11-20 12:00\nx,5,0,2026-11-20 23:59\n"
	r, err := a.Settle(t.Context(), file(text))
	if err != nil || r.Matched != 1 || r.Mismatched != 3 || r.Lines != 3 || r.Again || r.File.Net != 3004_00-21_00 {
		t.Fatalf("took %+v, %v", r, err)
	}
	if got, want := r.Span, (reconcile.Span{FromMS: midnight(day, wib, 0), ToMS: midnight(day, wib, 1)}); got != want {
		t.Errorf("it is of %v, want %v", got, want)
	}
	const want = "b:amount_differs late:missing_there x:unknown_here"
	if got := a.waiting(t); got != want {
		t.Errorf("waiting %q, want %q", got, want)
	}
	if r, err = a.Settle(t.Context(), file(text)); err != nil || !r.Again || r.Mismatched != 3 {
		t.Errorf("the same file again: %+v, %v", r, err)
	}
	papers.Close()
	b, _ := open(t, path, s) // another life
	if r, err = b.Settle(t.Context(), file("late,3000,21,2026-11-21 01:00\n")); err != nil || r.Matched != 1 {
		t.Errorf("the next file: %+v, %v", r, err)
	}
	if got := b.waiting(t); got != "b:amount_differs x:unknown_here" {
		t.Errorf("after the next file %q", got)
	}
	if c, err := b.Close(t.Context(), "x:unknown_here", "Sri", "the web shop's order"); err != nil || c.State != reconcile.Closed {
		t.Errorf("closed: %+v, %v", c, err)
	}
	if _, err := b.Close(t.Context(), "x:unknown_here", "Sri", "the web shop's order"); !errors.Is(err, reconcile.ErrEnded) {
		t.Errorf("closed twice: %v", err)
	}
	if _, err := b.Close(t.Context(), "nobody:unknown_here", "Sri", "the web shop's order"); !errors.Is(err, ErrNoCase) {
		t.Errorf("closed nothing: %v", err)
	}
	all, err := b.Cases(t.Context(), false, "", 100)
	if err != nil || len(all) != 3 || b.waiting(t) != "b:amount_differs" {
		t.Errorf("all cases %v, %v; waiting %q", all, err, b.waiting(t))
	}
	if files, err := b.Statements(t.Context(), "", 10); err != nil || len(files) != 2 {
		t.Errorf("files %v, %v", files, err)
	}
}

// A process that dies anywhere while it takes a file takes it again as if nothing
// had been: the same cases, once, and the same report.
func TestSettleDies(t *testing.T) {
	var text strings.Builder
	s := sold{charges: map[string]reconcile.Charge{}}
	for i := range linesEach + 10 {
		fmt.Fprintf(&text, "o%d,1000,7,2026-11-20 12:00\n", i)
		if i > 2 {
			s.add(fmt.Sprint("o", i), 1000)
		}
	}
	for cut := 0; ; cut++ {
		path := filepath.Join(t.TempDir(), "shelf.db")
		a, papers := open(t, path, s)
		a.shelf = &dying{Shelf: papers, left: cut}
		if _, err := a.Settle(t.Context(), file(text.String())); err == nil {
			if cut < 7 { // its beginning, two papers of lines, three cases, its end
				t.Fatalf("only %d papers were written", cut)
			}
			return
		}
		papers.Close()
		b, _ := open(t, path, s)
		r, err := b.Settle(t.Context(), file(text.String()))
		cases, _ := b.Cases(t.Context(), false, "", 100)
		if err != nil || r.Again || r.Mismatched != 3 || len(cases) != 3 || cases[0].Seen != 1 {
			t.Fatalf("cut before paper %d: %+v, %v, cases %v", cut, r, err, cases)
		}
	}
}

// dying is a shelf whose process dies after some papers.
type dying struct {
	merchant.Shelf
	left int
}

func (d *dying) Put(ctx context.Context, p merchant.Paper) error {
	if d.left == 0 {
		return errors.New("the power went")
	}
	d.left--
	return d.Shelf.Put(ctx, p)
}

func TestSettleRefuses(t *testing.T) {
	a, _ := open(t, filepath.Join(t.TempDir(), "shelf.db"), sold{})
	if _, err := a.Settle(t.Context(), File{Text: strings.NewReader("order_id,amount\na,5\n"), Columns: reconcile.Default(), Zone: wib}); !errors.Is(err, ErrSpan) {
		t.Errorf("a file without times: %v", err)
	}
	var bad *reconcile.BadFile
	if _, err := a.Settle(t.Context(), file("a,x,,\n")); !errors.As(err, &bad) {
		t.Errorf("a bad line: %v", err)
	}
	a.busy <- struct{}{}
	if _, err := a.Settle(t.Context(), file("a,5,,2026-11-20\n")); !errors.Is(err, ErrBusy) {
		t.Errorf("two at a time: %v", err)
	}
	<-a.busy
	a.sources = sold{err: errors.New("book is shut")}
	if _, err := a.Settle(t.Context(), file("a,5,,2026-11-20\n")); err == nil {
		t.Errorf("compared with a book that is shut")
	}
	if got := a.waiting(t); got != "" {
		t.Errorf("cases were opened: %s", got)
	}
}

// The export's sums are what was taken, given back and paid out; fees are there as
// soon as a file has named them.
func TestExport(t *testing.T) {
	s := sold{charges: map[string]reconcile.Charge{}, back: map[string][]GivenBack{}}
	s.add("a", 1000)
	s.add("b", 2000)
	c := s.charges["b"]
	c.Refunded = 700
	s.charges["b"] = c
	s.back["b"] = []GivenBack{{500, day + 1}, {200, day + 72*3600_000}}
	s.add("old", 9000)
	c = s.charges["old"]
	c.SettledMS, c.Refunded = day-240*3600_000, 9000
	s.charges["old"] = c
	s.back["old"] = []GivenBack{{9000, day + 2}}
	a, _ := open(t, filepath.Join(t.TempDir(), "shelf.db"), s)
	span := reconcile.Span{FromMS: midnight(day, wib, 0), ToMS: midnight(day, wib, 1)}
	heading := strings.Join(reconcile.Heading, ",") + "\r\n"
	check := func(want string) {
		t.Helper()
		var out bytes.Buffer
		if err := a.Export(t.Context(), &out, span, wib); err != nil || out.String() != heading+want {
			t.Errorf("%v\n%s\nwant\n%s", err, out.String(), heading+want)
		}
	}
	back := "b,t-b,toko-1,refund,2026-11-20 12:00:00,-500,,,\r\nold,t-old,toko-1,refund,2026-11-20 12:00:00,-9000,,,\r\n"
	check("a,t-a,toko-1,payment,2026-11-20 12:00:00,1000,,,\r\nb,t-b,toko-1,payment,2026-11-20 12:00:00,2000,,,\r\n" + back)
	if _, err := a.Settle(t.Context(), file("a,1000,7.5,2026-11-21 09:00\nb,2000,14,2026-11-21 09:00\n")); err != nil {
		t.Fatal(err)
	}
	check("a,t-a,toko-1,payment,2026-11-20 12:00:00,1000,7.50,992.50,\r\nb,t-b,toko-1,payment,2026-11-20 12:00:00,2000,14,1986,\r\n" + back)
}
