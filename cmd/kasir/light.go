package main

import (
	"context"

	"kasir/terminal"
)

// dimmer is a glass whose back light can be set, 0 to 100 percent.
type dimmer interface {
	SetBrightness(percent int) error
}

// dimmed is the light of a till that nobody uses, in percent of what it has else:
// what is on the glass is still read by who stands before it.
const dimmed = 30

// brightness is the light that a view wants, in percent. A light that nobody set is
// the board's. There is no step so dark that a code cannot be scanned: phones fail
// at less than a third of a usual panel's light.
func brightness(s terminal.Strip, white int) int {
	if s.Light > 0 {
		white = 100 * (s.Light + 1) / (terminal.MaxLight + 1)
	}
	switch s.Rest {
	case terminal.Dimmed, terminal.Advising:
		return max(1, white*dimmed/100)
	case terminal.Dark:
		return 0
	}
	return white
}

// lit reports whether the customers' glass has a light that can be set.
func (t *till) lit() bool {
	if t.hardware == nil || t.board.Panel.Light == "" {
		return false
	}
	_, ok := t.hardware.Panel.(dimmer)
	return ok
}

// keepLight sets the light of the customers' glass as views want it. A key that
// makes it brighter waits for no frame, and a till waits for no light.
func (t *till) keepLight(panels *crew) {
	if !t.lit() {
		return
	}
	glass, white := t.hardware.Panel.(dimmer), t.board.Panel.White
	wants := make(chan int, 1)
	t.faces.also = append(t.faces.also, func(v terminal.View) {
		select {
		case <-wants: // the latest wins
		default:
		}
		wants <- brightness(v.Strip, white) // only this puts any there
	})
	panels.Go("back light", func(ctx context.Context) error {
		has, failed := white, false
		for {
			select {
			case <-ctx.Done():
				return nil
			case percent := <-wants:
				if percent == has {
					continue
				}
				err := glass.SetBrightness(percent)
				if err != nil && !failed {
					t.log.Error("the back light cannot be set", "err", err)
				}
				if failed = err != nil; !failed {
					has = percent
				}
			}
		}
	})
}
