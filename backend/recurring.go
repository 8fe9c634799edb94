package backend

import (
	"net/http"

	"kasir/backend/midtrans"
	"kasir/backend/wire"
)

// recurring takes a notification about a subscription. The provider does not
// sign it, so what it says is not even a claim: it names a subscription, which
// is asked about when it is one of ours.
//
//	200  the provider was asked, and what it said is written down
//	503  it did not answer, or that could not be written down: four more attempts
//	400, 413  unreadable: two more attempts
//	404  no subscription of ours, or not by the provider's word: two more
//	     attempts, by which time its books may have it
func (b *Backend) recurring(r *http.Request) (any, error) {
	body, done, err := b.letter(r)
	if err != nil {
		return nil, err
	}
	defer done()
	n, err := midtrans.ParseRecurring(body)
	if err != nil {
		b.spam(r, "unreadable recurring notification", err)
		return nil, &wire.Error{Code: wire.BadRequest, Message: "not a notification"}
	}
	none := &wire.Error{Code: wire.NotFound, Message: "no such subscription"}
	if b.o.Merchant.Desk == nil {
		return nil, none
	}
	known, err := b.o.Merchant.Desk.HeardRecurring(r.Context(), n)
	switch {
	case err != nil:
		b.spam(r, "recurring notification not read back", err)
		return nil, &wire.Error{Code: wire.Busy, Message: "not read back"}
	case !known:
		b.spam(r, "recurring notification about no subscription of ours", nil)
		return nil, none
	}
	return map[string]string{"status": "ok"}, nil
}
