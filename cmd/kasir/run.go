package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync/atomic"
	"time"

	"kasir/cmd/kasir/hardware"
	"kasir/cmd/kasir/printer"
	"kasir/store"
	"kasir/terminal"
	"kasir/terminal/keypad"
	"kasir/terminal/speaker"
	"kasir/terminal/speaker/voice"
	"kasir/terminal/uplink"
	"kasir/terminal/uplink/badge"
)

// farewell is how long a till takes to end, a room that hangs included: a
// little less than the two seconds after which somebody would rather kill it.
const farewell = 1800 * time.Millisecond

// till is one running terminal: the rooms and who works in them.
type till struct {
	settings
	log    *slog.Logger
	stdin  io.Reader
	stdout io.Writer
	faces  faces
	pad    *keypad.Web // the keys on web panels
	by     time.Time   // when it must be gone; zero while it need not

	voice    voice.Set            // zero: tones only
	printer  *printer.Printer     // nil: there is none
	hardware *hardware.Hardware   // nil without a board
	ailing   chan terminal.Ailing // what stopped working or works again, for the till
	gate     chan struct{}        // holds one while a key goes through, and for good when no more may
	update   *updating            // nil: it is never updated
	badge    *badge.Badge         // nil: the backend is on this machine, and asks for none
	lastRow  atomic.Int64         // when the journal's last row was written, Unix milliseconds
	bench    bool                 // laid open for a check: nobody draws on its panels but that
}

func newTill(s settings, log *slog.Logger, stdin io.Reader, stdout io.Writer) *till {
	return &till{settings: s, faces: newFaces(), log: log, stdin: stdin, stdout: stdout, pad: keypad.NewWeb(log), gate: make(chan struct{}, 1), ailing: make(chan terminal.Ailing, maxAiling)}
}

// left is how much of the farewell is left; it begins with the first call.
func (t *till) left() time.Duration {
	if t.by.IsZero() {
		t.by = time.Now().Add(farewell)
	}
	return max(time.Until(t.by), 20*time.Millisecond)
}

// runTill is kasir run. The panels come first, so that everything that is wrong
// after them can be shown.
func runTill(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) (err error) {
	s, err := readSettings(args, stdout)
	if err != nil {
		return err
	}
	log, closer, err := openLog(s.log, stderr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closer.Close()) }()
	t := newTill(s, log, stdin, stdout)
	go t.collectLater(ctx)
	err = t.live(ctx)
	if errors.Is(err, errRestart) {
		log.Info("till ends for an update")
		return nil
	}
	if err != nil {
		log.Error("till ends", "err", err)
		return err
	}
	log.Info("till ends")
	return nil
}

