package terminal

import "time"

// menuFor is how long a menu stays when nobody touches it.
const menuFor = 60 * time.Second

// Menu is the choice of what else the till can do.
type Menu struct {
	Volume Volume // KeyPlus changes it
	More   bool   // the other entries are shown; all of them work on either
}

// Name implements Screen.
func (Menu) Name() string { return "menu" }

func (m Menu) key(t *turn, k Key) {
	t.sound(ToneKey, 0)
	switch k {
	case '1':
		if len(t.Book.Open) == 0 {
			t.owed.Sound = Sound{Tone: ToneRefuse}
			return
		}
		t.show(Parked{})
	case '2':
		t.press(KeyLanguage)
	case '3':
		t.show(About{Version: t.Config.Version, Open: len(t.Book.Open)})
	case '4':
		t.show(Dialing{For: ForLink})
	case '5':
		t.show(Entering{Linked: true})
	case '6':
		t.show(Dialing{For: ForUnlink})
	case '7':
		t.show(Sales{})
		t.Screen.pass(t)
	case '8':
		t.guard(ForDay)
	case '9':
		t.guard(ForCrew)
	case '0':
		t.since = t.now.Up
		m.More = !m.More
		t.Screen = m
	case KeyPlus:
		t.since = t.now.Up
		t.press(KeyVolume)
	case KeyClear, KeyMenu, KeyOK, KeyBack:
		t.show(t.resting())
	default:
		t.owed.Sound = Sound{Tone: ToneRefuse}
	}
}

func (m Menu) pass(t *turn) {
	m.Volume = t.volume
	t.Screen = m
	t.closeMenu()
}

func (Menu) deadline(s State) (time.Duration, bool) { return s.since + menuFor, true }

func (t *turn) closeMenu() {
	if t.now.Up-t.since >= menuFor || len(t.Book.Unseen)+len(t.Book.Alarms) > 0 {
		t.show(t.resting())
	}
}

// Parked is the list of charges without an outcome, one at a time.
type Parked struct {
	At, Of   int // which one, from 1, of how many
	Order    OrderID
	Amount   Rupiah
	Checking bool
}

// Name implements Screen.
func (Parked) Name() string { return "parked" }

func (p Parked) key(t *turn, k Key) {
	t.since = t.now.Up
	t.sound(ToneKey, 0)
	switch k {
	case KeyOK:
		t.hurry(p.Order)
	case KeyPlus:
		p.At++
		p.Order = ""
		t.Screen = p
	case KeyClear, KeyMenu, KeyBack:
		t.show(Menu{})
	default:
		t.owed.Sound = Sound{Tone: ToneRefuse}
	}
}

func (p Parked) pass(t *turn) {
	t.Screen = p.of(t.State, t.now)
	if t.Screen.(Parked).Of == 0 {
		t.show(t.resting())
		return
	}
	t.closeMenu()
}

// of keeps the list's place: the same order while it is open, else the number.
func (p Parked) of(s State, now Moment) Parked {
	open := s.Book.Open
	if p.Of = len(open); p.Of == 0 {
		return p
	}
	i := find(open, p.Order)
	if i < 0 {
		i = max(p.At-1, 0) % len(open)
	}
	c, w := open[i], s.watches[i]
	return Parked{At: i + 1, Of: len(open), Order: c.Order, Amount: c.Amount,
		Checking: w.flight != 0 || w.next <= now.Up}
}

func (Parked) deadline(s State) (time.Duration, bool) { return s.since + menuFor, true }

// About says what this till is.
type About struct {
	Version string
	Open    int // charges without an outcome
}

// Name implements Screen.
func (About) Name() string { return "about" }

func (About) key(t *turn, k Key) {
	if k == KeyPlus {
		t.guard(ForTech)
		return
	}
	t.sound(ToneKey, 0)
	t.show(t.resting())
}

func (About) pass(t *turn) { t.closeMenu() }

func (About) deadline(s State) (time.Duration, bool) { return s.since + menuFor, true }
