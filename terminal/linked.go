package terminal

import "time"

// WalletLinked says that a wallet is linked: it can be charged from now on.
type WalletLinked struct{ Masked string }

// Name implements Screen.
func (WalletLinked) Name() string { return "walletlinked" }

func (WalletLinked) key(t *turn, k Key) { t.read(k) }

func (WalletLinked) pass(*turn) {}

func (WalletLinked) deadline(State) (time.Duration, bool) { return 0, false }

// LinkLeft says that nobody waits for an attempt any more. Its page may still
// be open on a telephone, so the wallet may be linked after all.
type LinkLeft struct{ Masked string }

// Name implements Screen.
func (LinkLeft) Name() string { return "linkleft" }

func (LinkLeft) key(t *turn, k Key) { t.read(k) }

func (LinkLeft) pass(*turn) {}

func (LinkLeft) deadline(State) (time.Duration, bool) { return 0, false }

// read is a key on a screen that is only to be read.
func (t *turn) read(k Key) {
	if t.tooSoon(k) {
		return
	}
	t.sound(ToneKey, 0)
	t.leave(k)
}
