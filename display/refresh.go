package display

import (
	"kasir/display/frame"
	"kasir/terminal"
)

// face is what makes a view another one, for the choice of a refresh: a
// countdown that moves on or a check that begins does not.
type face struct {
	screen string
	order  terminal.OrderID
	qr     string
}

func faceOf(v terminal.View) face {
	f := face{screen: v.Screen.Name()}
	switch s := v.Screen.(type) {
	case terminal.Offering:
		f.order, f.qr = s.Order, s.QR
	case terminal.Thanks:
		f.order = s.Order
	case terminal.Ended:
		f.order = s.Order
	case terminal.Denied:
		f.order = s.Order
	case terminal.Unsure:
		f.order = s.Order
	case terminal.Late:
		f.order = s.Order
	case terminal.Alarm:
		f.order = s.Order
	case terminal.Verifying:
		f.order, f.qr = s.Order, s.URL
	case terminal.LinkOffer:
		f.order, f.qr = s.Order, s.URL
	case terminal.Receipt:
		f.order, f.qr = s.Order, s.URL
	case terminal.ForPhone:
		f.qr = s.Text
	case terminal.Confirming:
		f.order = s.Order
		if linked(s) {
			f.qr = s.URL
		}
	}
	return f
}

// thorough reports whether a screen is worth the flash of a full refresh: a
// code, which needs all the contrast there is, and a verdict, which must not
// have the ghost of another screen in it and may stay for hours.
func thorough(s terminal.Screen) bool {
	switch s := s.(type) {
	case terminal.Confirming:
		return linked(s)
	case terminal.Inspection:
		return s.Step == terminal.InspectGlass
	case terminal.Offering, terminal.Thanks, terminal.Ended, terminal.Denied,
		terminal.Unsure, terminal.Late, terminal.Alarm, terminal.Fault, terminal.Mending, terminal.Restarting,
		terminal.Verifying, terminal.LinkOffer, terminal.Receipt, terminal.ForPhone, terminal.WalletLinked, terminal.WalletRefused, terminal.Unlinked:
		return true
	}
	return false
}

// keying reports whether somebody presses key after key.
func keying(s terminal.Screen) bool {
	switch s := s.(type) {
	case terminal.Entering, terminal.Dialing, terminal.Enrolling:
		return true
	case terminal.Inspection:
		return s.Step == terminal.InspectKeys
	case terminal.Confirming:
		return !linked(s)
	}
	return false
}

// mode chooses how the panel changes over to v. A colour panel has only one
// way, unless nothing is known of what it shows.
func (g *Glass) mode(v terminal.View, renew bool) frame.Refresh {
	switch {
	case !g.known:
		return frame.Full
	case g.renderer.Format().Depth != frame.Mono:
		return frame.Partial
	case renew, thorough(v.Screen) && faceOf(v) != g.face:
		return frame.Full
	}
	// A flash while somebody keys would cost them a second: wait for a pause,
	// but not for ever.
	every := g.opts.FullEvery
	if keying(v.Screen) {
		every *= 4
	}
	if g.partials >= every {
		return frame.Full
	}
	return frame.Partial
}
