package main

import "kasir/terminal/uplink"

// says is what this till tells its owner of itself: open is how many sales the
// journal left without an outcome, for as long as the till has shown nothing.
func (t *till) says(open int) func() uplink.Says {
	s := uplink.Says{Version: thisBuild().short(), Unsent: open}
	if t.board != nil {
		s.Board = t.board.Name
	}
	return func() uplink.Says {
		now := s
		if v := t.faces.wanted.get(); v.Screen != nil {
			now.Unsent = v.Strip.Unsure
		}
		return now
	}
}
