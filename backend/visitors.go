package backend

import (
	"context"
	"encoding/hex"
	"errors"
	"net/http"

	"kasir/backend/identity"
	"kasir/backend/wire"
)

// A terminal that comes over TLS is who its certificate says, and sees nothing
// but its own: the door reads the name in the path, before any handler looks
// anything up. One that comes in the clear must be on this very machine.

type visitorKey struct{}

// visitorOf is the device whose certificate came with the request; ok is false
// for a terminal on this machine, which has none.
func visitorOf(r *http.Request) (v identity.Visitor, ok bool) {
	v, ok = r.Context().Value(visitorKey{}).(identity.Visitor)
	return v, ok
}

// asker is whom a limit counts: the device, or else the address, which may be
// that of everybody's load balancer.
func asker(r *http.Request) string {
	if v, ok := visitorOf(r); ok {
		return "device " + v.Name
	}
	return hostOf(r)
}

// admitTerminal lets terminals in: those with a certificate to what is theirs,
// and those on this machine.
func (b *Backend) admitTerminal(r *http.Request) error {
	if r.TLS == nil {
		return b.admitLocal(r)
	}
	v, err := b.visit(r)
	if err == nil {
		err = b.confine(r, v)
	}
	return b.turnedAway(r, v.Name, err)
}

// admitRenewal is the door of a device that knows itself by its key alone: its
// certificate may have run out.
func (b *Backend) admitRenewal(r *http.Request) error {
	v, err := b.visit(r)
	if errors.Is(err, identity.ErrExpired) {
		err = nil
	}
	return b.turnedAway(r, v.Name, err)
}

// visit finds out who is there.
func (b *Backend) visit(r *http.Request) (identity.Visitor, error) {
	switch {
	case b.o.Devices == nil || r.TLS == nil:
		return identity.Visitor{}, &wire.Error{Code: wire.Forbidden, Message: "devices with certificates are served on the port for them"}
	case len(r.TLS.PeerCertificates) == 0:
		return identity.Visitor{}, &wire.Error{Code: wire.Unauthorized, Message: "a certificate of this backend's is needed: enrol"}
	}
	session := r.Header.Get(wire.SessionHeader)
	if _, err := hex.DecodeString(session); err != nil || session != "" && len(session) != wire.SessionLen {
		return identity.Visitor{}, &wire.Error{Code: wire.BadRequest, Message: "the session is not one"}
	}
	v, err := b.o.Devices.Admit(r.Context(), r.TLS.PeerCertificates[0], session)
	if err == nil || errors.Is(err, identity.ErrExpired) {
		*r = *r.WithContext(context.WithValue(r.Context(), visitorKey{}, v))
	}
	return v, err
}

// confine says whether what the path names is the visitor's, and whether it may make
// something new: a device that is held may only look at and end what it has.
func (b *Backend) confine(r *http.Request, v identity.Visitor) error {
	name, order := r.PathValue("device"), r.PathValue("order")
	id := order
	if id == "" {
		id = r.PathValue("link")
	}
	if id != "" {
		var err error
		if name, _, err = parseOrder(id); err != nil {
			return err
		}
	}
	if name != "" && name != v.Name {
		return &wire.Error{Code: wire.Forbidden, Message: "that is another device's"}
	}
	if v.Held == "" || r.Method != http.MethodPut {
		return nil
	}
	if order != "" {
		// It may have been made before the quarantine, and the answer lost.
		_, known, err := b.o.Book.Order(r.Context(), order)
		if err != nil {
			return b.unread(r.Context(), err)
		}
		if known {
			return nil
		}
	}
	return &wire.Error{Code: wire.Quarantined, Message: v.Held}
}

// turnedAway is err in the words of the protocol, and in the log, at most once a
// second: whoever has no certificate must not be able to fill the disk.
func (b *Backend) turnedAway(r *http.Request, device string, err error) error {
	if err == nil {
		return nil
	}
	if _, known := visitorOf(r); !known && r.TLS != nil && len(r.TLS.PeerCertificates) > 0 {
		if slow := b.paceAddress(r); slow != nil {
			err = slow // the gate let it pass, for the sake of a certificate that is none
		}
	}
	no := refusalOf(err)
	if no.Code == wire.Internal || no.Code == wire.Busy {
		b.log.ErrorContext(r.Context(), "device cannot be looked up", "device", clip(device, maxWord), "error", err)
		return &wire.Error{Code: wire.Busy, Message: "nothing was decided; try again"}
	}
	if missed, ok := b.refusals.now(); ok {
		b.log.WarnContext(r.Context(), "terminal turned away", "device", clip(device, maxWord), "from", hostOf(r), "method", r.Method,
			"path", loggable(r), "code", no.Code, "missed", missed)
	}
	if h := (*hasty)(nil); errors.As(err, &h) {
		return h
	}
	return no
}

// suspect holds the device behind a request, for something that no single till
// could do.
func (b *Backend) suspect(r *http.Request, why string) {
	v, ok := visitorOf(r)
	if !ok {
		return
	}
	if err := b.o.Devices.Hold(r.Context(), v.Name, why); err != nil {
		b.log.ErrorContext(r.Context(), "device not quarantined", "device", v.Name, "why", why, "error", err)
	}
}
