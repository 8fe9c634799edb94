package backend

import (
	_ "embed"
	"net/http"
	"strings"

	"kasir/backend/ledger"
	"kasir/backend/midtrans"
	"kasir/backend/wire"
)

const callbackPath = "/v1/callback/gopay"

// callbackURL is where wallets send payers back to; "" when nobody said where
// this backend can be reached.
func (b *Backend) callbackURL() string {
	if b.o.Merchant.PublicURL == "" {
		return ""
	}
	return b.publicBase() + callbackPath
}

// publicBase is where phones reach this backend, without a slash at its end.
func (b *Backend) publicBase() string { return strings.TrimRight(b.o.Merchant.PublicURL, "/") }

//go:embed callback.html
var callbackHTML string

var callbackSheet = newSheet("callback", callbackHTML)

// verdictPage is what a payer is told.
type verdictPage struct {
	tongue
	Order, Class string
	ID, EN       string
	Again        int // seconds until the page asks again; 0: it does not
}

// callback is where a wallet sends the payer's phone after a deeplink. What it
// claims came of the payment is not even read: anybody can write an address.
// The order it names is a reason to ask the provider, as a terminal's look is.
// Only orders that were given this way back can be asked about here, so that a
// stranger cannot walk through a shop's sales.
func (b *Backend) callback(r *http.Request) (any, error) {
	select {
	case b.visitors <- struct{}{}: // not the mailbox: strangers on this page must not hold up notifications
		defer func() { <-b.visitors }()
	default:
		return nil, &wire.Error{Code: wire.Busy, Message: "too many at one time"}
	}
	order, err := midtrans.CallbackOrder(r.URL.RawQuery)
	if err != nil {
		return render(r, http.StatusBadRequest, verdictPage{Class: "no", ID: "Alamat ini tidak lengkap.", EN: "This address is not complete."})
	}
	state, ok, err := b.callbackState(r.Context(), order)
	if err != nil {
		return nil, err
	}
	if !ok {
		return render(r, http.StatusNotFound, verdictPage{Class: "no", ID: "Pesanan tidak dikenal.", EN: "No such order."})
	}
	return render(r, http.StatusOK, tell(order, state))
}

// tell is an order in a payer's words.
func tell(order string, state ledger.State) verdictPage {
	v := verdictPage{Order: order}
	switch state {
	case ledger.Settled:
		v.Class, v.ID, v.EN = "yes", "Pembayaran diterima. Terima kasih.", "Paid. Thank you."
	case ledger.Cancelled, ledger.Expired, ledger.Denied:
		v.Class, v.ID, v.EN = "no", "Pembayaran tidak terjadi. Tidak ada uang yang kami terima.", "Not paid. We have received no money."
	default:
		v.Class, v.ID, v.EN = "wait", "Pembayaran belum kami terima. Halaman ini memeriksa lagi.", "Not paid yet. This page will look again."
		v.Again = int(waitHint.Seconds())
	}
	return v
}

func render(r *http.Request, status int, v verdictPage) (any, error) {
	v.tongue = tongueOf(r)
	return callbackSheet.show(status, v)
}
