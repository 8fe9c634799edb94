package terminal

import "fmt"

// Effects is what the world owes the till after one step, in the order of the
// fields: Records are on disk before the first Call is sent and before the
// first sound is made. Whoever carries them out must keep that order (see Run).
type Effects struct {
	Records []Record
	Calls   []Call
	Sound   Sound
	Slips   []Slip // to be put on paper, of sales that are on disk
	Wishes  []Wish // settings that a technician has keyed; the till is started anew with them
	Chores  []Chore
}

// Verb is what a till asks of the backend.
type Verb uint8

// The verbs. Each may be repeated without harm.
const (
	Hello Verb = 1 + iota // who am I to you, and which order numbers are free
	Open                  // make the charge, or say what became of it
	Ask                   // say what became of it
	LetGo                 // see to it that it can no longer be paid

	LinkUp       // make an attempt to link a wallet, or say what became of it
	AskLink      // say what became of it
	FindCustomer // say which customer has a telephone number
	Unlink       // see to it that a customer's wallet is not linked any more
)

func (v Verb) String() string {
	return [...]string{"news", "hello", "open", "ask", "letgo", "link", "asklink", "find", "unlink"}[v]
}

// Call is one question to the backend. Hello has no order.
type Call struct {
	Verb     Verb
	Order    OrderID // LinkUp and AskLink: the attempt's number
	Amount   Rupiah
	Customer string // Open: whose linked wallet is charged, "" for a code; Unlink: whose link is undone
	Phone    string // LinkUp and FindCustomer: the whole number, as keyed
	Ticket   int64  // FindCustomer: comes back with the answer
	Paid     bool   // Ask: this till's book has it as paid, whatever the backend's says
	Journal  string // in whose name, where that is a journal before this one; "": this one
}

// String is the call as it may stand in a log: without the telephone number.
func (c Call) String() string {
	who := c.Customer
	if c.Phone != "" {
		who = mask(c.Phone)
	}
	return fmt.Sprintf("%s %s %d %s #%d", c.Verb, c.Order, int64(c.Amount), who, c.Ticket)
}

// Tone is a sound with a meaning. No verdict is heard that is not journaled.
type Tone uint8

// The tones.
const (
	Silence    Tone = iota
	ToneKey         // a key was taken
	ToneRefuse      // a key made no sense here
	ToneReady       // the code can be scanned
	TonePaid        // two short
	ToneFailed      // one long
	ToneUnsure      // we do not know
	ToneLate        // money came after we had let go
	ToneAlarm       // something is wrong that a person must see to
)

func (t Tone) String() string {
	return [...]string{"", "key", "refuse", "ready", "paid", "failed", "unsure", "late", "alarm"}[t]
}

// Sound is a tone and what it is about, for a speaker that can say it.
type Sound struct {
	Tone   Tone
	Amount Rupiah
	Say    Saying  // what may be said of Order
	Order  OrderID // "" when nothing may
	Again  bool    // somebody asked to hear it again: the tone is the key's
	Volume Volume
}
