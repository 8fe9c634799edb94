package main

import (
	"context"
	"errors"
	"hash/fnv"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"kasir/cmd/kasir/update"
	"kasir/terminal"
)

const (
	weighEvery = 5 * time.Second        // whether now is the time for an update, and how the till is
	weighFirst = 100 * time.Millisecond // the same until something was drawn: the rest of a start waits for that
	offerEvery = time.Hour              // the backend is asked for an update
	offerFirst = 5 * time.Minute        // after the start, when a shop opens, the network is for sales
	offerSoon  = 5 * time.Minute        // after something went wrong, and twice as long each time
)

// errRestart ends the till, so that the device can start the system that was installed.
var errRestart = errors.New("the device restarts into an update")

// updating is the till's part of an update: it fetches, says how it is, and finds the
// moment. See package update.
type updating struct {
	t     *till
	paths update.Paths
	runs  update.System
	fetch update.Fetcher

	mu      sync.Mutex
	began   time.Time
	view    terminal.View
	changed time.Time // when view became what it is
	word    time.Time // when the strip's trouble became what it is
	fetched string    // name of a bundle in the inbox
	tech    asking
}

func newUpdating(t *till) *updating {
	now := time.Now()
	u := &updating{t: t, began: now, changed: now, word: now, tech: asking{nudge: make(chan struct{}, 1)},
		paths: update.Paths{Till: filepath.Join(t.updateRoot, update.Device.Till), Keeper: filepath.Join(t.updateRoot, update.Device.Keeper)},
		runs:  update.ThisSystem(t.updateRoot),
	}
	u.fetch = update.Fetcher{Base: t.backend, HTTP: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		Board: u.runs.Board, Dir: t.updates, Free: func() (int64, error) { return update.Free(t.updates) }, Pause: u.pause}
	if t.badge != nil {
		u.fetch.HTTP.Transport = t.badge
	}
	t.faces.also = append(t.faces.also, u.seen)
	return u
}

// seen is told of every view.
func (u *updating) seen(v terminal.View) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if v == u.view {
		return
	}
	if v.Strip.Why != u.view.Strip.Why {
		u.word = time.Now()
	}
	u.view, u.changed = v, time.Now()
}

// calm is what the last view says about a sale. A till that is closed sells nothing,
// and neither does one at which a technician looks at updates.
func (u *updating) calm() update.Calm {
	u.mu.Lock()
	defer u.mu.Unlock()
	idle := false
	switch u.view.Screen.(type) {
	case terminal.Idle, terminal.Closed, terminal.Updates:
		idle = true
	}
	return update.Calm{Idle: idle, Unsure: u.view.Strip.Unsure, Late: u.view.Strip.Late, Since: time.Since(u.changed)}
}

// signs are what the till sees of itself.
func (u *updating) signs() update.Signs {
	drew := len(u.t.faces.all) > 0 && !slices.ContainsFunc(u.t.faces.all, func(f *face) bool { return f.shown.get().Screen == nil })
	u.mu.Lock()
	defer u.mu.Unlock()
	_, fault := u.view.Screen.(terminal.Fault)
	return update.Signs{
		Up: time.Since(u.began), Drew: drew, Glass: !u.view.Strip.NoGlass, Keypad: !u.view.Strip.NoKeypad,
		Selling: u.view.Screen != nil && !fault, Trouble: u.view.Strip.Why, Silent: time.Since(u.word),
	}
}

