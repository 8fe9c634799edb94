package terminal

import (
	"strings"
	"testing"
	"time"
)

// sells makes a sale that is paid and acknowledged.
func (t *till) sells(n int64, amount string, rupiah Rupiah) {
	t.Helper()
	t.keys(amount + "\n")
	t.step(settled(n, rupiah))
	t.want("thanks")
	t.wait(settleGuard)
	t.keys("\n")
}

// hires gives the owner, a cashier and a technician their PINs.
func (t *till) hires() {
	t.Helper()
	t.keys("m9" + "1111\n1111\n")
	t.want("crew")
	t.keys("2" + "2222\n2222\n" + "3+" + "3333\n3333\n" + "c")
	if got := len(t.Book.Crew); got != 3 || t.Book.member(3).Role != Technician || t.Book.member(1).Role != Owner || t.Book.member(2).Role != Cashier {
		t.Fatalf("crew %+v", t.Book.Crew)
	}
}

// A day of a shop without PINs: what was taken, a count, the report, and the next
// shift begins empty.
func TestDay(t *testing.T) {
	s := greetedTill(t)
	s.sells(1, "25000", 25_000)
	s.sells(2, "7500", 7_500)
	s.keys("9000\n")
	s.step(pending(3, 9_000))
	s.keys("c")
	s.wait(unsureAfter + settleGuard)
	s.keys("c") // set aside
	s.keys("m8")
	if got := s.Screen.(Totals); got.Shift.Sales != 2 || got.Shift.Taken != 32_500 || got.Unsure != 1 || got.Earlier {
		t.Fatalf("totals %+v", got)
	}
	s.keys("\n")
	s.keys("30000\n")
	r := s.Screen.(Report)
	if r.No != 0 || r.Taken != 32_500 || r.Off() != -2_500 || !r.Has || r.Unsure != 1 || r.ToMS == 0 || r.FromMS == 0 {
		t.Fatalf("report %+v", r)
	}
	s.step(settled(3, 9_000)) // late money is of the shift in which it comes
	if s.Screen.Name() != "report" {
		t.Errorf("the report went away for %s", s.Screen.Name())
	}
	s.keys("\n")
	s.want("late")
	s.wait(settleGuard)
	s.keys("\n")
	s.want("idle")
	s.keys("m8")
	if got := s.Screen.(Totals); got.Shift.No != 1 || got.Shift.Taken != 9_000 || got.Shift.Late != 1 || !got.Earlier {
		t.Errorf("the next shift %+v", got)
	}
	s.keys("\n\n") // closed without a count
	if r := s.Screen.(Report); r.Has || r.Taken != 9_000 {
		t.Errorf("report %+v", r)
	}
	s.keys("\nm8+")
	if r := s.Screen.(Report); !r.Old || r.No != 1 || !r.More() {
		t.Errorf("the last one again %+v", r)
	}
	s.keys("+")
	if r := s.Screen.(Report); r.No != 0 || r.Taken != 32_500 || r.More() {
		t.Errorf("the one before %+v", r)
	}
	s.boot() // and all of it is in the journal
	s.keys("m8")
	if got := s.Screen.(Totals); got.Shift.No != 2 || got.Shift.Sales != 0 {
		t.Errorf("after a power cut %+v", got)
	}
}

// With PINs nobody sells before a shift was opened, and who opened and closed it
// is known.
func TestShiftWithPINs(t *testing.T) {
	s := greetedTill(t)
	s.hires()
	s.sells(1, "25000", 25_000)
	s.keys("m8")
	s.want("pin")
	s.keys("2222\n\n\n")
	r := s.Screen.(Report)
	if r.By != 2 || r.Who != 0 || r.Taken != 25_000 {
		t.Errorf("report %+v", r)
	}
	s.keys("\n")
	s.want("closed")
	s.keys("m525000\n") // a linked wallet is a sale, too
	if s.keys("\n"); len(s.Book.Open) != 0 {
		t.Fatalf("sold while closed: %+v", s.Book.Open)
	}
	s.boot()
	s.step(Wake{})
	s.step(Greeted{Next: 2})
	s.want("closed")
	s.keys("3333\n") // the technician sells nothing
	s.want("pin")
	s.keys("2222\n")
	s.want("idle")
	if s.Book.Shift.Who != 2 || s.Book.Shift.Shut || s.Book.WrongPINs != 0 {
		t.Errorf("shift %+v, wrong PINs %d", s.Book.Shift, s.Book.WrongPINs)
	}
	s.keys("m9" + "2222\n") // a cashier gives nobody a PIN
	if p := s.Screen.(Pin); !p.Wrong {
		t.Errorf("a cashier may say who may do what: %+v", s.Screen)
	}
	s.keys("1111\n")
	s.want("crew")
	s.keys("3\n") // the technician has left
	if s.Book.member(3) != (Operator{}) {
		t.Errorf("still there: %+v", s.Book.Crew)
	}
	s.keys("1\n") // the owner cannot
	if p := s.Screen.(NewPin); p.Why != PinShort || s.Book.member(1).Role != Owner {
		t.Errorf("%+v", p)
	}
}

func TestPINsAreThrottled(t *testing.T) {
	s := greetedTill(t)
	s.hires()
	s.keys("m8")
	for range pinsBeforeWait {
		s.keys("9999\n")
	}
	if p := s.Screen.(Pin); p.Wait == 0 || s.Book.WrongPINs != pinsBeforeWait {
		t.Fatalf("%+v after %d wrong ones", p, s.Book.WrongPINs)
	}
	s.keys("1111\n")
	s.want("pin")
	s.keys("c")
	s.wait(pinWait)
	s.keys("m8" + "1111\n")
	s.want("totals")
	if s.Book.WrongPINs != 0 {
		t.Errorf("%d wrong ones after a right one", s.Book.WrongPINs)
	}
	for _, r := range s.journal {
		if body, err := r.Encode(); err != nil || strings.Contains(string(body), "1111") {
			t.Errorf("a PIN is on disk: %s, %v", body, err)
		}
	}
}

