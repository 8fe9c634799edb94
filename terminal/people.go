package terminal

import "time"

// Crew says who has a PIN, and takes the number of one to be changed.
type Crew struct {
	Roles [MaxCrew]Role // by number, the first is operator 1; "" for nobody
}

// Name implements Screen.
func (Crew) Name() string { return "crew" }

func (Crew) key(t *turn, k Key) {
	t.since = t.now.Up
	d, digit := k.Digit()
	switch {
	case digit && d > 0 && d <= MaxCrew:
		o := t.Book.member(int(d))
		if o.Role == "" {
			o.Role = Cashier
		}
		if d == 1 {
			o.Role = Owner
		}
		t.sound(ToneKey, 0)
		t.show(NewPin{Who: int(d), Role: o.Role, Had: o.Who != 0})
	case k == KeyClear || k == KeyBack || k == KeyMenu || k == KeyOK:
		t.sound(ToneKey, 0)
		t.show(t.resting())
	default:
		t.sound(ToneRefuse, 0)
	}
}

func (c Crew) pass(t *turn) {
	c.Roles = [MaxCrew]Role{}
	for _, o := range t.Book.Crew {
		c.Roles[o.Who-1] = o.Role
	}
	t.Screen = c
	t.closeMenu()
}

func (Crew) deadline(s State) (time.Duration, bool) { return s.since + menuFor, true }

// NewPin is a PIN being chosen, twice.
type NewPin struct {
	Who   int
	Role  Role
	Had   bool // this operator has one: OK without digits takes it away
	Again bool // it is keyed the second time
	Typed int
	Why   PinTrouble

	keyed, first string
}

// PinTrouble is why a PIN was not taken.
type PinTrouble uint8

// The troubles with a new PIN.
const (
	NoPinTrouble PinTrouble = iota
	PinShort                // fewer than MinPIN digits
	PinDiffers              // the two were not the same
	PinTaken                // another operator has it
)

// Name implements Screen.
func (NewPin) Name() string { return "newpin" }

func (p NewPin) key(t *turn, k Key) {
	t.since = t.now.Up
	_, digit := k.Digit()
	switch {
	case digit && p.Typed < MaxPIN:
		p.keyed, p.Why = p.keyed+string(rune(k)), NoPinTrouble
	case k == KeyBack && p.Typed > 0:
		p.keyed = p.keyed[:p.Typed-1]
	case k == KeyClear && (p.Typed > 0 || p.Again):
		p = NewPin{Who: p.Who, Role: p.Role, Had: p.Had}
	case k == KeyClear || k == KeyBack:
		t.sound(ToneKey, 0)
		p.done(t)
		return
	case k == KeyPlus && p.Who > 1 && p.Typed == 0 && !p.Again:
		p.Role = map[Role]Role{Cashier: Technician, Technician: Cashier}[p.Role]
	case k == KeyOK:
		p.decide(t)
		return
	default:
		t.sound(ToneRefuse, 0)
		return
	}
	t.sound(ToneKey, 0)
	p.Typed = len(p.keyed)
	t.Screen = p
}

// decide takes what was keyed: the first time, the second, or nothing.
func (p NewPin) decide(t *turn) {
	fresh := NewPin{Who: p.Who, Role: p.Role, Had: p.Had}
	o, known := t.operator(p.keyed)
	switch {
	case p.Typed == 0 && p.Had && p.Who > 1 && !p.Again:
		t.record(Record{Kind: KindCrew, Who: p.Who})
		t.sound(ToneKey, 0)
		p.done(t)
		return
	case p.Typed < MinPIN:
		p.Why = PinShort
	case !p.Again && known && o.Who != p.Who:
		p, p.Why = fresh, PinTaken
	case !p.Again:
		fresh.Again, fresh.first = true, p.keyed
		t.sound(ToneKey, 0)
		t.Screen = fresh
		return
	case p.first != p.keyed:
		p, p.Why = fresh, PinDiffers
	default:
		t.record(Record{Kind: KindCrew, Who: p.Who, Why: string(p.Role), Proof: t.Config.proof(p.keyed)})
		t.sound(ToneKey, 0)
		p.done(t)
		return
	}
	t.sound(ToneRefuse, 0)
	t.Screen = p
}

// done goes back to the crew, or away from a first PIN that nobody chose.
func (p NewPin) done(t *turn) {
	if len(t.Book.Crew) == 0 {
		t.show(t.resting())
		return
	}
	t.show(Crew{})
	t.Screen.pass(t)
}

func (NewPin) pass(t *turn) { t.closeMenu() }

func (NewPin) deadline(s State) (time.Duration, bool) { return s.since + menuFor, true }
