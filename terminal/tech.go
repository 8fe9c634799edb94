package terminal

import "time"

// Setting is an entry of kasir.txt that can be keyed on the till.
type Setting uint8

// The settings.
const (
	SetBackend Setting = iota
	SetWiFi
	SetPassword // of the Wi-Fi
	SetBoard
	SetCode // for enrolment
	settings
)

// settingNames are the entries as kasir.txt calls them, by Setting.
var settingNames = [settings]string{"backend", "wifi", "wifi-password", "board", "code"}

func (s Setting) String() string { return settingNames[s] }

// Wish is a setting that a technician has keyed.
type Wish struct {
	Setting Setting
	Value   string
}

// String is the wish as it may stand in a log.
func (w Wish) String() string { return w.Setting.String() }

// Tech is what a technician can see to by the keypad. What was keyed is only
// wished for until OK hands all of it over: whoever takes it checks it as a
// kasir.txt, and starts the till anew.
type Tech struct {
	Keyed   [settings]bool // which were
	Set     bool           // settings can be keyed on this till
	More    bool           // the other entries are shown; all of them work on either
	Support string         // what a support person wants to know, in one line of plain text
	Busy    bool           // there is a sale without an outcome: no new start now
	Handed  bool           // it was handed over

	typed [settings]string
}

// Name implements Screen.
func (Tech) Name() string { return "tech" }

func (s Tech) key(t *turn, k Key) {
	t.since = t.now.Up
	d, digit := k.Digit()
	switch {
	case s.Handed && k != KeyClear:
		t.sound(ToneRefuse, 0)
	case k == '0':
		t.sound(ToneKey, 0)
		s.More = !s.More
		t.Screen = s
	case k == '6':
		t.inspect(s)
	case k == '7':
		t.lookForUpdate(s)
	case digit && d <= Rupiah(settings) && s.Set:
		t.sound(ToneKey, 0)
		what := Setting(d - 1)
		t.show(Typing{What: what, Text: s.typed[what], from: s, typing: typing{text: s.typed[what]}})
	case k == KeyOK && s.Any() && !s.Busy:
		t.sound(ToneKey, 0)
		for i, is := range s.Keyed {
			if is {
				t.owed.Wishes = append(t.owed.Wishes, Wish{Setting(i), s.typed[i]})
			}
		}
		s.Handed = true
		t.Screen = s
	case k == KeyPlus:
		t.sound(ToneKey, 0)
		t.show(ForPhone{Whose: TechniciansPhone, Text: s.Support, back: s})
	case k == KeyClear || k == KeyMenu || k == KeyBack:
		t.sound(ToneKey, 0)
		t.show(t.resting())
	default:
		t.sound(ToneRefuse, 0)
	}
}

// Any reports whether something was keyed that OK would hand over.
func (s Tech) Any() bool {
	for _, is := range s.Keyed {
		if is {
			return true
		}
	}
	return false
}

func (s Tech) pass(t *turn) {
	s.Busy = len(t.Book.Open)+len(t.Book.Unseen) > 0
	s.Support, s.Set = t.support(), t.Config.Settable
	t.Screen = s
	t.closeMenu()
}

func (Tech) deadline(s State) (time.Duration, bool) { return s.since + menuFor, true }

// Typing is a setting being keyed. A digit pressed again is its next letter.
type Typing struct {
	What Setting
	Text string
	Open bool // the last letter can still be changed

	from   Tech
	typing typing
}

// Name implements Screen.
func (Typing) Name() string { return "typing" }

func (s Typing) key(t *turn, k Key) {
	t.since = t.now.Up
	_, digit := k.Digit()
	ok := true
	switch {
	case digit && s.What == SetCode: // digits only
		if ok = len(s.typing.text) < EnrolDigits; ok {
			s.typing = typing{text: s.typing.text + string(rune(k))}
		}
	case digit:
		s.typing, ok = s.typing.press(k, t.now.Up)
	case k == KeyPlus && s.typing.key != 0:
		s.typing = s.typing.stand()
	case k == KeyBack && s.typing.text != "":
		s.typing = s.typing.back()
	case k == KeyOK:
		s.from.typed[s.What], s.from.Keyed[s.What] = s.typing.text, s.typing.text != ""
		t.sound(ToneKey, 0)
		t.show(s.from)
		return
	case k == KeyClear || k == KeyBack:
		t.sound(ToneKey, 0)
		t.show(s.from)
		return
	default:
		ok = false
	}
	if !ok {
		t.sound(ToneRefuse, 0)
		return
	}
	t.sound(ToneKey, 0)
	s.show(t)
}

func (s Typing) show(t *turn) {
	s.Text, s.Open = s.typing.text, s.typing.key != 0
	t.Screen = s
}

func (s Typing) pass(t *turn) {
	if s.typing.key != 0 && t.now.Up-s.typing.at >= nextLetter {
		s.typing = s.typing.stand()
		s.show(t)
	}
	t.closeMenu()
}

func (s Typing) deadline(st State) (time.Duration, bool) {
	if s.typing.key != 0 {
		return s.typing.at + nextLetter, true
	}
	return st.since + menuFor, true
}
