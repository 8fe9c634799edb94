package terminal

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

func foldOf(records []Record) (Book, error) {
	return Fold(func(yield func(Record, error) bool) {
		for _, r := range records {
			body, err := r.Encode()
			if err == nil {
				r, err = DecodeRecord(body)
			}
			if !yield(r, err) {
				return
			}
		}
	})
}

// years is the journal of a till that has sold n times, in many ways.
func years(n int64) (all []Record) {
	dice := rand.New(rand.NewPCG(6, 6))
	all = append(all, Record{Kind: KindJoined, Next: 1, Epoch: "A", Cursor: 3})
	for i := range n {
		o, ends := id(i+1), []Kind{KindSettled, KindSettled, KindSettled, KindCancelled, KindExpired, KindDenied, KindTaken}
		all = append(all, Record{Kind: KindOpened, Order: o, Amount: Rupiah(i + 1), Next: i + 2, Customer: strings.Repeat("c", dice.IntN(2))},
			Record{Kind: KindOffered, Order: o})
		if dice.IntN(50) == 0 {
			all = append(all, Record{Kind: KindAlarmed, Order: o, Amount: Rupiah(i + 1), Why: MismatchPaid.String()})
		}
		all = append(all, Record{Kind: ends[dice.IntN(len(ends))], Order: o, Amount: Rupiah(i + 1), Cursor: i})
		if dice.IntN(9) > 0 {
			all = append(all, Record{Kind: KindSeen, Order: o})
		}
		if late := i - dice.Int64N(700); dice.IntN(20) == 0 && late > 0 {
			all = append(all, Record{Kind: KindSettled, Order: id(late), Amount: Rupiah(late), Late: true})
		}
	}
	return append(all, Record{Kind: KindLinking, Order: id(n + 1), Masked: "****7890", Next: n + 2})
}

// Wherever a snapshot is, the till that starts there is the till that starts at
// the beginning, then and ever after.
func TestSnapshotIsTheBook(t *testing.T) {
	all := years(2000)
	if testing.Short() {
		all = years(600)
	}
	for _, at := range []int{0, 1, 57, 1000, len(all) / 2, len(all) - 1, len(all)} {
		b, err := foldOf(all[:at])
		if err != nil {
			t.Fatal(err)
		}
		r, ok := Snapshot(b, noon)
		if !ok {
			t.Fatalf("no snapshot of %d records", at)
		}
		with := append(append(append([]Record(nil), all[:at]...), r), all[at:]...)
		whole, err := foldOf(with)
		if err != nil {
			t.Fatalf("at %d: %v", at, err)
		}
		short, err := foldOf(with[at:])
		if err != nil {
			t.Fatalf("at %d: %v", at, err)
		}
		if got, want := fmt.Sprintf("%+v", short), fmt.Sprintf("%+v", whole); got != want {
			t.Errorf("from the snapshot at %d the book is\n%.900s\nwant\n%.900s", at, got, want)
		}
	}
}

// deflated is so many blanks, which take next to no room.
func deflated(n int) string {
	var small bytes.Buffer
	w, _ := flate.NewWriter(&small, flate.BestCompression)
	_, _ = w.Write(bytes.Repeat([]byte{' '}, n))
	_ = w.Close()
	return base64.StdEncoding.EncodeToString(small.Bytes())
}

func TestSnapshotThatLies(t *testing.T) {
	all := years(40)
	b, _ := foldOf(all)
	honest, _ := Snapshot(b, noon)
	other, _ := Snapshot(b.Apply(Record{Kind: KindSettled, Order: id(777), Amount: 1}), noon)
	older := honest
	older.Count = imageVersion - 1
	cut := honest
	cut.Image = cut.Image[:len(cut.Image)/8*4]
	text := honest
	text.Image = "no base64 at all!"
	tests := []struct {
		name         string
		r            Record
		among, first error // in the fold of everything, and of what begins with it
	}{
		{"honest", honest, nil, nil},
		{"of another book", other, ErrSnapshot, nil},
		{"of another version", older, nil, ErrSnapshot},
		{"cut short", cut, ErrSnapshot, ErrSnapshot},
		{"nothing", Record{Kind: KindSnapshot, Count: imageVersion}, ErrSnapshot, ErrSnapshot},
		{"text", text, ErrSnapshot, ErrSnapshot},
		{"five megabytes", Record{Kind: KindSnapshot, Count: imageVersion, Image: deflated(5 << 20)}, ErrSnapshot, ErrSnapshot},
	}
	for _, tt := range tests {
		if _, err := foldOf(append(years(40), tt.r)); !errors.Is(err, tt.among) {
			t.Errorf("%s, among the records: %v, want %v", tt.name, err, tt.among)
		}
		if _, err := foldOf([]Record{tt.r}); !errors.Is(err, tt.first) {
			t.Errorf("%s, at the beginning: %v, want %v", tt.name, err, tt.first)
		}
	}
	for _, p := range []paidPage{{"x", -1, make([]byte, pageNumbers/8)}, {"x", MaxOrders, make([]byte, pageNumbers/8)}, {"x", 0, nil}} {
		if _, err := (image{Paid: []paidPage{p}}).book(); !errors.Is(err, ErrSnapshot) {
			t.Errorf("page %d of %d bytes: %v", p.Page, len(p.Bits), err)
		}
	}
}

// A book that does not fit gets no snapshot, and the till goes on.
func TestSnapshotThatDoesNotFit(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	b := Book{Next: 1}
	for page := range 200 {
		bits := make([]byte, pageNumbers/8)
		for i := range bits {
			bits[i] = byte(dice.Uint32())
		}
		b.paid = b.paid.withPage("toko-1", page, string(bits))
	}
	if _, ok := Snapshot(b, noon); ok {
		t.Error("100 kB of chance fit into a record")
	}
	b.fresh = 2 * snapshotEvery
	if _, due := (State{Book: b, Screen: Idle{}}).snapshot(Moment{}); due {
		t.Error("what does not fit is due")
	}
}

func TestWhenASnapshotIsDue(t *testing.T) {
	for _, tt := range []struct {
		fresh  int
		screen Screen
		want   bool
	}{
		{snapshotEvery - 1, Idle{}, false},
		{snapshotEvery, Idle{}, true},
		{snapshotEvery, Entering{}, false},
	} {
		s := State{Book: Book{fresh: tt.fresh}, Screen: tt.screen}
		if _, got := s.snapshot(Moment{}); got != tt.want {
			t.Errorf("%d records, on %s: due %t, want %t", tt.fresh, tt.screen.Name(), got, tt.want)
		}
	}
}

// Who adds to a Book adds to the image, else a start would forget it.
func TestImageHasTheWholeBook(t *testing.T) {
	book, in := reflect.TypeFor[Book](), reflect.TypeFor[image]()
	for i := range book.NumField() {
		f := book.Field(i)
		name := map[string]string{"Unlinks": "Unlink", "paid": "Paid"}[f.Name]
		if name == "" {
			name = f.Name
		}
		if _, ok := in.FieldByName(name); !ok && f.Name != "fresh" {
			t.Errorf("a snapshot has no %s", f.Name)
		}
	}
}
