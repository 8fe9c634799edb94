package update

import (
	"fmt"
	"strings"
	"time"

	"kasir/terminal"
)

// Signs are what a till sees of itself. Its journal was verified before there were
// any: a till whose journal is not right gives no signs.
type Signs struct {
	Up      time.Duration // since it started
	Drew    bool          // something of this life can be seen on the customers' glass
	Glass   bool          // it works
	Keypad  bool          // it is there
	Selling bool          // no fault stopped it
	Trouble terminal.Trouble
	// Silent is how long Trouble has been as it is.
	Silent time.Duration
}

// Health is what a till says of itself.
type Health uint8

// The healths.
const (
	Waiting Health = iota // not known yet, or not well; it may get better
	Good
)

func (h Health) String() string {
	if h == Good {
		return "good"
	}
	return "waiting"
}

const (
	// settled is how long a till looks before it speaks: a keypad is missed within
	// a second, a backend within nine (uplink.patience).
	settled = 30 * time.Second
	// alone is how long nothing must have been reached before a till says that it
	// is offline, and not that it cannot talk: routers start slower than tills.
	alone = 2 * time.Minute
)

// Verdict is whether the system that runs is well, and why not yet.
//
// The backend counts as reached when it answered, even that it cannot now. A till
// without a network is well, too. One that reaches somebody and does not understand
// them, or is not let in, is not: that is what a bad build looks like.
func Verdict(s Signs) (Health, string) {
	switch {
	case !s.Selling:
		return Waiting, "selling stopped"
	case !s.Drew:
		return Waiting, "nothing can be seen on the glass"
	case !s.Glass:
		return Waiting, "the glass does not work"
	case !s.Keypad:
		return Waiting, "there is no keypad"
	case s.Up < settled:
		return Waiting, "it has just started"
	}
	switch s.Trouble {
	case terminal.NoTrouble, terminal.TroubleBackend, terminal.TroubleProvider:
		return Good, "everything works"
	case terminal.TroubleCable, terminal.TroubleNetwork:
		if s.Silent < alone {
			return Waiting, "the backend is not reached yet"
		}
		return Good, "everything works, without a network"
	}
	return Waiting, fmt.Sprintf("the backend is not understood: %s", s.Trouble)
}

// healthFile is what /usr/lib/kasir/trial reads, a word and a value a line.
func healthFile(h Health, why string, calm bool) []byte {
	said := "no"
	if calm {
		said = "yes"
	}
	return []byte("verdict " + h.String() + "\ncalm " + said + "\nwhy " + strings.ReplaceAll(why, "\n", " ") + "\n")
}
