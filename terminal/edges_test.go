package terminal

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
)

// Edges that nothing else holds, each found by a mistake that no other test
// saw: what is heard, and the last of everything that is counted.

// heard is what one more event sounds like.
func (t *till) heard(play func(*till)) string {
	t.Helper()
	t.owed = Effects{}
	play(t)
	return fmt.Sprintf("%s ♪%v", t.Screen.Name(), t.owed.Sound.Tone)
}

func pressing(keys string) func(*till) { return func(s *till) { s.keys(keys) } }

func TestWhatIsHeard(t *testing.T) {
	for _, tt := range []struct {
		name        string
		first, then func(*till)
		want        string
	}{
		{"an open without an answer", pressing("25000\n"), func(s *till) { s.wait(offlineAfter) }, "offline ♪failed"},
		{"the receipt link", func(s *till) { s.confirms(); s.keys("c") }, pressing("+"), "confirming ♪key"},
		{"a wrong code", func(s *till) { s.confirms(); s.keys(s.wrongCode()) }, pressing("\n"), "confirming ♪refuse"},
		{"a number with no room for more", pressing("m4" + strings.Repeat("9", maxDial)), pressing("9"), "dialing ♪refuse"},
		{"a number that is whole", pressing("m4" + phone), pressing("\n"), "linking ♪key"},
		{"a number to be found", pressing("m6" + phone), pressing("\n"), "finding ♪key"},
		{"the same amount again", func(s *till) {
			s.keys("25000\n")
			s.step(pending(1, 25_000))
			s.keys("c")
			s.wait(unsureAfter + settleGuard)
			s.keys("c25000")
		}, pressing("\n"), "twin ♪unsure"},
	} {
		s := greetedTill(t)
		tt.first(s)
		if got := s.heard(tt.then); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// An alarm behind what a code said is heard, not only shown.
func TestTheBackendsOtherWordIsHeard(t *testing.T) {
	s := codedTill(t)
	s.answered(openSays(FactCancelled))
	s.answered(openSays(FactCancelled))
	if got, want := s.owed.Sound.Tone, ToneAlarm; got != want {
		t.Errorf("sound %v, want %v", got, want)
	}
}

// A check that was not answered is asked again in a second, not in a minute; an
// answer to another question is none to it.
func TestACheckIsAskedAgainSoon(t *testing.T) {
	for _, tt := range []struct {
		e    Told
		soon bool
	}{
		{Told{Order: id(1), Call: Open, Trouble: TroubleBackend}, true},
		{Told{Order: id(1), Call: Ask, Trouble: TroubleBackend}, false},
		{Told{Order: id(2), Call: Open, Trouble: TroubleBackend}, false},
	} {
		s := codedTill(t)
		s.wait(lostAfter + time.Second) // the first question was lost
		if len(s.calls) == 0 {
			t.Fatal("nobody asks")
		}
		s.calls = nil
		s.step(tt.e)
		s.wait(openAgain[1] + time.Second)
		if got := len(s.calls) > 0; got != tt.soon {
			t.Errorf("after %+v it is asked again soon: %t, want %t", tt.e, got, tt.soon)
		}
	}
}

// A question that was lost counts as one without an answer.
func TestALostQuestionFailed(t *testing.T) {
	e := errand{flight: true}
	if e.ask(lostAfter-1) || e.fails != 0 {
		t.Errorf("asked before it was lost: %+v", e)
	}
	if !e.ask(lostAfter) || e.fails != 1 || e.sent != lostAfter {
		t.Errorf("after it was lost: %+v", e)
	}
	e = errand{next: 5}
	if !e.ask(5) || e.fails != 0 {
		t.Errorf("the first question: %+v", e)
	}
}

func TestEdgesOfABook(t *testing.T) {
	b := Book{Next: 1}.Apply(Record{Kind: KindTaken, Order: id(1), Next: 8})
	if b.Next != 8 {
		t.Errorf("next is %d after a number that was taken, want 8", b.Next)
	}
	b = Book{Past: []Charge{{Order: id(1), End: EndExpired}}}.Apply(Record{Kind: KindAlarmed, Order: id(1), Why: MismatchPaid.String()})
	if len(b.Past) != 1 || !b.Past[0].Mispaid {
		t.Errorf("past %+v, want the one there was", b.Past)
	}
	b = Book{Past: []Charge{{Order: id(1), End: EndExpired}}}.Apply(Record{Kind: KindSettled, Order: id(1), Amount: 5})
	if len(b.Past) != 1 || b.Past[0].End != EndPaid {
		t.Errorf("past %+v, want the one there was, paid", b.Past)
	}
	b = Book{Alarms: []Alarm{{Order: id(1), What: MismatchAmount}, {Order: id(1), What: MismatchPaid}, {Order: id(2), What: MismatchAmount}}}
	b = b.Apply(Record{Kind: KindSeen, Order: id(1), Why: MismatchAmount.String()})
	if len(b.Alarms) != 2 || b.Alarms[0].What != MismatchPaid || b.Alarms[1].Order != id(2) {
		t.Errorf("alarms %+v, want the two that nobody looked at", b.Alarms)
	}
}

// Who has a PIN is in the order of numbers; nobody has number 0, which takes
// everybody's away.
func TestEdgesOfTheCrew(t *testing.T) {
	b := Book{}
	for _, who := range []int{3, 1, 2} {
		b = b.Apply(Record{Kind: KindCrew, Who: who, Why: string(Cashier), Proof: "x"})
	}
	for i, o := range b.Crew {
		if o.Who != i+1 {
			t.Errorf("operators %+v", b.Crew)
		}
	}
	b.Shift.Shut = true
	if b = b.Apply(Record{Kind: KindCrew, Who: 2}); !b.Shift.Shut || len(b.Crew) != 2 {
		t.Errorf("one fewer: shut %t, %+v", b.Shift.Shut, b.Crew)
	}
	if b = b.Apply(Record{Kind: KindCrew, Who: 0, Proof: "x"}); b.Shift.Shut || len(b.Crew) != 0 {
		t.Errorf("all gone: shut %t, %+v", b.Shift.Shut, b.Crew)
	}
}

func TestEdgesOfCodes(t *testing.T) {
	for wrong, want := range map[int]int{0: 5, 4: 1, 5: 5, maxWrong - 1: 1, maxWrong: 0, maxWrong + 1: 0} {
		if got := triesLeft(Charge{Wrong: wrong}); got != want {
			t.Errorf("after %d wrong codes %d are left, want %d", wrong, got, want)
		}
	}
	s := greetedTill(t)
	s.confirms()
	s.keys("123456z")
	if got := s.Screen.(Confirming).Code; got != "12345600" {
		t.Errorf("six digits and two zeros are %s", got)
	}
	s.keys("c1234567z")
	if got := s.Screen.(Confirming).Code; got != "1234567" || s.owed.Sound.Tone != ToneRefuse {
		t.Errorf("seven digits and two zeros are %s, ♪%v", got, s.owed.Sound.Tone)
	}
	over := s.Screen.(Confirming)
	over.Code, over.Tries = "", 0
	for _, k := range "5z" {
		s.State.Screen = over
		turn := &turn{State: s.State, now: s.moment()}
		over.key(turn, Key(k))
		if turn.owed.Sound.Tone != ToneRefuse {
			t.Errorf("with no tries left %q is %+v, ♪%v", k, turn.Screen, turn.owed.Sound.Tone)
		}
	}
}

// The wait after wrong codes counts down in coarse steps, and wakes for each.
func TestTheWaitForCodesWakes(t *testing.T) {
	s := greetedTill(t)
	s.confirms()
	for range wrongBeforeWait {
		s.keys(s.wrongCode() + "\n")
	}
	c := s.Screen.(Confirming)
	at, ok := c.deadline(s.State)
	if want := s.now + codeWait - 4*time.Minute; !ok || at != want || c.Wait != codeWait {
		t.Errorf("waits %v, wakes at %v, want %v", c.Wait, at, want)
	}
}

// The longest link that a small glass can show.
func TestTheLongestReceiptLink(t *testing.T) {
	s := greetedTill(t)
	s.knowsConfirm()
	s.keys("25000\n")
	s.step(pending(1, 25_000))
	s.step(Linked{Trouble: TroubleNetwork})
	room := maxReceipt - len(s.receipt(s.Book.open(id(1))).link(Confirm{Key: testConfirm.Key}))
	for more, want := range []bool{true, false} {
		s.confirm.Base = strings.Repeat("x", room+more)
		if got := s.confirmable(id(1)); got != want {
			t.Errorf("a link of %d characters can be shown: %t, want %t", maxReceipt+more, got, want)
		}
	}
}

func TestEdgesOfAmounts(t *testing.T) {
	if got := (Config{}).judged(Entering{Amount: MaxCharge}).Refusal; got != NoRefusal {
		t.Errorf("the highest amount is refused: %v", got)
	}
	for _, tt := range []struct {
		amount Rupiah
		next   int64
		want   string
	}{
		{MinCharge, 1, "asking 0"}, {MaxCharge, 1, "asking 0"}, {MaxCharge + 1, 1, fmt.Sprintf("entering %d", RefuseTooMuch)},
		{MinCharge - 1, 1, fmt.Sprintf("entering %d", RefuseZero)},
		{5, MaxOrders, "asking 0"}, {5, MaxOrders + 1, fmt.Sprintf("entering %d", RefuseTooManyOpen)},
	} {
		s := greetedTill(t)
		s.Book.Next = tt.next
		turn := &turn{State: s.State, now: s.moment()}
		turn.charge(Entering{Amount: tt.amount}, Payer{})
		var refusal Refusal
		if e, ok := turn.Screen.(Entering); ok {
			refusal = e.Refusal
		}
		if got := fmt.Sprintf("%s %d", turn.Screen.Name(), refusal); got != tt.want {
			t.Errorf("%d with number %d: %s, want %s", tt.amount, tt.next, got, tt.want)
		}
	}
}

// The last digits of an enrolment code may be two zeros.
func TestEnrolmentCodeEndsInZeros(t *testing.T) {
	e := Enrolling{Digits: strings.Repeat("1", EnrolDigits-2)}
	if e, _ = e.Press(KeyZeroZero); len(e.Digits) != EnrolDigits {
		t.Errorf("digits %s", e.Digits)
	}
	e = Enrolling{Digits: strings.Repeat("1", EnrolDigits-1)}
	if e, _ = e.Press(KeyZeroZero); len(e.Digits) != EnrolDigits-1 {
		t.Errorf("digits %s", e.Digits)
	}
}

// A shift that was closed while an amount stood on the glass sells nothing.
func TestNoSaleInAShutShift(t *testing.T) {
	s := greetedTill(t)
	s.hires()
	s.keys("m81111\n\n\n\n")
	s.want("closed")
	turn := &turn{State: s.State, now: s.moment()}
	turn.show(Entering{Amount: 5_000})
	turn.charge(Entering{Amount: 5_000}, Payer{})
	if turn.Screen.Name() != "closed" || turn.owed.Sound.Tone != ToneRefuse || len(turn.owed.Records) > 0 {
		t.Errorf("screen %+v, ♪%v, records %v", turn.Screen, turn.owed.Sound.Tone, turn.owed.Records)
	}
}

// A receipt whose link no glass can show is none.
func TestReceiptThatIsTooLong(t *testing.T) {
	s := greetedTill(t)
	s.knowsConfirm()
	s.sells(1, "25000", 25_000)
	url := s.receiptOf(id(1))
	room := maxReceipt - len(url) + len(testConfirm.Base)
	for more, want := range []bool{true, false} {
		s.confirm.Base = strings.Repeat("x", room+more)
		if got := s.receiptOf(id(1)); (got != "") != want {
			t.Errorf("a receipt's link of %d characters is %q", maxReceipt+more, got)
		}
	}
	if got := s.receiptOf(id(2)); got != "" {
		t.Errorf("an order that is none has the receipt %s", got)
	}
}

func TestClosesReadsToTheEnd(t *testing.T) {
	all := []Record{{Kind: KindSettled, Order: id(1), Amount: 5}, {Kind: KindShiftClosed}, {Kind: KindShiftClosed}, {Kind: KindSettled, Order: id(2), Amount: 7}}
	bad := errors.New("a bad row")
	for n, want := range map[int]error{len(all): nil, 2: bad} {
		closed, now, err := Closes(func(yield func(Record, error) bool) {
			for _, r := range all[:n] {
				if !yield(r, nil) {
					return
				}
			}
			if want != nil {
				yield(Record{}, want)
			}
		})
		if shifts := map[int]int{4: 2, 2: 1}[n]; len(closed) != shifts || closed[0].Taken != 5 || now.No != shifts || !errors.Is(err, want) {
			t.Errorf("%d records: %d shifts, now %+v, %v", n, len(closed), now, err)
		}
	}
}

// The last letter that fits can still be changed.
func TestTypingIsBounded(t *testing.T) {
	text := typing{}
	for n := range maxTyped {
		var ok bool
		if text, ok = text.press('2', time.Duration(n)*time.Minute); !ok {
			t.Fatalf("letter %d does not fit", n+1)
		}
	}
	if more, ok := text.press('2', time.Hour*2); ok || more.text != text.text {
		t.Errorf("%d letters", len(more.text))
	}
	if same, ok := text.press('2', text.at); !ok || same.text != text.text[:maxTyped-1]+"b" {
		t.Errorf("the last letter changed to %q, %t", same.text, ok)
	}
}

// Screens before a till has a State, and the one after it, ask for nothing by themselves.
func TestScreensBeforeAState(t *testing.T) {
	for _, s := range []Screen{Enrolling{}, Mending{}, Restarting{}} {
		if at, ok := s.deadline(State{}); ok || s.Name() == "" {
			t.Errorf("%s wakes at %v", s.Name(), at)
		}
	}
}

// times are those of the day, and of the last key.
var times = regexp.MustCompile(`((ToMS|at):|up=)\d+`)

// Nothing depends on how long the till has been on: every wait is reckoned from
// its own beginning.
func TestScenesLateInTheDay(t *testing.T) {
	for _, scene := range scenes {
		early, late := greetedTill(t), greetedTill(t)
		late.wait(5 * time.Hour)
		scene.play(early)
		scene.play(late)
		for range 3 {
			if got, want := times.ReplaceAllString(shown(late), ""), times.ReplaceAllString(shown(early), ""); got != want {
				t.Errorf("%s: %s, early in the day %s", scene.name, got, want)
			}
			at, ok := early.Wake()
			then, again := late.Wake()
			if got, want := then-late.now, at-early.now; ok != again || ok && got != want {
				t.Errorf("%s: wakes in %v, early in the day in %v", scene.name, got, want)
			}
			early.wait(40 * time.Second)
			late.wait(40 * time.Second)
		}
	}
}
