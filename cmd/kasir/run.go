package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"kasir/cmd/kasir/hardware"
	"kasir/terminal"
	"kasir/terminal/keypad"
	"kasir/terminal/speaker"
	"kasir/terminal/uplink"
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

	hardware *hardware.Hardware   // nil without a board
	ailing   chan terminal.Ailing // what stopped working or works again, for the till
	bench    bool                 // laid open for a check: nobody draws on its panels but that
}

func newTill(s settings, log *slog.Logger, stdin io.Reader, stdout io.Writer) *till {
	return &till{settings: s, log: log, stdin: stdin, stdout: stdout, pad: keypad.NewWeb(log), ailing: make(chan terminal.Ailing, maxAiling)}
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
	if err := t.live(ctx); err != nil {
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
	if err := t.openFaces(panels); err != nil {
		return errors.Join(err, panels.dismiss(t.left()), t.faces.close(), t.closeBoard())
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	defer context.AfterFunc(panels.ctx, stop)() // a panel's crew that fails ends the till
	err := t.sell(ctx)
	t.faces.settle(t.left() / 2)
	return errors.Join(err, panels.dismiss(t.left()), t.faces.close(), t.closeBoard())
}

// sell opens the journal and is a till until ctx ends.
func (t *till) sell(ctx context.Context) error {
	j, book, err := openBook(ctx, t.journal, t.zone)
	if err != nil {
		return t.fault(ctx, err)
	}
	err = t.work(ctx, &j, book)
	return errors.Join(err, j.lost, j.Close())
}

// fault shows that this till cannot sell, until somebody switches it off: a
// program that is gone would leave the last picture standing.
func (t *till) fault(ctx context.Context, cause error) error {
	if ctx.Err() != nil {
		return nil // switched off while it looked at the journal
	}
	t.log.Error("selling is not possible: journal cannot be used", "err", cause)
	t.faces.Show(terminal.View{
		Screen: terminal.Fault{What: terminal.FaultJournal},
		Strip:  terminal.Strip{Lang: t.lang, Merchant: t.merchant, Device: t.device, Online: true},
	})
	<-ctx.Done()
	return cause
}

// work connects the rooms and runs the till in them.
func (t *till) work(ctx context.Context, j *journal, book terminal.Book) error {
	rooms := newCrew(ctx, t.log)
	events := make(chan terminal.Event)
	receipts := receiptKey{t.journal + ".confirm", t.device, j.ID()}
	confirm, err := receipts.load()
	if err != nil {
		t.log.Error("no receipts until the backend greets", "err", err)
	}
	link, err := uplink.New(uplink.Options{
		Base: t.backend, Device: t.device, Journal: j.ID(), Joined: book.Joined, Cursor: book.Cursor,
		Events: events, Log: t.log, Confirm: confirm, Keep: receipts.save,
	})
	if err != nil {
		return errors.Join(&misuseError{err}, rooms.dismiss(t.left()))
	}
	source, err := t.openKeys()
	if err != nil {
		return errors.Join(err, rooms.dismiss(t.left()))
	}
	rooms.Go("uplink", link.Run)
	rooms.Go("own parts", func(ctx context.Context) error { return t.tellAiling(ctx, events) })
	if t.watchdog != "" {
		rooms.Go("watchdog", func(ctx context.Context) error { return t.keepWatch(ctx, events) })
	}
	rooms.Go("keys", func(ctx context.Context) error {
		return source.Run(ctx, func(k terminal.Key) {
			select {
			case events <- k:
			case <-ctx.Done():
			}
		})
	})
	config := terminal.Config{Device: t.device, Merchant: t.merchant, Lang: t.lang, Version: thisBuild().short(), Expect: t.expect, Confirm: confirm}
	rooms.do("till", func(ctx context.Context) error {
		return terminal.Run(ctx, config, book, terminal.Rooms{
			Events: events, Journal: j, Uplink: link, Glass: &t.faces, Speaker: t.speaker(), Log: t.log,
		})
	})
	return rooms.dismiss(t.left())
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
