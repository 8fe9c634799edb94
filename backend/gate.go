package backend

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"kasir/backend/near"
	"kasir/backend/office"
	"kasir/backend/pace"
	"kasir/backend/trail"
	"kasir/backend/wire"
)

// The gate is before every path: it names the request, and slows down whoever
// asks too often. A device with a certificate is counted by its name, wherever it
// is: nine thousand tills behind one address are nine thousand. Whoever has none
// is counted by address, and so is a device that was turned away. What is on
// this machine is not counted at all, nor is the provider, whose notifications
// have bounds of their own.

// What a device, and an address, may ask in a second over a long time, and at
// once after being quiet. A till asks about once a second while it sells and
// every ten seconds while it does not; after an outage it asks about everything
// that is open, 64 questions at the most.
const (
	DeviceRate   = 10
	AddressRate  = 50 // many phones are behind one address of a mobile network
	bursts       = 20 // seconds of a rate
	maxDevices   = 20_000
	maxAddresses = 20_000
)

// hasty is somebody who asks too often, and may come again after a while.
type hasty struct {
	no   *wire.Error
	wait time.Duration
}

func (h *hasty) Error() string { return h.no.Error() }

// Unwrap is the refusal that is answered.
func (h *hasty) Unwrap() error { return h.no }

// paces are who is counted.
type paces struct{ devices, addresses pace.Limiter }

// limit sets what may be asked in a second; 0 is the usual, less is no limit.
func (p *paces) limit(device, address int) {
	set := func(l *pace.Limiter, rate, usual, most int) {
		if rate == 0 {
			rate = usual
		}
		l.Rate, l.Burst, l.Most = rate, bursts*rate, most
	}
	set(&p.devices, device, DeviceRate, maxDevices)
	set(&p.addresses, address, AddressRate, maxAddresses)
}

// gate is the backend's face: everything comes through it.
func (b *Backend) gate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := b.nameOf(r)
		r = r.WithContext(trail.With(r.Context(), id))
		w.Header().Set(trail.Header, id)
		if known := r.TLS != nil && len(r.TLS.PeerCertificates) > 0; !known {
			if err := b.paceAddress(r); err != nil {
				b.tooHasty(w, r, err)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// nameOf is the name that a trusted proxy gave the request, or a new one.
func (b *Backend) nameOf(r *http.Request) string {
	if id := r.Header.Get(trail.Header); trail.Valid(id) {
		if at, ok := near.Peer(r); ok && r.TLS == nil && near.Trusted(at, b.o.Proxies) {
			return id
		}
	}
	return trail.New()
}

// paceAddress counts a request of nobody that we know.
func (b *Backend) paceAddress(r *http.Request) error {
	if strings.HasPrefix(r.URL.Path, notifyPath) || near.Here(r) && !near.Proxied(r) {
		return nil
	}
	at, ok := near.Client(r, b.o.Proxies)
	if !ok {
		return nil
	}
	return paced(&b.paces.addresses, netOf(at))
}

// paceDevice counts a request of a device that was let in.
func (b *Backend) paceDevice(device string) error { return paced(&b.paces.devices, device) }

func paced(l *pace.Limiter, name string) error {
	wait, ok := l.Take(name)
	if ok {
		return nil
	}
	return &hasty{&wire.Error{Code: wire.TooMany, Message: "too many requests"}, wait}
}

// netOf is whose address it is: of IPv6 everybody has as many as he likes.
func netOf(at netip.Addr) string {
	if at.Is6() {
		if p, err := at.Prefix(64); err == nil {
			return p.String()
		}
	}
	return at.String()
}

// tooHasty turns a request away before anybody looked at what it wants: people
// get a page, programs an Error.
func (b *Backend) tooHasty(w http.ResponseWriter, r *http.Request, err error) {
	if missed, ok := b.refusals.now(); ok {
		b.log.WarnContext(r.Context(), "somebody asks too often", "from", hostOf(r), "path", loggable(r), "missed", missed)
	}
	var body any
	if strings.HasPrefix(r.URL.Path, receiptPath) || strings.HasPrefix(r.URL.Path, office.Prefix) {
		b.o.Meter.Refused(wire.TooMany)
		w.Header().Set("Retry-After", retryAfterOf(err))
		body, err = showReceipt(r, http.StatusTooManyRequests, hastyPage)
	}
	b.write(w, body, err)
}

// retryAfterOf is when somebody who was refused with 429 may come again, in whole
// seconds: what is counted by the minute is forgotten after one.
func retryAfterOf(err error) string {
	wait := time.Minute
	if h := (*hasty)(nil); errors.As(err, &h) {
		wait = h.wait
	}
	return fmt.Sprint(max(1, int(math.Ceil(wait.Seconds()))))
}
