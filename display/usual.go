package display

import (
	"fmt"

	"kasir/display/frame"
	"kasir/display/qr"
)

// UsualCode says how a payment code of 273 characters is drawn on a format. It
// returns NewRenderer's errors where that would.
func UsualCode(f frame.Format) (qr.Plan, error) {
	r, err := NewRenderer(f)
	if err != nil {
		return qr.Plan{}, err
	}
	place, err := r.layout.findPlace(usual)
	if err != nil {
		return qr.Plan{}, fmt.Errorf("place a code on %v: %w", f, err)
	}
	return place.plan, nil
}
