package terminal

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// What is checked although the way there is closed elsewhere: each of these
// guards money, a verdict or a wallet by itself, and is held here by itself.

// begin is a turn of the till as it stands, for one part of a step alone.
func (t *till) begin() *turn { return &turn{State: t.State, now: t.moment()} }

func (t *turn) kinds() string { return kinds(t.owed.Records) }

// A cancel is written down once, and only of a charge that is open.
func TestACancelIsOneRecord(t *testing.T) {
	s := offeringTill(t)
	turn := s.begin()
	turn.letGo(id(1), 25_000)
	turn.letGo(id(1), 25_000)
	turn.letGo(id(9), 25_000)
	if got, want := turn.kinds(), "letgo"; got != want {
		t.Errorf("records %q, want %q", got, want)
	}
}

// A cancel that is in the air stays there; one of nothing is none.
func TestACancelInTheAirStays(t *testing.T) {
	s := offeringTill(t)
	s.keys("c")
	turn := s.begin()
	was := *turn.watching(id(1))
	if was.flight != LetGo {
		t.Fatalf("in the air: %v", was.flight)
	}
	turn.letGoNow(id(1))
	turn.letGoNow(id(9))
	if got := *turn.watching(id(1)); got != was {
		t.Errorf("watch %+v, want %+v", got, was)
	}
}

// News of the same book of the backend's are never counted back.
func TestTheCursorGoesForward(t *testing.T) {
	b := Book{Epoch: "e", Cursor: 9}
	if got := b.Apply(Record{Kind: KindJoined, Epoch: "e", Cursor: 3}).Cursor; got != 9 {
		t.Errorf("the same book again: cursor %d, want 9", got)
	}
	if got := b.Apply(Record{Kind: KindJoined, Epoch: "f", Cursor: 3}).Cursor; got != 3 {
		t.Errorf("another book: cursor %d, want 3", got)
	}
}

// What was paid wrongly stays so, whatever else is found wrong with it.
func TestMispaidStays(t *testing.T) {
	b := Book{Open: []Charge{{Order: id(1)}}}
	for _, m := range []Mismatch{MismatchPaid, MismatchAmount} {
		b = b.Apply(Record{Kind: KindAlarmed, Order: id(1), Why: m.String()})
	}
	if !b.Open[0].Mispaid || !b.Open[0].Alarmed {
		t.Errorf("charge %+v", b.Open[0])
	}
	b = Book{Open: []Charge{{Order: id(1)}}}.Apply(Record{Kind: KindAlarmed, Order: id(1), Why: MismatchAmount.String()})
	if b.Open[0].Mispaid {
		t.Error("a wrong code counts as wrong money")
	}
}

// The backend's word on one code leaves the others waiting for theirs.
func TestAgreedIsAboutOne(t *testing.T) {
	b := Book{Coded: []Charge{{Order: id(1)}, {Order: id(2)}}}.Apply(Record{Kind: KindAgreed, Order: id(1)})
	if len(b.Coded) != 1 || b.Coded[0].Order != id(2) {
		t.Errorf("waiting %+v, want order 2", b.Coded)
	}
}

// A sale whose code was wrong is confirmed by no other code.
func TestAnAlarmedSaleIsNotConfirmable(t *testing.T) {
	s := offeringTill(t)
	s.knowsConfirm()
	s.step(Linked{Trouble: TroubleNetwork})
	if !s.confirmable(id(1)) {
		t.Fatal("not confirmable without an alarm")
	}
	s.Book = s.Book.Apply(Record{Kind: KindAlarmed, Order: id(1), Why: MismatchAmount.String()})
	if s.confirmable(id(1)) {
		t.Error("confirmable in spite of an alarm")
	}
}

func TestUndecidedIsAboutOne(t *testing.T) {
	s := State{watches: []watch{{order: id(1), undecided: true}, {order: id(2)}}}
	for n, want := range map[int64]bool{1: true, 2: false, 3: false} {
		if got := s.undecided(id(n)); got != want {
			t.Errorf("order %d: %t, want %t", n, got, want)
		}
	}
}

// The steps of rest may be configured in any order; the next to come is first.
func TestTheNextRestIsTheSoonest(t *testing.T) {
	s := greetedTill(t)
	s.wait(time.Hour)
	s.keys("mc")
	s.Config.Calm = Calm{Dim: 5 * time.Minute, Advise: time.Minute, Dark: 9 * time.Minute}
	if at, ok := s.tires(); !ok || at != s.now+time.Minute {
		t.Errorf("tires at %v, %t; want %v", at, ok, s.now+time.Minute)
	}
}