// watch says how the till is and finds the moment, until ctx ends. Nothing that goes
// wrong here ends the till: one that sells is worth more than one that is new.
func (u *updating) watch(ctx context.Context, events chan<- terminal.Event) error {
	wait, said := weighFirst, ""
	tell := func(err error) {
		if err != nil && err.Error() != said {
			u.t.log.Error("update", "err", err)
		}
		if said = ""; err != nil {
			said = err.Error()
		}
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
		signs := u.signs()
		if wait == weighFirst && !signs.Drew && signs.Up < weighEvery {
			continue
		}
		wait = weighEvery
		health, why := update.Verdict(signs)
		calm := u.calm()
		err := u.paths.SayHealth(health, why, calm.Idle && calm.Unsure+calm.Late == 0)
		state, e := u.paths.State()
		if err = errors.Join(err, e); err != nil {
			tell(err)
			continue
		}
		bundle := u.have(state)
		now := state.AtOnce || u.hurried(state, bundle)
		if !update.May(time.Now().In(u.t.zone), u.t.window, calm, now) {
			continue
		}
		switch {
		case state.Phase == update.Installed:
			if u.t.stopKeys(ctx, events, func() bool { return update.May(time.Now().In(u.t.zone), u.t.window, u.calm(), now) }) {
				return errRestart
			}
		case state.Phase == update.Ready:
			tell(u.paths.AskInstall(""))
		case state.Phase == update.Nothing && bundle != "":
			tell(u.paths.AskInstall(bundle))
		}
	}
}

// have is the name of a bundle that was fetched, is still there, and may be tried.
func (u *updating) have(s update.State) string {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.fetched == "" {
		return ""
	}
	if _, err := os.Stat(filepath.Join(u.t.updates, u.fetched)); err != nil || slices.Contains(s.Bad, u.fetched[:64]) {
		u.fetched = ""
	}
	return u.fetched
}

// stopKeys lets no key through any more if still says so when all that came before
// are dealt with: as only keys begin a sale, none begins after that. It reports
// whether it did.
func (t *till) stopKeys(ctx context.Context, events chan<- terminal.Event, still func() bool) bool {
	select {
	case t.gate <- struct{}{}:
	case <-ctx.Done():
		return false
	}
	for range 2 { // the second is only taken when the first is dealt with
		select {
		case events <- terminal.Wake{}:
		case <-ctx.Done():
			<-t.gate
			return false
		}
	}
	if still() {
		return true // the gate stays shut until the till is gone
	}
	<-t.gate
	return false
}

// How long the glass says that the device starts again: until that can be seen, which
// paper takes some seconds for; and until somebody ends this program, for a device that
// does not start again must sell.
const (
	restartSeen = 5 * time.Second
	restartMost = 45 * time.Second
)

// restart says on the glass that the device starts again, asks for that, and waits for it.
// The journal is closed by now.
func (t *till) restart(ctx context.Context) error {
	v := t.faces.wanted.get()
	v.Screen, v.Strip.Rest = terminal.Restarting{}, terminal.Awake
	t.faces.Show(v)
	t.faces.settle(restartSeen)
	if err := t.update.paths.AskRestart(); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
	case <-time.After(restartMost):
		t.log.Error("the device did not start again")
	}
	t.by = time.Time{}
	return nil
}

// load fetches updates in the background, until ctx ends.
func (u *updating) load(ctx context.Context) error {
	// Tills that were switched on together do not ask together.
	h := fnv.New32a()
	h.Write([]byte(u.t.device))
	wait := offerFirst + time.Duration(h.Sum32()%600)*time.Second
	soon := offerSoon
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		case <-u.tech.nudge:
		}
		if err := u.loadOnce(ctx); err != nil && ctx.Err() == nil {
			u.t.log.Error("update", "err", err)
			wait, soon = soon, min(2*soon, offerEvery)
			continue
		}
		wait, soon = offerEvery, offerSoon
	}
}

// loadOnce fetches the update that there is, if it is wanted.
func (u *updating) loadOnce(ctx context.Context) error {
	state, err := u.paths.State()
	if err != nil || state.Phase != update.Nothing {
		return err
	}
	offer, err := u.fetch.Offer(ctx)
	if errors.Is(err, update.ErrNothing) || err == nil && !update.Wanted(offer, u.runs, state.Bad) {
		return u.fetch.Forget()
	}
	if err != nil {
		return err
	}
	name, err := u.fetch.Fetch(ctx, offer)
	if err != nil {
		return err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.fetched != name {
		u.t.log.Info("an update was fetched", "version", offer.Version)
	}
	u.fetched, u.tech.loaded, u.tech.offered = name, offer.Version, ""
	return nil
}

// pause waits until no sale is open: the line is for that first.
func (u *updating) pause(ctx context.Context) error {
	for {
		if c := u.calm(); c.Idle {
			return ctx.Err()
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(weighEvery):
		}
	}
}
