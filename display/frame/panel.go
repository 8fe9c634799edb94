package frame

import (
	"context"
	"image"
)

// Refresh is how thoroughly a panel should change what it shows.
type Refresh uint8

// The refreshes. A panel that knows no difference may treat both alike.
const (
	// Partial changes the dirty rectangle only: quick, and on e-paper without
	// the flash, but it leaves a ghost of what was there.
	Partial Refresh = iota
	// Full rewrites every pixel, with e-paper's flash. It gives the contrast
	// that a camera needs, and it is right also when what the panel shows now
	// is not known.
	Full
)

func (r Refresh) String() string {
	if r == Full {
		return "full"
	}
	return "partial"
}

// Panel is a thing that shows frames. Its methods are called by one goroutine
// at a time.
type Panel interface {
	// Bounds is the size it shows, from (0,0).
	Bounds() image.Rectangle
	// Show shows f and returns when it can be seen. dirty is what changed
	// since the last frame that was shown without an error, never empty. f is
	// the caller's: it must not be changed, nor kept after Show returns. Show
	// must return soon after ctx ends; what the panel shows then is not known,
	// and the next Show will be Full.
	Show(ctx context.Context, f *Frame, mode Refresh, dirty image.Rectangle) error
	// String names the panel for logs.
	String() string
	// Close lets go of the hardware. Show is not called afterwards.
	Close() error
}