// A code is shown for what nobody set aside, and not for what cannot be paid by it.
func TestCodesThatAreNotShown(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*Charge)
		e      Told
		want   string // screen and records
	}{
		{"as it should be", func(*Charge) {}, pending(1, 25_000), "offering offered"},
		{"set aside", func(c *Charge) { c.Parked = true }, pending(1, 25_000), "asking offered"},
		{"let go", func(c *Charge) { c.LetGo = true }, pending(1, 25_000), "asking -"},
		{"without a code", func(*Charge) {}, Told{Order: id(1), Fact: FactPending, Amount: 25_000, ExpiresIn: time.Minute}, "asking -"},
	} {
		s := greetedTill(t)
		s.keys("25000\n")
		turn := s.begin()
		tt.change(&turn.Book.Open[0])
		turn.pending(turn.Book.Open[0], tt.e)
		if got := turn.Screen.Name() + " " + turn.kinds(); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// A code that is overdue by the backend's word is taken off the glass once.
func TestAnOverdueCodeOnTheGlass(t *testing.T) {
	s := offeringTill(t)
	e := pending(1, 25_000)
	e.ExpiresIn = 0
	turn := s.begin()
	turn.pending(turn.Book.Open[0], e)
	if turn.Screen.Name() != "offering" || turn.owed.Sound.Tone != Silence {
		t.Errorf("screen %+v, ♪%v: the countdown is the code's own", turn.Screen, turn.owed.Sound.Tone)
	}
	s.step(e)
	s.want("unsure")
}

// What did not match is said once about a code; of money it is said always.
func TestAnAlarmIsSaidOnce(t *testing.T) {
	for _, tt := range []struct {
		c    Charge
		what Mismatch
		want string
	}{
		{Charge{}, MismatchAmount, "alarmed+letgo"},
		{Charge{LetGo: true}, MismatchAmount, "alarmed"},
		{Charge{Alarmed: true}, MismatchAmount, "-"},
		{Charge{Alarmed: true}, MismatchPaid, "alarmed"},
		{Charge{Alarmed: true, Mispaid: true}, MismatchPaid, "-"},
	} {
		s := offeringTill(t)
		turn := s.begin()
		tt.c.Order, tt.c.Amount = id(1), 25_000
		turn.alarm(tt.c, tt.what, 0)
		if got := turn.kinds(); got != tt.want {
			t.Errorf("%+v, %v: %s, want %s", tt.c, tt.what, got, tt.want)
		}
	}
}

// Money is the sale's when both what was asked for and what was paid are.
func TestMoneyForAnotherAmountIsAnAlarm(t *testing.T) {
	for _, tt := range []struct {
		amount, paid Rupiah
		want         string
	}{
		{25_000, 25_000, "thanks settled"}, {2_500, 25_000, "alarm alarmed"}, {25_000, 2_500, "alarm alarmed"}, {2_500, 2_500, "alarm alarmed"},
	} {
		s := offeringTill(t)
		e := settled(1, tt.amount)
		e.Paid = tt.paid
		s.step(e)
		if got := s.Screen.Name() + " " + s.recorded(); got != tt.want {
			t.Errorf("%d asked, %d paid: %s, want %s", tt.amount, tt.paid, got, tt.want)
		}
	}
}

// A sale that is set aside twice is set aside once; one that is over is not.
func TestSettingAsideIsOneRecord(t *testing.T) {
	s := offeringTill(t)
	turn := s.begin()
	for _, n := range []int64{1, 1, 9} {
		turn.park(id(n))
	}
	if got, want := turn.kinds(), "letgo+parked"; got != want {
		t.Errorf("records %q, want %q", got, want)
	}
	turn.show(Unsure{Order: id(9)})
	turn.Screen.pass(turn)
	if turn.Screen.(Unsure).Checking {
		t.Error("it checks what is not open")
	}
}

// Nothing is said to be unsure of a sale that is over.
func TestUnsureIsSaidOfOpenSales(t *testing.T) {
	s := offeringTill(t)
	turn := s.begin()
	for n, want := range map[int64]Saying{1: SayUnsure, 9: SayNothing} {
		turn.Screen = Unsure{Order: id(n), Amount: 25_000}
		if got, _, _ := turn.saying(Sound{Tone: ToneUnsure}); got != want {
			t.Errorf("order %d: %v, want %v", n, got, want)
		}
	}
}

// No slip is made without a printer, and no receipt of what was not paid.
func TestNoReceiptWithoutMoney(t *testing.T) {
	s := greetedTill(t)
	s.knowsConfirm()
	s.sells(1, "25000", 25_000)
	turn := s.begin()
	if turn.print(id(1), 25_000, true); len(turn.owed.Slips) > 0 || turn.owed.Sound.Tone != ToneRefuse {
		t.Errorf("without a printer: %+v", turn.owed)
	}
	if s.receiptOf(id(1)) == "" {
		t.Fatal("a paid sale has no receipt")
	}
	s.Book.Past = slices.Clone(s.Book.Past)
	s.Book.Past[0].End = EndExpired
	if url := s.receiptOf(id(1)); url != "" {
		t.Errorf("a sale that expired has the receipt %s", url)
	}
}

// A book that is larger than any reader takes is no snapshot, however small it packs.
func TestASnapshotThatUnpacksToTooMuch(t *testing.T) {
	b := Book{Past: []Charge{{Order: OrderID(strings.Repeat("a", maxImage))}}}
	if r, ok := Snapshot(b, noon); ok {
		t.Errorf("it is one, of %d bytes", len(r.Image))
	}
	high := Book{}.Apply(Record{Kind: KindSettled, Order: id(3 * pageNumbers), Amount: 5})
	if i := imageOf(high); len(i.Paid) != 1 || i.Paid[0].Page != 3 {
		t.Errorf("pages %+v, want the third only", i.Paid)
	}
}

func TestAVolumeThatIsNone(t *testing.T) {
	for set, want := range map[int]Volume{0: Soft, 1: Loud, int(TonesOnly) + 1: TonesOnly, int(TonesOnly) + 2: Soft} {
		if got := Boot(Config{Volume: Soft}, Book{Volume: set}, Moment{}).volume; got != want {
			t.Errorf("set to %d: %v, want %v", set, got, want)
		}
	}
}
