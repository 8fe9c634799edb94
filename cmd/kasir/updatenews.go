package main

import (
	"cmp"
	"context"
	"errors"
	"time"

	"kasir/cmd/kasir/update"
	"kasir/terminal"
)

// lookTime is how long a technician waits for the backend's word on an update.
const lookTime = 15 * time.Second

// asking is what a technician has asked of updates, and learnt; updating.mu guards it.
type asking struct {
	offered   string        // version of the newer one that the backend has; "" for none
	loaded    string        // version of the bundle in the inbox
	unreached bool          // the backend did not answer the last look
	hurry     bool          // somebody wants it now
	nudge     chan struct{} // it is to be fetched now
}

// look asks the backend once, and has what is newer fetched without waiting for the hour.
func (u *updating) look(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	offer, err := u.fetch.Offer(ctx)
	state, unread := u.paths.State()
	wanted := err == nil && unread == nil && update.Wanted(offer, u.runs, state.Bad)
	u.mu.Lock()
	defer u.mu.Unlock()
	u.tech.offered, u.tech.unreached = "", err != nil && !errors.Is(err, update.ErrNothing)
	if wanted {
		u.tech.offered = offer.Version
		select {
		case u.tech.nudge <- struct{}{}:
		default: // it is being asked for already
		}
	}
}

// hasten has the update that there is installed and begun as soon as no sale is open,
// whatever the hour.
func (u *updating) hasten() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.tech.hurry = true
}

// hurried reports whether somebody wants it now. A wish ends with what it was for: an
// update that was refused, or is gone.
func (u *updating) hurried(s update.State, bundle string) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.tech.hurry = u.tech.hurry && (s.Phase != update.Nothing || bundle != "")
	return u.tech.hurry
}

// news is how it stands, for whoever looks. The keeper's word comes before ours.
func (u *updating) news() terminal.UpdateNews {
	state, err := u.paths.State()
	if err != nil {
		state = update.State{} // the watch says it in the log
	}
	bundle := u.have(state)
	u.mu.Lock()
	defer u.mu.Unlock()
	n := terminal.UpdateNews{Phase: terminal.UpdateNone, Runs: u.runs.Version, Version: state.Version}
	switch {
	case state.Phase == update.Installed:
		n.Phase = terminal.UpdateInstalled
	case state.Phase == update.Installing:
		n.Phase = terminal.UpdateInstalling
	case state.Phase == update.Ready:
		n.Phase = terminal.UpdateLoaded
	case bundle != "":
		n.Phase, n.Version = terminal.UpdateLoaded, u.tech.loaded
	case u.tech.offered != "":
		n.Phase, n.Version = terminal.UpdateLoading, u.tech.offered
	case u.tech.unreached:
		n.Phase, n.Why = terminal.UpdateUnreached, cmp.Or(u.view.Strip.Why, terminal.TroubleBackend)
	case state.Why != "":
		n.Phase = terminal.UpdateRefused
	}
	return n
}
