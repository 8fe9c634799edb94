package terminal

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// gathered is a journal of which some records cannot be read.
func gathered(all []Record, lost ...int) Heirloom {
	return Gather(func(yield func(Record, int) bool) {
		gap := 0
		for i, r := range all {
			if slices.Contains(lost, i) {
				gap++
				continue
			}
			if !yield(r, gap) {
				return
			}
			gap = 0
		}
	})
}

// inherit is the till with a new journal that begins with what was read of its
// old one.
func (t *till) inherit(lost ...int) Heirloom {
	t.Helper()
	h := gathered(t.journal, lost...)
	r, ok := h.Heir("old", noon)
	if !ok {
		t.Fatal("there is nothing to be carried over")
	}
	t.journal = []Record{r}
	t.boot()
	return h
}

// dayTill has sold twice, has one sale without an outcome, and PINs.
func dayTill(t *testing.T) *till {
	s := newTill(t)
	s.step(Wake{})
	s.step(Greeted{Next: 1, Latest: 3, Epoch: "A"})
	s.hires()
	s.sells(1, "25000", 25_000)
	s.sells(2, "7500", 7_500)
	s.keys("9000\n")
	s.step(pending(3, 9_000))
	return s
}

func TestHeirOfAWholeBook(t *testing.T) {
	s := dayTill(t)
	was := s.Book
	if h := s.inherit(); h.Lost || h.Read == 0 {
		t.Errorf("%d records were read, lost: %t", h.Read, h.Lost)
	}
	b := s.Book
	if b.Next != was.Next || b.Cursor != was.Cursor || b.Epoch != was.Epoch || !b.Joined || b.Shift.Taken != 32_500 || len(b.Crew) != 3 {
		t.Errorf("the book is\n%+v, was\n%+v", b, was)
	}
	if got := s.Book.known(); was.known() != id(3) || got != "" {
		t.Errorf("the backend finds this journal's key by %q: that is another's", got)
	}
	s.want("idle")
	if got := s.View().Strip.Unsure; got != 1 {
		t.Errorf("%d sales without an outcome are told, want 1", got)
	}
}

// A charge of the journal before is made unpayable, in that journal's name: the
// backend would not take it in another. No code that is keyed says anything of it.
func TestAnOldChargeIsLetGoOf(t *testing.T) {
	s := dayTill(t)
	s.inherit()
	s.step(Wake{})
	s.step(Greeted{Next: 4, Latest: 7, Epoch: "A", Confirm: testConfirm})
	for _, f := range []Fact{FactUnknown, FactPending, FactAsked} {
		if got, want := s.calls, (Call{Verb: LetGo, Order: id(3), Amount: 9_000, Journal: "old"}); len(got) != 1 || got[0] != want {
			t.Fatalf("asks %+v, want %+v", got, want)
		}
		s.link.trouble = TroubleNetwork
		if s.confirmable(id(3)) {
			t.Error("a code with this journal's key is taken")
		}
		s.link.trouble = NoTrouble
		told := pending(3, 9_000)
		told.Call, told.Fact = LetGo, f
		s.step(told)
		s.want("idle")
		s.wait(PollEvery)
	}
	s.step(settled(3, 9_000))
	s.want("late")
	if got := s.Book.Shift.Taken; got != 41_500 {
		t.Errorf("the shift has taken %d, want 41500", got)
	}
}

// What was in the lost records comes back as news, each once; what is in the
// book already does not.
func TestLostRecordsAreToldAgain(t *testing.T) {
	s := newTill(t)
	s.step(Wake{})
	s.step(Greeted{Next: 1, Latest: 3, Epoch: "A"})
	s.sells(1, "25000", 25_000)
	from := len(s.journal)
	s.sells(2, "7500", 7_500)
	to := len(s.journal)
	s.sells(3, "9000", 9_000)
	var lost []int
	for i := from; i < to; i++ {
		lost = append(lost, i)
	}
	cursor := gathered(s.journal[:from]).Book.Cursor
	h := s.inherit(lost...)
	if !h.Lost || s.Book.Cursor != cursor || s.Book.Epoch != "A" || !s.Book.Joined || s.Book.Next != 4 {
		t.Fatalf("lost %t, next %d, news from %d of %s; want 4 and %d of A", h.Lost, s.Book.Next, s.Book.Cursor, s.Book.Epoch, cursor)
	}
	s.step(Wake{})
	s.step(Greeted{Next: 4, Latest: 9, Epoch: "A"})
	for _, told := range []Told{settled(2, 7_500), settled(3, 9_000)} {
		told.Seq = 9
		s.step(told)
	}
	s.want("late")
	if got := s.Book.Shift; got.Sales != 3 || got.Taken != 41_500 || len(s.Book.Unseen) != 1 {
		t.Errorf("%d sales of %d, %d to be acknowledged; want 3 of 41500 and the lost one", got.Sales, got.Taken, len(s.Book.Unseen))
	}
}

