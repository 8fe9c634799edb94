package terminal

import "time"

// UnlinkConfirm asks whether a link is to be undone. OK does it.
type UnlinkConfirm struct{ Payer Payer }

// Name implements Screen.
func (UnlinkConfirm) Name() string { return "unlinkconfirm" }

func (UnlinkConfirm) key(t *turn, _ Key) { t.sound(ToneRefuse, 0) }

func (UnlinkConfirm) pass(*turn) {}

func (UnlinkConfirm) deadline(State) (time.Duration, bool) { return 0, false }

// Unlinking is a link being undone: asked for, not confirmed. It goes on in
// the background when nobody waits for it.
type Unlinking struct {
	Payer Payer
	Slow  bool    // it takes longer than it should
	Why   Trouble // why there is no answer just now
}

// Name implements Screen.
func (Unlinking) Name() string { return "unlinking" }

func (Unlinking) key(t *turn, _ Key) { t.sound(ToneRefuse, 0) }

func (Unlinking) pass(*turn) {}

func (Unlinking) deadline(State) (time.Duration, bool) { return 0, false }

// Unlinked says that a link is undone: the wallet cannot be charged any more.
type Unlinked struct{ Masked string }

// Name implements Screen.
func (Unlinked) Name() string { return "unlinked" }

func (Unlinked) key(t *turn, _ Key) { t.sound(ToneRefuse, 0) }

func (Unlinked) pass(*turn) {}

func (Unlinked) deadline(State) (time.Duration, bool) { return 0, false }
