package display

import (
	"strconv"

	"kasir/display/frame"
	"kasir/terminal"
)

// page is what a screen says, before anything is measured. Empty fields are
// left out.
type page struct {
	mood   mood
	icon   icon
	kicker string   // small, over the head
	head   string   // the state, in a word or two
	brief  string   // the head where there is little room; "" when there is no shorter way
	stress string   // the head's second half, when it has one
	sum    string   // the money
	big    emphasis // which of them is the largest on the glass
	order  string   // as people say it: #0042
	label  string   // one line in inverse video: what is wrong with what was keyed
	lines  []string // sentences, what matters most first
	spare  int      // 1 when even the first may be left out: head, sum and keys say it all; 5 when they go before the kicker does
	list   []choice // one under the other
	keys   []hint   // the keys that work now
	code   *offer   // a code to be scanned instead of all the rest

	spareList bool // of the list all but the first may be left out, the last first
	pattern   bool // the pattern that shows faults of a glass, with head and keys on it
}

// offer is the screen with the code on it. It has words of its own, because
// the code takes what room there is.
type offer struct {
	qr, scan, left, merchant string
	stale, staleShort        string
	wordy                    bool // the words matter as much as the code, which may be smaller for them
}

// hint is a key and what it does here.
type hint struct{ key, does string }

// choice is one entry of a list.
type choice struct{ key, does, brief string } // brief: where there is little room; "" when there is no shorter way

// emphasis is what should be read first.
type emphasis uint8

const (
	bigHead emphasis = iota
	bigSum
)

// mood is how a page looks before a word of it is read.
type mood uint8

const (
	plain mood = iota
	good       // money came
	doubt      // nobody knows, or somebody must look
	bad        // stop
)

// colours are the ink and paper of a mood. On mono, good and bad are inverse
// and doubt is not: see frame.Color.
func (m mood) colours() (ink, paper frame.Color) {
	switch m {
	case good:
		return frame.White, frame.Green
	case doubt:
		return frame.Black, frame.Amber
	case bad:
		return frame.White, frame.Red
	}
	return frame.Black, frame.White
}

// strip is what every screen says at its top edge.
type strip struct {
	name    string // merchant, or device where the merchant is said elsewhere
	sandbox string
	short   string // sandbox in one word
	offline string // why there is no contact; "" when there is
	off     string // the same in one word
	broken  string // a part of the till that does not work; "" when all do
	unsure  int
	late    int
}

// marks are the counts that somebody should look into.
func (st strip) marks() (m []string) {
	if st.unsure > 0 {
		m = append(m, "?"+strconv.Itoa(st.unsure))
	}
	if st.late > 0 {
		m = append(m, "!"+strconv.Itoa(st.late))
	}
	return m
}

func stripOf(v terminal.View, w *words) strip {
	s := strip{name: v.Strip.Merchant, unsure: v.Strip.Unsure, late: v.Strip.Late}
	switch v.Screen.(type) {
	case terminal.Idle, terminal.About:
		s.name = v.Strip.Device
	}
	if s.name == "" {
		s.name = v.Strip.Device
	}
	if v.Strip.Sandbox {
		s.sandbox, s.short = w.sandbox, w.sandboxShort
	}
	if v.Strip.Why != terminal.NoTrouble {
		s.offline, s.off = w.off(v.Strip.Why), w.offline
	} else if !v.Strip.Online {
		s.offline, s.off = w.offline, w.offline
	}
	switch {
	case v.Strip.NoGlass: // seen on another glass than that one
		s.broken = w.noGlass
	case v.Strip.NoKeypad:
		s.broken = w.noKeypad
	case v.Strip.NoPaper:
		s.broken = w.noPaper
	}
	return s
}
