package main

import (
	"context"
	"errors"
	"fmt"
	"image"
	"time"

	"kasir/cmd/kasir/hardware"
	"kasir/display"
	"kasir/display/desk"
	"kasir/display/frame"
	"kasir/terminal"
)

// mirrorEvery is how often a browser is shown what is on an emulated glass.
const mirrorEvery = 100 * time.Millisecond

// openBoard opens the hardware that the board file names, if there is one.
func (t *till) openBoard(panels *crew) (err error) {
	if t.board == nil {
		return nil
	}
	t.hardware, err = hardware.Open(*t.board, hardware.Options{Log: t.log, Voice: t.voice, Pad: func(there bool) { t.ails(terminal.PartKeypad, !there) }})
	if err != nil {
		return err
	}
	h := t.hardware
	if w, can := h.Panel.(interface{ Wake(context.Context) error }); can && !t.bench {
		panels.Go("waking", func(ctx context.Context) error {
			if err := w.Wake(ctx); err != nil {
				t.log.Debug("glass does not wake yet", "err", err) // its first picture tries again
			}
			t.ink()
			return nil
		})
	}
	panels.Go("sound and lamps", h.Run)
	if h.Lights != nil && !t.bench {
		t.faces.also = append(t.faces.also, h.Lights.Show)
	}
	if !t.bench {
		t.keepLight(panels)
		t.openPrinter(panels)
	}
	f := &face{panel: h.Panel}
	if err := t.light(panels, f, t.board.Panel.Format(), display.GlassOptions{
		Trouble: func(err error) { t.ails(terminal.PartGlass, err != nil) },
	}); err != nil {
		return &misuseError{fmt.Errorf("open panel %s: %w", h.Panel, err)}
	}
	if where := t.board.Panel.Mirror; where != "" {
		if err := t.mirror(panels, f, where); err != nil {
			return err
		}
	}
	if h.Cashier == nil {
		return nil
	}
	cashier := &face{panel: h.Cashier}
	if err := t.light(panels, cashier, t.board.Cashier.Format(), display.GlassOptions{Cashier: true}); err != nil {
		return &misuseError{fmt.Errorf("open cashier's glass %s: %w", h.Cashier, err)}
	}
	return nil
}

// ink draws for nobody, while the first picture still waits for a slow card: reading fonts
// takes longer than drawing with them.
func (t *till) ink() {
	if t.faces.wanted.get().Screen != nil {
		return
	}
	r, err := display.NewRenderer(t.board.Panel.Format())
	if err == nil {
		_ = r.Render(frame.New(t.board.Panel.Format()), t.before(terminal.Idle{})) // what is wrong shows when it is seen
	}
}

// closeBoard lets go of the hardware; the glass is closed before.
func (t *till) closeBoard() error {
	if t.hardware == nil {
		return nil
	}
	return t.hardware.Close()
}

// maxAiling is how many changes of the till's own parts wait for it. A part
// changes at most about once a second, and the till takes one in milliseconds.
const maxAiling = 64

// ails hands over that a part stopped working or works again. It never blocks:
// with the queue full, which takes a till that stands still, it is dropped.
func (t *till) ails(p terminal.Part, bad bool) {
	select {
	case t.ailing <- terminal.Ailing{Part: p, Bad: bad}:
	default:
		t.log.Error("the till was not told of its own part", "part", int(p), "bad", bad)
	}
}

// tellAiling brings the till word of its own parts.
func (t *till) tellAiling(ctx context.Context, events chan<- terminal.Event) error {
	for {
		select {
		case a := <-t.ailing:
			select {
			case events <- a:
			case <-ctx.Done():
				return nil
			}
		case <-ctx.Done():
			return nil
		}
	}
}

// mirror shows in a browser what is on an emulated glass, and says in the log
// what its controller did not like.
func (t *till) mirror(panels *crew, f *face, where string) error {
	w, err := t.serveWeb(panels, where, &f.shown)
	if err != nil {
		return err
	}
	f.speaker = t.pageSpeaker(panels, w)
	panels.Go("mirror", func(ctx context.Context) error {
		defer w.Close()
		tick := time.NewTicker(mirrorEvery)
		defer tick.Stop()
		last, next := frame.New(t.format), frame.New(t.format)
		for first := true; ; first = false {
			copyImage(next, t.hardware.Seen())
			if first || !next.Diff(last).Empty() {
				if err := showOn(ctx, w, next); err != nil {
					return err
				}
				last, next = next, last
			}
			for _, wrong := range t.hardware.Wrong() {
				t.log.Error("the emulated glass complains", "what", wrong)
			}
			select {
			case <-ctx.Done():
				return nil
			case <-tick.C:
			}
		}
	})
	return nil
}

func showOn(ctx context.Context, w *desk.Web, f *frame.Frame) error {
	err := w.Show(ctx, f, frame.Full, f.Bounds())
	if err != nil && errors.Is(err, ctx.Err()) {
		return nil
	}
	return err
}

func copyImage(to *frame.Frame, m image.Image) {
	for y := range to.Format.Size.Y {
		for x := range to.Format.Size.X {
			to.Set(x, y, m.At(x, y))
		}
	}
}
