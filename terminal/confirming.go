package terminal

import "time"

// Limits of guessing. A code is right by chance once in fifty million tries;
// an order has maxWrong of them, and a wait after every wrongBeforeWait, which
// begins anew with the power.
const (
	wrongBeforeWait = 5
	maxWrong        = 20
	codeWait        = 5 * time.Minute
	maxShown        = 99 // times the link of one order can be shown
)

// Confirming is a receipt link on the glass, for a till without a network: the
// customer's phone asks the backend, and the code that it is shown is keyed
// here.
type Confirming struct {
	Order   OrderID
	Amount  Rupiah
	URL     string
	Code    string        // digits keyed so far
	Refusal Refusal       // RefuseCode: the last one was wrong
	Tries   int           // left before a wait, or for good; 0 while it waits
	Wait    time.Duration // how long no code is taken, in coarse steps
	Payer   Payer

	back Screen // where the cashier came from
}

// Name implements Screen.
func (Confirming) Name() string { return "confirming" }

func (c Confirming) key(t *turn, k Key) {
	_, digit := k.Digit()
	switch {
	case digit && c.Tries > 0 && len(c.Code) < codeDigits:
		c.Code, c.Refusal = c.Code+string(rune(k)), NoRefusal
	case k == KeyZeroZero && c.Tries > 0 && len(c.Code) <= codeDigits-2:
		c.Code, c.Refusal = c.Code+"00", NoRefusal
	case k == KeyBack && c.Code != "":
		c.Code = c.Code[:len(c.Code)-1]
	case k == KeyClear && (c.Code != "" || c.Refusal != NoRefusal):
		c.Code, c.Refusal = "", NoRefusal // the link again
	case k == KeyClear:
		t.sound(ToneKey, 0)
		t.show(c.back)
		return
	case k == KeyOK && len(c.Code) == codeDigits:
		c.decide(t)
		return
	case k == KeyOK && c.Code == "":
		t.hurry(c.Order)
	default:
		t.sound(ToneRefuse, 0)
		return
	}
	t.sound(ToneKey, 0)
	t.Screen = c
}

func (c Confirming) pass(t *turn) {
	if t.confirm == (Confirm{}) { // the backend says that nobody answers there any more
		t.show(c.back)
		t.Screen.pass(t)
		return
	}
	c.Wait, c.Tries = 0, triesLeft(t.Book.open(c.Order))
	if left := t.watching(c.Order).locked - t.now.Up; left > 0 {
		c.Wait, _ = coarse(left)
		c.Code, c.Tries = "", 0
	}
	t.Screen = c
}

func (c Confirming) deadline(s State) (time.Duration, bool) {
	if c.Wait == 0 {
		return 0, false
	}
	_, next := coarse(c.Wait)
	return s.watching(c.Order).locked - next, true
}

// triesLeft is how many wrong codes are taken before the next wait.
func triesLeft(c Charge) int {
	if c.Wrong >= maxWrong {
		return 0
	}
	return wrongBeforeWait - c.Wrong%wrongBeforeWait
}

// confirmable reports whether a receipt link can help: a code of the charge
// has been on a glass, the way to the backend is closed, and one to its page
// is known. A charge whose open was never answered is not one: the backend may
// never have heard of it, and nobody can have paid it. Codes about a charge of
// another journal are made with another key.
func (s *State) confirmable(id OrderID) bool {
	c := s.Book.open(id)
	return s.link.trouble != NoTrouble && s.confirm != (Confirm{}) && c.Offered && !c.Alarmed && c.Old == "" &&
		c.Wrong < maxWrong && c.Shown < maxShown && len(s.Book.Coded) < MaxOpen &&
		len(s.receipt(c).link(s.confirm)) <= maxReceipt
}

// receipt is that of the charge's last showing.
func (s *State) receipt(c Charge) receipt {
	return receipt{s.Config.Device, c.Order, c.Amount, c.Shown}
}

// confirmBy shows the receipt link instead of back. Each showing has a count
// of its own, so that a code is for what is on the glass and nothing else.
func (t *turn) confirmBy(id OrderID, back Screen) {
	if !t.confirmable(id) {
		t.sound(ToneRefuse, 0)
		return
	}
	t.sound(ToneKey, 0)
	c := t.Book.open(id)
	t.record(Record{Kind: KindShown, Order: id, Amount: c.Amount, Count: c.Shown + 1})
	c = t.Book.open(id)
	t.show(Confirming{Order: id, Amount: c.Amount, URL: t.receipt(c).link(t.confirm), Payer: c.Payer, back: back})
}

// decide takes the whole code.
func (c Confirming) decide(t *turn) {
	charge := t.Book.open(c.Order)
	switch t.receipt(charge).judge(t.confirm.Key, c.Code) {
	case verdictPaid:
		t.record(Record{Kind: KindSettled, Order: c.Order, Amount: c.Amount, Why: whyCode})
		t.sound(TonePaid, c.Amount)
		t.show(Thanks{Order: c.Order, Amount: c.Amount, AfterCancel: charge.LetGo})
	case verdictUnpaid:
		t.record(Record{Kind: KindCancelled, Order: c.Order, Amount: c.Amount, Why: whyCode})
		t.sound(ToneFailed, c.Amount)
		t.show(Ended{Order: c.Order, Amount: c.Amount, How: EndCancelled, Payer: c.Payer})
	default:
		t.record(Record{Kind: KindWrongCode, Order: c.Order, Amount: c.Amount, Count: charge.Wrong + 1})
		if (charge.Wrong+1)%wrongBeforeWait == 0 {
			t.watching(c.Order).locked = t.now.Up + codeWait
		}
		c.Code, c.Refusal = "", RefuseCode
		t.sound(ToneRefuse, 0)
		t.show(c)
	}
}
