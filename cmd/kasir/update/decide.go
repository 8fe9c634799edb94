package update

import (
	"fmt"
	"slices"
	"time"

	"kasir/backend/wire"
	"kasir/cmd/kasir/update/window"
)

// System is what a device runs.
type System struct {
	Board   string // as buildroot/board calls it
	Version string // see wire.NewerUpdate; "" when nobody knows
}

// Manifest is what the signed part of a bundle says of it.
type Manifest struct {
	Compatible string
	Version    string
}

// Compatible is what a bundle for a board must call itself.
func Compatible(board string) string { return "kasir-" + board }

// Judge says why a bundle is not for this device; nil when it may be installed. It
// is asked again with what was signed, whatever a backend or a file's name said.
func Judge(m Manifest, runs System) error {
	switch {
	case m.Compatible != Compatible(runs.Board):
		return fmt.Errorf("judge bundle: it is for %q, and this is %q", clip(m.Compatible), Compatible(runs.Board))
	case !wire.ValidUpdateVersion(m.Version):
		return fmt.Errorf("judge bundle: %q is no version", clip(m.Version))
	case !wire.ValidUpdateVersion(runs.Version):
		return fmt.Errorf("judge bundle: nobody knows which version this device runs, so whether %s is newer", m.Version)
	case !wire.NewerUpdate(m.Version, runs.Version):
		return fmt.Errorf("judge bundle: %s is not newer than %s, which runs", m.Version, runs.Version)
	}
	return nil
}

// clip keeps a stranger's words short.
func clip(s string) string { return s[:min(len(s), 80)] }

// Wanted reports whether an offer is worth its download: it is newer, for this
// board, not larger than a slot, and was not tried before and found bad.
func Wanted(offer wire.Update, runs System, bad []string) bool {
	return offer.Board == runs.Board && wire.NewerUpdate(offer.Version, runs.Version) &&
		offer.Size > 0 && offer.Size <= wire.MaxUpdate && wire.ValidSHA256(offer.SHA256) && !slices.Contains(bad, offer.SHA256)
}

// Calm is what a till's screen says about a sale.
type Calm struct {
	Idle   bool // it waits for an amount: no sale is begun, and no money unseen is shown
	Unsure int  // charges without an outcome
	Late   int  // payments that nobody has seen
	// Since is how long it has been so.
	Since time.Duration
}

// quiet is how long nobody must have used a till before it is updated by itself.
// The window alone does not tell: without a network the time of day may be wrong.
const quiet = 10 * time.Minute

// May reports whether a till may be updated now. A technician who asks for it at
// once need not wait for the window, but for the end of a sale as everybody.
func May(now time.Time, w window.Window, c Calm, atOnce bool) bool {
	if !c.Idle || c.Unsure > 0 || c.Late > 0 {
		return false
	}
	return atOnce || w.Holds(now) && c.Since >= quiet
}
