package terminal

import "time"

// Lang is a language of the glass.
type Lang uint8

// The languages.
const (
	Indonesian Lang = iota
	English
)

// Config is what a till is told once, when it starts.
type Config struct {
	Device    string // see CheckDevice
	Merchant  string // as the customer should see it
	Lang      Lang
	Volume    Volume
	Version   string
	Expect    Expect     // what the code must say about the merchant
	Confirm   Confirm    // what an earlier life was told; zero for nothing
	Settable  bool       // settings can be keyed on this till: see Setup
	Least     Rupiah     // in one sale; 0: as the provider has it
	Most      Rupiah     // the same
	Quick     [10]Rupiah // amounts of digits that are held down; 0: none
	Calm      Calm       // what the glass does when nobody uses the till
	Printer   bool       // there is one
	Lit       bool       // the glass has a light that can be set
	PINRounds int        // what the hash of a PIN costs, in rounds; 0: 10,000. The same for as long as the PINs are
}

// State is the whole till. It is a value: Step never changes the one it was
// given. Book is the durable half; the rest is lost with the power, and
// nothing is lost with it.
type State struct {
	Config Config
	Book   Book
	Screen Screen

	lang      Lang
	volume    Volume
	replays   replays
	lastError string  // the last trouble, or reason of a refusal, in this life
	watches   []watch // one per open charge, in the book's order
	link      link
	confirm   Confirm       // what receipt links are made with; zero for none
	recall    recall        // what another book of the backend's is told and asked
	checks    []check       // one per charge that a code settled, in the book's order
	attempt   attempt       // of the book's Link
	unlinks   []unlink      // one per link being undone, in the book's order
	ticket    int64         // of the last search for a customer
	untold    Screen        // the end of a sale that something else covered; nil for none
	checked   checked       // of the last sales
	signs     [Looks]Sign   // of the last inspection in this life
	pinLocked time.Duration // no PIN is taken before (Moment.Up)
	since     time.Duration // when Screen became what kind it is (Moment.Up)
	touched   time.Duration // when a key was pressed last (Moment.Up)
	calmed    Rest          // how long nobody has used it, in steps

	coding bool // Screen came by itself while a code was being keyed

	noKeypad, noGlass, noNetwork, noPaper bool // see Ailing
}

// link is what is known about the way to the backend.
type link struct {
	trouble Trouble       // why the last question had no answer
	greeted bool          // a backend greeted us in this life
	sandbox bool          // and its money is not real
	silent  bool          // it answers, and the provider behind it does not
	flight  bool          // a hello is on its way
	sent    time.Duration // since then
	next    time.Duration // hello not before
}

// Boot is a till at power-on: what the book says, and a screen to match. A
// charge without an outcome is taken up where it was; money that nobody has
// acknowledged is shown again.
func Boot(c Config, b Book, now Moment) State {
	s := State{Config: c, Book: b, lang: c.Lang, volume: c.Volume, since: now.Up, confirm: c.Confirm}
	if b.Volume > 0 && b.Volume <= int(TonesOnly)+1 {
		s.volume = Volume(b.Volume - 1)
	}
	s.rewatch()
	s.relock(now.Up)
	s.reerrand(now.Up)
	s.Screen = s.resting()
	return s
}

// Strip is what every screen says besides its own matter.
type Strip struct {
	Lang     Lang
	Merchant string
	Device   string
	Online   bool    // the backend answers
	Why      Trouble // why not; or TroubleProvider
	Unsent   int     // facts the backend does not have yet; only while it does not answer
	Sandbox  bool    // the money is not real: say it loudly
	Unsure   int     // charges without an outcome that nobody stands before
	Late     int     // payments that came late and wait to be acknowledged
	NoKeypad bool    // the keypad is gone
	Rest     Rest    // how long nobody has used it
	Lit      bool    // the glass has a light that can be set
	Light    int     // how bright, 1..MaxLight; 0: as the board has it
	NoPaper  bool    // the printer does not print
	Printer  bool    // there is one
	NoGlass  bool    // the customers' glass shows nothing new; for whoever looks at another one
}

// View is all a glass may show. Two equal Views look the same.
type View struct {
	Screen Screen
	Strip  Strip
}

// View is what the till shows now.
func (s State) View() View {
	v := View{Screen: s.Screen, Strip: Strip{
		Lang: s.lang, Merchant: s.Config.Merchant, Device: s.Config.Device,
		Online: s.link.trouble == NoTrouble, Why: s.trouble(), Sandbox: s.link.sandbox,
		NoKeypad: s.noKeypad, NoGlass: s.noGlass, NoPaper: s.noPaper, Printer: s.Config.Printer, Rest: s.calmed, Lit: s.Config.Lit, Light: s.Book.Light,
	}}
	if !v.Strip.Online {
		v.Strip.Unsent = s.unsent()
	}
	front := orderOf(s.Screen)
	for _, c := range s.Book.Open {
		if c.Order != front {
			v.Strip.Unsure++
		}
	}
	for _, c := range s.Book.Unseen {
		if c.Order != front {
			v.Strip.Late++
		}
	}
	return v
}

// Wake is when the till next has something to do by itself, as Moment.Up.
func (s State) Wake() (at time.Duration, ok bool) {
	at, ok = s.Screen.deadline(s)
	if _, stopped := s.Screen.(Fault); stopped {
		return at, ok // nobody is asked any more
	}
	sooner := func(t time.Duration) {
		if !ok || t < at {
			at, ok = t, true
		}
	}
	for _, w := range s.watches {
		sooner(w.due())
	}
	s.errandsDue(sooner)
	for _, c := range s.checks {
		sooner(c.due())
	}
	if next, changes := s.tires(); changes {
		sooner(next)
	}
	switch {
	case s.link.flight:
		sooner(s.link.sent + lostAfter)
	case !s.link.greeted:
		sooner(s.link.next)
	}
	return at, ok
}
