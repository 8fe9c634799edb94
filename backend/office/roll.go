package office

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"time"

	"kasir/backend/merchant"
)

// kindSighting is what a device said of itself, by its name.
const kindSighting merchant.Kind = "office-sighting"

// Bounds of the roll.
const (
	maxRoll     = 20_000
	sightingGap = 12 * time.Hour // between two papers that say the same
)

// Says is what a device says of itself with its greeting. All of it is for
// people to read, and nothing is decided by it.
type Says struct {
	Version string `json:"version,omitempty"`
	Board   string `json:"board,omitempty"`
	SkewMS  int64  `json:"skew_ms,omitempty"` // its clock less ours
	Clocked bool   `json:"clocked,omitempty"` // it said what its clock shows
	Unsent  int64  `json:"unsent,omitempty"`  // sales whose end it has not heard
}

// Sighting is when a device was here last, and what it said then.
type Sighting struct {
	Device string `json:"device"`
	Says
	SaidMS int64 `json:"said_ms"` // Unix milliseconds
	SeenMS int64 `json:"seen_ms"`
}

// roll is who was here. Presence is kept in memory: every terminal asks for news
// twice a minute, and a shelf is for what must not be lost.
type roll struct {
	shelf merchant.Shelf
	log   *slog.Logger

	mu   sync.Mutex
	here map[string]Sighting
}

// Saw notes that a device is here. It costs nothing.
func (o *Office) Saw(device string) {
	r := &o.roll
	r.mu.Lock()
	defer r.mu.Unlock()
	s, known := r.here[device]
	if !known && len(r.here) >= maxRoll {
		return
	}
	if r.here == nil {
		r.here = make(map[string]Sighting)
	}
	s.Device, s.SeenMS = device, time.Now().UnixMilli()
	r.here[device] = s
}

// Heard notes what a device said of itself, on the shelf too when it is news.
func (o *Office) Heard(ctx context.Context, device string, says Says) {
	o.Saw(device)
	r := &o.roll
	r.mu.Lock()
	s, ok := r.here[device]
	if ok {
		s.Says, s.SaidMS = says, s.SeenMS
		r.here[device] = s
	}
	r.mu.Unlock()
	if !ok {
		return
	}
	var old Sighting
	version, err := o.filed(ctx, kindSighting, device, &old)
	if err == nil && (version == 0 || old.Version != s.Version || old.Board != s.Board || s.SeenMS-old.SaidMS > sightingGap.Milliseconds()) {
		err = o.file(ctx, merchant.Paper{Kind: kindSighting, ID: device, Version: version}, s)
	}
	if err != nil && !errors.Is(err, merchant.ErrStale) {
		r.log.Error("device not noted", "device", device, "error", err)
	}
}

// sightings are up to limit devices after the given one that were ever heard, as
// they are known here.
func (o *Office) sightings(ctx context.Context, after string, limit int) ([]Sighting, error) {
	papers, err := o.papers.All(ctx, kindSighting, after, limit)
	if err != nil {
		return nil, err
	}
	out := make([]Sighting, len(papers))
	for i, p := range papers {
		if err := json.Unmarshal(p.Body, &out[i]); err != nil {
			return nil, err
		}
		out[i] = o.sighting(out[i].Device, out[i])
	}
	return out, nil
}

// sighting is what is known of a device here, or else what the shelf has.
func (o *Office) sighting(device string, kept Sighting) Sighting {
	o.roll.mu.Lock()
	defer o.roll.mu.Unlock()
	s, ok := o.roll.here[device]
	if !ok {
		return kept
	}
	if s.SaidMS == 0 { // seen, and not greeted since we started
		s.Says, s.SaidMS = kept.Says, kept.SaidMS
	}
	return s
}