// live shows something from its first moment to its last. The panels outlive
// the till, for its last picture.
func (t *till) live(ctx context.Context) error {
	panels := newCrew(context.WithoutCancel(ctx), t.log)
	ahead := t.openAhead(ctx)
	err := t.openFaces(panels)
	if err == nil {
		t.badge, err = t.ownBadge()
	}
	if err != nil {
		return errors.Join(err, ahead.close(), panels.dismiss(t.left()), t.faces.close(), t.closeBoard())
	}
	if t.updates != "" {
		t.update = newUpdating(t)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	defer context.AfterFunc(panels.ctx, stop)() // a panel's crew that fails ends the till
	err = t.sell(ctx, ahead)
	if errors.Is(err, errRestart) {
		if failed := t.restart(ctx); failed != nil {
			err = failed
		}
	}
	t.faces.settle(t.left() / 2)
	return errors.Join(err, panels.dismiss(t.left()), t.faces.close(), t.closeBoard())
}

// sell is a till with the journal that was opened until ctx ends. A journal that stops
// ends a life of the till, and one that can be used again begins the next.
func (t *till) sell(ctx context.Context, a *ahead) error {
	<-a.done
	first, book, err := a.journal, a.book, a.err
	if err != nil && faultOf(err) != terminal.FaultDamaged {
		return t.fault(ctx, err)
	}
	j := &first
	hands := newCrew(ctx, t.log)
	pressed, keys := t.takeKeys(hands)
	if keys != nil && err != nil {
		return errors.Join(t.fault(ctx, err), keys, hands.dismiss(t.left()))
	}
	if keys != nil {
		return errors.Join(keys, hands.dismiss(t.left()), j.Close())
	}
	if err != nil {
		if j, book, err = t.damaged(hands.ctx, err, pressed); j == nil {
			return errors.Join(err, hands.dismiss(t.left()))
		}
	}
	t.identify(hands.ctx, j, pressed)
	for {
		next := life{}
		err := t.work(hands.ctx, j, book, pressed, &next)
		switch {
		case next.journal != nil:
			t.log.Info("selling goes on: the journal can be used again")
		case faultOf(err) == terminal.FaultDamaged: // found while it sold
			t.by = time.Time{}
			err = errors.Join(err, j.lost, j.Close())
			next.journal, next.book, err = t.damaged(hands.ctx, err, pressed)
			if next.journal == nil {
				return errors.Join(err, hands.dismiss(t.left()))
			}
		default:
			if keys := hands.dismiss(t.left()); err == nil {
				err = keys
			}
			return errors.Join(err, j.lost, j.Close())
		}
		j, book, t.by = next.journal, next.book, time.Time{}
	}
}

// takeKeys opens the keypad, which stays open from life to life.
func (t *till) takeKeys(hands *crew) (<-chan terminal.Key, error) {
	source, err := t.openKeys()
	if err != nil {
		return nil, err
	}
	pressed := make(chan terminal.Key)
	hands.Go("keys", func(ctx context.Context) error {
		return source.Run(ctx, func(k terminal.Key) {
			select {
			case pressed <- k:
			case <-ctx.Done():
			}
		})
	})
	return pressed, nil
}

// life is what the next life of a till begins with.
type life struct {
	journal *journal
	book    terminal.Book
}

// mendEvery is how often a journal that stopped is tried again.
const mendEvery = 5 * time.Second

// errNextLife ends a life of the till, because the next can begin.
var errNextLife = errors.New("the journal can be used again")

// mend waits until the journal stops, and then until it can be used again: a
// card may be full and emptied, or sit loose and be pressed in.
func (t *till) mend(ctx context.Context, j *journal, into *life) error {
	select {
	case <-ctx.Done():
		return nil
	case <-j.stop:
	}
	said, wait := store.ReasonOf(j.lost), mendEvery
	t.log.Error("the journal stopped", "why", said.String())
	if said == store.Damaged {
		wait = 0 // nothing will mend it: whoever stands there is told what to do
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
		wait = mendEvery
		next, book, err := j.again(ctx)
		if err == nil {
			into.journal, into.book = next, book
			return errNextLife
		}
		if faultOf(err) == terminal.FaultDamaged {
			return err
		}
		if why := store.ReasonOf(err); why != said && ctx.Err() == nil {
			said = why
			t.log.Error("the journal cannot be used yet", "why", said.String(), "err", err)
		}
	}
}

// fault shows that this till cannot sell, until somebody switches it off: a
// program that is gone would leave the last picture standing.
func (t *till) fault(ctx context.Context, cause error) error {
	if ctx.Err() != nil {
		return nil // switched off while it looked at the journal
	}
	t.log.Error("selling is not possible: journal cannot be used", "err", cause)
	t.faces.Show(t.before(terminal.Fault{What: faultOf(cause)}))
	<-ctx.Done()
	return cause
}

// work connects the rooms and runs the till in them.
func (t *till) work(ctx context.Context, j *journal, book terminal.Book, pressed <-chan terminal.Key, next *life) error {
	rooms := newCrew(ctx, t.log)
	events := make(chan terminal.Event)
	receipts := receiptKey{t.journal + ".confirm", t.device, j.ID()}
	confirm, err := receipts.load()
	if err != nil {
		t.log.Error("no receipts until the backend greets", "err", err)
	}
	link, err := uplink.New(uplink.Options{
		Base: t.backend, Device: t.device, Journal: j.ID(), Joined: book.Joined, Cursor: book.Cursor, Epoch: book.Epoch,
		Events: events, Log: t.log, Confirm: confirm, Keep: receipts.save, HTTP: t.client(), Rows: j.rows, Pages: j.pages, Says: t.says(len(book.Open)),
	})
	if err != nil {
		return errors.Join(&misuseError{err}, rooms.dismiss(t.left()))
	}
	later := func(name string, work func(context.Context) error) {
		rooms.Go(name, func(ctx context.Context) error {
			t.faces.seen(ctx, mostUnseen)
			return work(ctx)
		})
	}
	later("uplink", link.Run)
	if t.badge != nil {
		later("identity", t.badge.Keep)
	}
	rooms.Go("journal", func(ctx context.Context) error { return t.mend(ctx, j, next) })
	rooms.Go("inspection", func(ctx context.Context) error {
		return j.inspect(ctx, func(d time.Duration) {
			select {
			case <-time.After(d):
			case <-ctx.Done():
			}
		})
	})
	rooms.Go("own parts", func(ctx context.Context) error { return t.tellAiling(ctx, events) })
	later("network", t.tellNetwork)
	if t.watchdog != "" {
		rooms.Go("watchdog", func(ctx context.Context) error { return t.keepWatch(ctx, events) })
	}
	if t.update != nil {
		later("update", func(ctx context.Context) error { return t.update.watch(ctx, events) })
		later("update's download", t.update.load)
	}
	var setup terminal.Setup
	if t.setup != "" {
		hand := newKeyed(t.setup, t.log)
		later("settings", hand.serve)
		setup = hand
	}
	mechanic := newMechanic(t, j, events)
	later("mechanic", mechanic.serve)
	rooms.Go("keys", func(ctx context.Context) error { return t.forward(ctx, pressed, events) })
	config := terminal.Config{Device: t.device, Merchant: t.merchant, Lang: t.lang, Volume: t.volume, Version: thisBuild().short(), Expect: t.expect, Confirm: confirm, Settable: setup != nil,
		Least: t.least, Most: t.most, Quick: t.quick, Calm: t.calm, Lit: t.lit(), Printer: t.printer != nil}
	rooms.do("till", func(ctx context.Context) error {
		return terminal.Run(ctx, config, book, terminal.Rooms{
			Events: events, Journal: j, Uplink: link, Glass: &t.faces, Speaker: t.speaker(), Setup: setup, Mechanic: mechanic, Printer: t.paper(), Log: t.log,
		})
	})
	return rooms.dismiss(t.left())
}

// forward hands keys to a life of the till.
func (t *till) forward(ctx context.Context, pressed <-chan terminal.Key, events chan<- terminal.Event) error {
	for {
		select {
		case k := <-pressed:
			if !t.letIn(ctx, k, events) {
				return nil
			}
		case <-ctx.Done():
			return nil
		}
	}
}

// letIn hands one key to the till; it reports false when ctx ended.
func (t *till) letIn(ctx context.Context, k terminal.Key, events chan<- terminal.Event) bool {
	select {
	case t.gate <- struct{}{}:
		defer func() { <-t.gate }()
	case <-ctx.Done():
		return false
	}
	select {
	case events <- k:
		return true
	case <-ctx.Done():
		return false
	}
}

// speaker is everything that can be heard, and the log.
func (t *till) speaker() terminal.Speaker {
	all := []terminal.Speaker{speaker.Log(t.log)}
	if t.hardware != nil && t.hardware.Speaker != nil {
		all = append(all, t.hardware.Speaker)
	}
	for _, f := range t.faces.all {
		if f.speaker != nil {
			all = append(all, f.speaker)
		}
	}
	return speaker.Fan(all...)
}