func TestNewPINs(t *testing.T) {
	for keys, want := range map[string]PinTrouble{"12\n": PinShort, "1234\n4321\n": PinDiffers} {
		s := greetedTill(t)
		s.keys("m9" + keys)
		if p := s.Screen.(NewPin); p.Why != want || len(s.Book.Crew) != 0 {
			t.Errorf("%q: %+v, want %d", keys, p, want)
		}
	}
	s := greetedTill(t)
	s.keys("m9")
	s.keys("1234\n1234\n2" + "1234\n")
	if p := s.Screen.(NewPin); p.Why != PinTaken {
		t.Errorf("two have one PIN: %+v", p)
	}
	s.keys("5678901234b") // no more than eight, and one taken back
	if p := s.Screen.(NewPin); p.Typed != MaxPIN-1 {
		t.Errorf("%d digits", p.Typed)
	}
	s.wait(menuFor)
	s.want("idle")
}

// The same amount again, while nobody knows whether the first was paid, is not
// charged by accident.
func TestTwin(t *testing.T) {
	aside := func() *till {
		s := greetedTill(t)
		s.keys("25000\n")
		s.step(pending(1, 25_000))
		s.keys("c")
		s.wait(unsureAfter + settleGuard)
		s.keys("c")
		s.keys("25000\n")
		s.want("twin")
		if len(s.Book.Open) != 1 {
			t.Fatalf("charged: %+v", s.Book.Open)
		}
		return s
	}
	s := aside()
	s.keys("5") // no digit does it
	s.want("twin")
	s.keys("+")
	s.want("asking")
	if got := s.Book.Shift; got.Agains != 1 || got.Overs != 2 || s.Book.Overrides[1] != (Override{OverAgain, id(2), 25_000, id(1)}) || len(s.Book.Open) != 2 {
		t.Errorf("charged all the same: %+v", got)
	}
	s = aside()
	s.step(Told{Order: id(1), Call: LetGo, Fact: FactPending, Amount: 25_000})
	s.calls = nil
	s.keys("\n")
	if got := asked(s); got != "letgo" && got != "ask" {
		t.Errorf("OK asked %q", got)
	}
	s.step(settled(1, 25_000)) // it was this customer's
	s.want("late")
	s.wait(settleGuard)
	s.keys("\n")
	if e, ok := s.Screen.(Entering); !ok || e.Amount != 25_000 {
		t.Errorf("back at %+v", s.Screen)
	}
	s = aside()
	s.step(ended(1, FactCancelled))
	if e, ok := s.Screen.(Entering); !ok || e.Amount != 25_000 {
		t.Errorf("it can be charged now, but the screen is %+v", s.Screen)
	}
	s = aside()
	s.keys("c0\n") // another amount needs no warning
	s.want("asking")
}

// The last sales: by place, by number, checked again, and their receipts.
func TestSales(t *testing.T) {
	s := greetedTill(t)
	s.keys("m7")
	if got := s.Screen.(Sales); got.Of != 0 {
		t.Errorf("sales of nothing: %+v", got)
	}
	s.keys("c")
	s.step(Greeted{Next: 1, Confirm: testConfirm})
	s.sells(1, "25000", 25_000)
	s.keys("7500\n")
	s.step(ended(2, FactExpired))
	s.wait(settleGuard)
	s.keys("\n")
	s.keys("m7")
	if got := s.Screen.(Sales); got.At != 1 || got.Of != 2 || got.Order != id(2) || got.End != EndExpired || got.Receipt {
		t.Fatalf("the newest: %+v", got)
	}
	s.calls = nil
	s.keys("\n\n")
	if got := s.Screen.(Sales); !got.Checking || asked(s) != "ask" || len(s.calls) != 1 {
		t.Errorf("checking: %+v, %v", got, s.calls)
	}
	s.step(Told{Order: id(2), Call: Ask, Trouble: TroubleTimeout})
	if got := s.Screen.(Sales); got.Checking || !got.Failed {
		t.Errorf("no answer: %+v", got)
	}
	s.keys("+")
	if got := s.Screen.(Sales); got.Order != id(1) || !got.Receipt || got.Failed {
		t.Errorf("the one before: %+v", got)
	}
	s.keys("+2\n")
	if got := s.Screen.(Sales); got.Order != id(2) || got.Typed != 0 {
		t.Errorf("by its number: %+v", got)
	}
	s.keys("77\n")
	if got := s.Screen.(Sales); !got.Missing || got.Order != id(2) {
		t.Errorf("a number that is not there: %+v", got)
	}
	s.keys("1\nz")
	if r := s.Screen.(Receipt); r.Amount != 25_000 || !strings.HasPrefix(r.URL, testConfirm.Base+"/r/"+string(id(1))) {
		t.Errorf("receipt %+v", r)
	}
	s.keys("\n")
	s.want("sales")
	s.keys("2\n\n")
	s.step(settled(2, 7_500)) // it had been paid after all
	s.want("late")
	s.wait(settleGuard)
	s.keys("\nm71\nz")
	s.wait(receiptFor)
	s.want("idle")
	s.keys("m71b3\n")
	s.wait(menuFor + time.Second)
	s.want("idle")
}
