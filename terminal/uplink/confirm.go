package uplink

import (
	"encoding/hex"

	"kasir/backend/wire"
	"kasir/terminal"
)

// maxBase is the longest address that receipt links may begin with, in
// characters: with the longest device name the till's own limit still leaves
// room for it.
const maxBase = 64

// confirm reads what receipt links are made with; the zero Confirm when there is
// nothing that can be used. A till sells without it, so a wrong one is no reason
// to doubt the greeting.
func confirm(h wire.Hello) (c terminal.Confirm) {
	key, err := hex.DecodeString(h.ConfirmKey)
	// What the address may be is the same as for any page that is drawn; over
	// http only where the money is not real either.
	if err != nil || len(key) != len(c.Key) || len(h.ConfirmURL) > maxBase ||
		terminal.AttestPage(h.ConfirmURL, h.Sandbox) != terminal.NoMismatch {
		return terminal.Confirm{}
	}
	copy(c.Key[:], key)
	c.Base = h.ConfirmURL
	return c
}

// keep sees to it that what a greeting brought outlasts a power cut. Without
// that it is used all the same, in this life.
func (l *Link) keep(e terminal.Event) {
	g, ok := e.(terminal.Greeted)
	if !ok || g.Trouble != terminal.NoTrouble || l.Keep == nil {
		return
	}
	l.keeping.Lock()
	defer l.keeping.Unlock()
	if g.Confirm == l.Options.Confirm {
		return
	}
	if err := l.Keep(g.Confirm); err != nil {
		l.Log.Error("key for receipts not kept", "err", err)
		return
	}
	l.Options.Confirm = g.Confirm
}
