package office

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"time"

	"kasir/backend/ledger"
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
// twice a minute, and a shelf is for what must not be lost. Backends on one book
// tell one another.
type roll struct {
	shelf merchant.Shelf
	log   *slog.Logger

	mu    sync.Mutex
	here  map[string]Sighting
	fresh map[string]bool // who was seen here since the last Fresh
	told  int64           // when that was, Unix milliseconds
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
	r.note(device)
}

func (r *roll) note(device string) {
	if r.fresh == nil {
		r.fresh = make(map[string]bool)
	}
	r.fresh[device] = true
}

// Fresh is who was seen here since it was last called, for other backends with
// the same devices (see Learn); what a device said is with it when that is news.
func (o *Office) Fresh() []Sighting {
	r := &o.roll
	r.mu.Lock()
	defer r.mu.Unlock()
	out := make([]Sighting, 0, len(r.fresh))
	for device := range r.fresh {
		s := r.here[device]
		if s.SaidMS <= r.told {
			s.Says, s.SaidMS = Says{}, 0
		}
		out = append(out, s)
	}
	clear(r.fresh)
	r.told = time.Now().UnixMilli() - 1
	return out
}

// Learn notes who was seen by another backend. What is older than what is known
// here changes nothing.
func (o *Office) Learn(seen []Sighting) {
	r := &o.roll
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, n := range seen {
		s, known := r.here[n.Device]
		if !known && len(r.here) >= maxRoll || !ledger.ValidDevice(n.Device) {
			continue
		}
		if r.here == nil {
			r.here = make(map[string]Sighting)
		}
		s.Device, s.SeenMS = n.Device, max(s.SeenMS, n.SeenMS)
		if n.SaidMS > s.SaidMS {
			s.Says, s.SaidMS = n.Says, n.SaidMS
		}
		r.here[n.Device] = s
	}
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
		r.log.ErrorContext(ctx, "device not noted", "device", device, "error", err)
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

// Sighting is when a device was here last, and what it said, as far as is known
// without looking at the shelf.
func (o *Office) Sighting(device string) Sighting { return o.sighting(device, Sighting{}) }

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
