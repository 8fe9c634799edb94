package reconcile

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
	"testing"
)

// A case's life: seen, seen again in the next file, found, back again, closed by a
// person, shown with the same figures, shown with others.
func TestCaseLife(t *testing.T) {
	m := Mismatch{Kind: MissingThere, Order: "a", Here: 1000}
	c, changed := Case{}.See(m, "file-1", 1)
	if !changed || c.State != Waiting || c.SinceMS != 1 || c.Seen != 1 {
		t.Fatalf("first seen: %+v", c)
	}
	if _, changed = c.See(m, "file-1", 2); changed {
		t.Errorf("the same file again changed it")
	}
	if c, changed = c.See(m, "file-2", 3); !changed || c.Seen != 2 || c.SinceMS != 1 {
		t.Errorf("in the next file: %+v", c)
	}
	if c, changed = c.Turn("file-3", 4); !changed || c.State != Found || c.EndedMS != 4 {
		t.Errorf("turned up: %+v", c)
	}
	if _, changed = c.Turn("file-4", 5); changed {
		t.Errorf("turned up twice")
	}
	if _, err := c.Close("Sri", "belongs to Friday", 6); !errors.Is(err, ErrEnded) {
		t.Errorf("closed what was found: %v", err)
	}
	if c, _ = c.See(m, "file-3", 7); c.State != Waiting || c.EndedMS != 0 {
		t.Errorf("missing again: %+v", c)
	}
	c, err := c.Close(" Sri ", "belongs to Friday", 8)
	if err != nil || c.State != Closed || c.Who != "Sri" || c.EndedMS != 8 {
		t.Errorf("closed: %+v, %v", c, err)
	}
	if c, _ = c.See(m, "file-5", 9); c.State != Closed {
		t.Errorf("what was explained waits again: %+v", c)
	}
	m.Here = 900
	if c, _ = c.See(m, "file-6", 10); c.State != Waiting || c.Reason != "" {
		t.Errorf("another figure hides behind the old reason: %+v", c)
	}
}

func TestCloseWantsAReason(t *testing.T) {
	c, _ := Case{}.See(Mismatch{Kind: PaidTwice, Order: "a"}, "f", 1)
	for _, tt := range [][2]string{{"", "a good reason"}, {"Sri", ""}, {"Sri", "ok "}, {"Sri", "two\nlines"}, {"S\x00ri", "a good reason"},
		{strings.Repeat("x", MaxWho+1), "a good reason"}, {"Sri", strings.Repeat("x", MaxReason+1)}, {"Sri", "bad \xff utf"}} {
		if after, err := c.Close(tt[0], tt[1], 2); !errors.Is(err, ErrNoReason) || after.State != Waiting {
			t.Errorf("Close(%.10q, %.10q) = %v", tt[0], tt[1], err)
		}
	}
}

// The sum of the export's columns is the truth, and no cell is a formula.
func TestExport(t *testing.T) {
	var out bytes.Buffer
	e, err := NewExport(&out, wib)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []Row{
		{Order: "a", TransactionID: "t-a", Till: "toko-1", Act: Payment, Amount: 12345, AtMS: 1763618700000, Fee: 86_42, Net: 12258_58, PaidOut: true},
		{Order: "a", TransactionID: "t-a", Till: "toko-1", Act: Refund, Amount: -2345},
		{Order: "=cmd()", Till: "@x", Act: Payment, Amount: 1, Alarm: "late"},
	} {
		if err := e.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	want := "order_id,transaction_id,till,type,time,amount,fee,net,alarm\r\n" +
		"a,t-a,toko-1,payment,2025-11-20 13:05:00,12345,86.42,12258.58,\r\n" +
		"a,t-a,toko-1,refund,,-2345,,,\r\n" +
		"'=cmd(),,'@x,payment,,1,,,late\r\n"
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
	if rows, err := csv.NewReader(&out).ReadAll(); err != nil || len(rows) != 4 {
		t.Errorf("read back: %d rows, %v", len(rows), err)
	}
}
