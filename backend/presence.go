package backend

import (
	"context"
	"time"

	"kasir/backend/office"
)

// Each backend sees its own devices only, and the owner's page is served by any
// of them: so they tell one another who is there, now and then. What is lost on
// the way is told again with the next round.

const (
	presenceEvery = 20 * time.Second
	seenBytes     = 4500 // of sightings in a message, as JSON; sealed and as text they are within ledger.MaxTold
	sightingBytes = 110  // of one with nothing but its name and times
)

// tellPresence tells the other backends whom we have seen, until ctx ends.
func (b *Backend) tellPresence(ctx context.Context) {
	ticker := time.NewTicker(presenceEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		b.tellSeen()
	}
}

func (b *Backend) tellSeen() {
	for _, page := range pagesOf(b.office.Fresh()) {
		b.lobby.say(message{Seen: page})
	}
}

// pagesOf is sightings as messages have room for them.
func pagesOf(all []office.Sighting) (pages [][]office.Sighting) {
	from, size := 0, 0
	for i, s := range all {
		// A control character or a quote takes up to six bytes of JSON.
		n := sightingBytes + len(s.Device) + 6*(len(s.Version)+len(s.Board))
		if size+n > seenBytes && i > from {
			pages = append(pages, all[from:i])
			from, size = i, 0
		}
		size += n
	}
	if from < len(all) {
		pages = append(pages, all[from:])
	}
	return pages
}