// Numbers that only lost records had are known to the backend.
func TestNoNumberIsUsedTwice(t *testing.T) {
	s := dayTill(t)
	first := slices.IndexFunc(s.journal, func(r Record) bool { return r.Kind == KindOpened && r.Order == id(2) })
	s.journal = s.journal[:first]
	s.inherit()
	if s.Book.Next != 2 {
		t.Fatalf("next is %d by what could be read", s.Book.Next)
	}
	s.step(Wake{})
	s.keys("5000\n")
	s.want("asking")
	if got := s.Screen.(Asking).Order; got != "" {
		t.Errorf("order %s is made before the backend was asked", got)
	}
	s.step(Greeted{Next: 4, Latest: 7, Epoch: "A"})
	if got, want := s.Screen.(Asking).Order, id(4); got != want {
		t.Errorf("order %s, want %s", got, want)
	}
}

// A snapshot behind the gap says all that was lost.
func TestSnapshotHealsAGap(t *testing.T) {
	all := years(400)
	b, err := foldOf(all)
	if err != nil {
		t.Fatal(err)
	}
	r, _ := Snapshot(b, noon)
	after := Record{Kind: KindOpened, Order: id(402), Amount: 5, Next: 403}
	h := gathered(append(append(all, r), after), 40, 41, 42, 900)
	if h.Lost || h.Read != len(all)+2-4 {
		t.Errorf("%d records were read, lost: %t", h.Read, h.Lost)
	}
	if h.Book.Next != 403 || h.Book.Shift.Taken != b.Shift.Taken || len(h.Book.Open) != len(b.Open)+1 || h.Book.Cursor != b.Cursor {
		t.Errorf("next %d, taken %d, open %d", h.Book.Next, h.Book.Shift.Taken, len(h.Book.Open))
	}
	for _, bad := range []func(*Record){
		func(r *Record) { r.Count-- }, func(r *Record) { r.Image = "?" },
		func(r *Record) { r.Image = deflated(0) },
	} {
		r := r
		bad(&r)
		if h := gathered(append(all, r), 40); !h.Lost {
			t.Errorf("snapshot %.20q of version %d healed a gap", r.Image, r.Count)
		}
	}
	lie, _ := Snapshot(Book{Next: 1}, noon)
	if h := gathered(append(all, lie)); h.Lost || h.Book.Next != b.Next {
		t.Error("where nothing is missing the records are believed, and no snapshot")
	}
}

// Without the greeting nobody knows where the news began: they are told again
// from a little before the first that is known.
func TestLostGreeting(t *testing.T) {
	news := Record{Kind: KindCancelled, Order: id(9), Cursor: 100}
	for _, tt := range []struct {
		all  []Record
		want int64
	}{
		{[]Record{{}, {}, {}, news, {Kind: KindSettled, Order: id(10), Amount: 5, Cursor: 104}}, 94},
		{[]Record{{}, {}, {}, {Kind: KindSeen, Order: id(1)}}, 0},
		{[]Record{{}, {}, {}, {Kind: KindCancelled, Order: id(9), Cursor: 4}}, 0},
	} {
		if h := gathered(tt.all, 0, 1, 2); !h.Lost || !h.Book.Joined || h.Book.Cursor != tt.want {
			t.Errorf("news from %d, want %d", h.Book.Cursor, tt.want)
		}
	}
}

