package terminal

import "time"

// Restarting is a till that ended between two sales, because the device starts again with
// a newer version of itself. It is after a till had a State: no key does anything, and it
// stays until the device is off.
type Restarting struct{}

// Name implements Screen.
func (Restarting) Name() string { return "restarting" }

func (Restarting) key(*turn, Key) {}

func (Restarting) pass(*turn) {}

func (Restarting) deadline(State) (time.Duration, bool) { return 0, false }
