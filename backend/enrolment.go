package backend

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"net/http"

	"kasir/backend/identity"
	"kasir/backend/ledger"
	"kasir/backend/wire"
)

// Wrong codes a minute. There are 10^11 codes, and each try is one at one device:
// all day long at this pace is a chance of one in a million.
const (
	guessesAt   = 5   // one device's code
	guessesFrom = 10  // from one address
	guesses     = 100 // in all
)

// enrol gives a device its certificate, by a code. It needs TLS 1.3, whose
// connections can be told apart by both ends.
func (b *Backend) enrol(r *http.Request) (any, error) {
	if b.o.Devices == nil || r.TLS == nil || r.TLS.Version < tls.VersionTLS13 {
		return nil, &wire.Error{Code: wire.Forbidden, Message: "devices enrol on the port for them, by TLS 1.3"}
	}
	body, err := readBody(r, wire.MaxBody)
	if err != nil {
		return nil, err
	}
	var in wire.Enrol
	if json.Unmarshal(body, &in) != nil || !ledger.ValidDevice(in.Device) || len(in.Proof) != wire.ProofLen {
		return nil, &wire.Error{Code: wire.BadRequest, Message: "the body is not an enrolment"}
	}
	binding, err := r.TLS.ExportKeyingMaterial(wire.BindingLabel, nil, wire.BindingLen)
	if err != nil {
		return nil, &wire.Error{Code: wire.Forbidden, Message: "the connection cannot be told from others"}
	}
	at, from := "at "+in.Device, "from "+hostOf(r)
	if !b.guessing.takeOf("all", guesses) || !b.guessing.takeOf(from, guessesFrom) || !b.guessing.takeOf(at, guessesAt) {
		return nil, b.turnedAway(r, in.Device, &wire.Error{Code: wire.TooMany, Message: "too many wrong codes; wait a minute"})
	}
	out, err := b.o.Devices.Enrol(r.Context(), in, binding)
	if err != nil {
		return nil, b.turnedAway(r, in.Device, err)
	}
	for _, name := range []string{"all", from, at} {
		b.guessing.giveBack(name)
	}
	return out, nil
}

// renew gives a device another certificate, by the one it has.
func (b *Backend) renew(r *http.Request) (any, error) {
	v, _ := visitorOf(r)
	body, err := readBody(r, wire.MaxBody)
	if err != nil {
		return nil, err
	}
	var in wire.Renewal
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, &wire.Error{Code: wire.BadRequest, Message: "the body is not a renewal"}
	}
	v.Overlap = in.Overlap
	out, err := b.o.Devices.Renew(r.Context(), v, in.Request)
	if err != nil {
		return nil, b.turnedAway(r, v.Name, err)
	}
	return out, nil
}

// standing tells a device how it is seen.
func (b *Backend) standing(r *http.Request) (any, error) {
	v, _ := visitorOf(r)
	return wire.Standing{Device: v.Name, Renew: v.Renew || v.Moves && r.URL.Query().Get("overlap") == "1", NewKey: v.Rotate, Quarantined: v.Held}, nil
}

// identityRefusal is why a device is turned away, in the words of the protocol;
// nil for other errors.
func identityRefusal(err error) *wire.Error {
	for _, e := range []struct {
		is   error
		code string
		say  string
	}{
		{identity.ErrExpired, wire.CertExpired, "the certificate ran out: renew it"},
		{identity.ErrKey, wire.Unauthorized, "the certificate is not one that is good here: enrol"},
		{identity.ErrRevoked, wire.Revoked, "the certificate was taken back: enrol"},
		{identity.ErrCode, wire.CodeRefused, "the code is wrong, or it ran out"},
		{identity.ErrUsed, wire.CodeUsed, "another device enrolled with this code: ask for another one"},
		{identity.ErrRequest, wire.BadRequest, "the request is not one for a certificate of a P-256 key"},
		{identity.ErrNone, wire.NotFound, "there is no device of this name"},
	} {
		if errors.Is(err, e.is) {
			return &wire.Error{Code: e.code, Message: e.say}
		}
	}
	return nil
}