// What a code settled is compared with the backend's word in the name of the
// journal that it is of; so is what another book of the backend's is told. A second
// damage changes nothing in that.
func TestOldChargesAreSpokenOfInTheirJournalsName(t *testing.T) {
	s := codedTill(t)
	s.inherit()
	s.inherit()
	s.step(Wake{})
	if c := s.asked(1); c.Verb != Open || c.Journal != "old" {
		t.Errorf("asks %+v, want it in the old journal's name", c)
	}
	s = soldTill(t)
	s.inherit()
	s.step(Wake{})
	s.step(Greeted{Next: 4, Latest: 1, Epoch: "B"})
	if c := s.asked(2); c.Verb != Ask || c.Journal != "old" {
		t.Errorf("asks %+v, want it in the old journal's name", c)
	}
}

// Without the old journal's name its charges are left to the backend.
func TestHeirOfNobody(t *testing.T) {
	s := dayTill(t)
	r, ok := gathered(s.journal).Heir("", noon)
	b, err := r.book()
	if !ok || err != nil || len(b.Open) != 0 || b.Shift.Taken != 32_500 || b.Next != 4 || len(b.Crew) != 3 {
		t.Errorf("%t, %v: %+v", ok, err, b)
	}
}

func TestHeirOfNothing(t *testing.T) {
	if r, ok := (Gather(func(func(Record, int) bool) {})).Heir("old", noon); ok {
		t.Errorf("nothing is carried over as %+v", r)
	}
}

// A book that is too large leaves its oldest charges behind.
func TestHeirThatIsTooLarge(t *testing.T) {
	b := Book{Next: 1, Joined: true}
	dice := rand.New(rand.NewPCG(1, 3))
	for n := range int64(pastKept) {
		text := make([]byte, 150)
		for i := range text {
			text[i] = 'a' + byte(dice.IntN(26))
		}
		b.Past = append(b.Past, Charge{Order: id(n + 1), Payer: Payer{Customer: string(text)}})
	}
	if _, ok := Snapshot(b, noon); ok {
		t.Fatal("it is not too large")
	}
	r, ok := (Heirloom{Book: b, Read: 1}).Heir("old", noon)
	if !ok {
		t.Fatal("nothing is carried over")
	}
	got, err := r.book()
	if n := len(got.Past); err != nil || n == 0 || n == pastKept || got.Past[n-1].Order != id(pastKept) {
		t.Errorf("%d charges are carried over, %v", n, err)
	}
}

// Money that somebody has seen came, though the record of its coming is lost; an
// alarm that somebody has seen is no money.
func TestSeenMoneyIsNotShownAgain(t *testing.T) {
	all := []Record{
		{Kind: KindJoined, Next: 1, Epoch: "A"}, {Kind: KindSettled, Order: id(1), Amount: 5},
		{Kind: KindSeen, Order: id(1), Amount: 5}, {Kind: KindSeen, Order: id(2), Amount: 7, Why: MismatchPaid.String()},
		{Kind: KindCancelled, Order: id(3), Cursor: 10},
	}
	h := gathered(all, 1)
	if b := h.Book; b.Shift.Sales != 1 || b.Shift.Taken != 5 || len(b.Unseen) != 0 || !b.paid.has(id(1)) || b.paid.has(id(2)) {
		t.Errorf("%d sales of %d, %d unseen", b.Shift.Sales, b.Shift.Taken, len(b.Unseen))
	}
	if h.Book.Cursor != 0 || h.Book.Epoch != "A" {
		t.Errorf("news from %d of %q, want 0 of A: the greeting was read", h.Book.Cursor, h.Book.Epoch)
	}
}

// What does not fit, whatever is left behind, is not carried over.
func TestHeirThatNeverFits(t *testing.T) {
	dice := rand.New(rand.NewPCG(4, 4))
	b := Book{Next: 1, Past: make([]Charge, 1)}
	for page := range 200 {
		bits := make([]byte, pageNumbers/8)
		for i := range bits {
			bits[i] = byte(dice.Uint32())
		}
		b.paid = b.paid.withPage(device, page, string(bits))
	}
	if _, ok := (Heirloom{Book: b, Read: 1}).Heir("old", noon); ok {
		t.Error("100 kB of chance fit into a record")
	}
}
