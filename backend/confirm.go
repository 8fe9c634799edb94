package backend

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	_ "embed"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"kasir/backend/ledger"
	"kasir/backend/wire"
)

// A terminal that has lost its network shows a receipt link. The customer's
// phone opens it here, this backend asks the provider, and the phone shows a
// code for the cashier to key: see wire.Receipt.

const (
	receiptPath = "/r/"
	maxReading  = 32 // receipts being read at one time
	lookAgain   = 10 // seconds between two looks of a page that waits; a provider is asked no oftener

	// MinConfirmSecret is the shortest Options.ConfirmSecret, in bytes.
	MinConfirmSecret = 32
)

// confirms reports whether devices are told how to make receipt links.
func (b *Backend) confirms() bool {
	return len(b.o.ConfirmSecret) > 0 && b.o.Merchant.PublicURL != ""
}

// confirmKey is the key of a device and its journal. It is made from one secret
// and kept nowhere: it cannot be lost with a copy of the book, it costs no
// storage, and a device that was flashed anew has another.
func (b *Backend) confirmKey(device, journal string) []byte {
	h := hmac.New(sha256.New, b.o.ConfirmSecret)
	fmt.Fprintf(h, "kasir device\n%s\n%s", device, journal)
	return h.Sum(nil)
}

//go:embed receipt.html
var receiptHTML string

var receiptSheet = newSheet("receipt", receiptHTML)

// receiptPage is what the customer reads.
type receiptPage struct {
	tongue
	Class         string
	ID, EN        string
	Order, Amount string
	Code          string // in two halves, as people read it to one another
	DoID, DoEN    string
	Stop          bool // the button that cancels
	Self          string
	Again         int // seconds until the page looks again; 0: it does not
}

// Refusals of a receipt, as pages: the one who reads them holds a phone.
var (
	strangePage = receiptPage{Class: "no", ID: "Alamat ini tidak dikenal.", EN: "This address is not known."}
	hastyPage   = receiptPage{Class: "wait", ID: "Terlalu sering. Tunggu sebentar.", EN: "Too often. Wait a little.", Again: 2 * lookAgain}
	busyPage    = receiptPage{Class: "wait", ID: "Belum bisa diperiksa. Tunggu sebentar.", EN: "This cannot be looked up now. Wait a little.", Again: lookAgain}
)

// readReceipt is GET: how the sale stands, after the provider was asked.
func (b *Backend) readReceipt(r *http.Request) (any, error) {
	return b.receipt(r, func(ctx context.Context, f ledger.Facts) (ledger.Charge, error) {
		p, err := b.send(ctx, note{order: f.Order, event: ledger.Look{}})
		if err != nil {
			return ledger.Charge{}, err
		}
		return p.wait(ctx, lookWait, func(c ledger.Charge) bool { return c.State.Final() || !c.Reading() }), nil
	})
}

// endByReceipt is POST: the customer does not want to pay any more. It is the
// same cancel as a terminal's, read back before anything is said.
func (b *Backend) endByReceipt(r *http.Request) (any, error) {
	return b.receipt(r, func(ctx context.Context, f ledger.Facts) (ledger.Charge, error) {
		p, err := b.send(ctx, note{order: f.Order, claim: &claim{f.Amount, f.Journal}, event: ledger.Cancel{
			Order: f.Order, Device: f.Device, Number: f.Number, Amount: f.Amount, Journal: f.Journal,
		}})
		if err != nil {
			return ledger.Charge{}, err
		}
		return p.wait(ctx, cancelWait, func(c ledger.Charge) bool { return c.State.Final() }), nil
	})
}

// receipt answers for the sale that the address names, if it proves that a
// terminal of ours showed it: nobody can walk through a shop's sales. What is
// wrong with an address that does not, is not told.
func (b *Backend) receipt(r *http.Request, do func(context.Context, ledger.Facts) (ledger.Charge, error)) (any, error) {
	select {
	case b.reading <- struct{}{}:
		defer func() { <-b.reading }()
	default:
		return showReceipt(r, http.StatusServiceUnavailable, busyPage)
	}
	of, f, err := b.receiptOf(r.Context(), r.PathValue("token"))
	switch {
	case errors.Is(err, errNoOrder):
		return showReceipt(r, http.StatusNotFound, strangePage)
	case err != nil:
		b.log.ErrorContext(r.Context(), "book cannot be read", "error", err)
		return showReceipt(r, http.StatusServiceUnavailable, busyPage)
	case !b.receipts.take(f.Order):
		return showReceipt(r, http.StatusTooManyRequests, hastyPage)
	}
	c, err := do(r.Context(), f)
	if err != nil {
		b.log.WarnContext(r.Context(), "receipt not answered", "order", f.Order, "error", err)
		return showReceipt(r, http.StatusServiceUnavailable, busyPage)
	}
	page, verdict := judge(c)
	if verdict != "" {
		code := of.Code(b.confirmKey(f.Device, f.Journal), verdict)
		page.Code = code[:len(code)/2] + "\u00a0" + code[len(code)/2:]
		b.log.InfoContext(r.Context(), "receipt answered", "order", f.Order, "verdict", string(verdict))
	}
	page.Order, page.Amount = f.Order, rupiah(f.Amount)
	return showReceipt(r, http.StatusOK, page)
}

// receiptOf is the receipt that a token proves, and what the book has of its
// order. errNoOrder is for every token that proves nothing.
func (b *Backend) receiptOf(ctx context.Context, token string) (wire.Receipt, ledger.Facts, error) {
	order, count, proof, ok := wire.ParseToken(token)
	if !ok || !b.confirms() {
		return wire.Receipt{}, ledger.Facts{}, errNoOrder
	}
	device, _, err := ledger.ParseOrder(order)
	if err != nil {
		return wire.Receipt{}, ledger.Facts{}, errNoOrder
	}
	f, ok, err := b.o.Book.Order(ctx, order)
	if err != nil {
		return wire.Receipt{}, ledger.Facts{}, err
	}
	of := wire.Receipt{Device: device, Order: order, Amount: f.Amount, Count: count}
	if !ok || !of.Proves(b.confirmKey(device, f.Journal), proof) {
		return wire.Receipt{}, ledger.Facts{}, errNoOrder
	}
	return of, f, nil
}

// judge is what a customer may be told of a charge, and which code goes with
// it. There is a code only for the provider's own last word, read back: exactly
// the amount settled, or the end of a charge that cannot be paid any more.
func judge(c ledger.Charge) (receiptPage, wire.Verdict) {
	_, mispaid := c.Mispaid()
	switch {
	case c.State == ledger.Settled && c.Paid == c.Amount:
		return receiptPage{Class: "yes", ID: "LUNAS", EN: "PAID"}, wire.VerdictPaid
	case c.State == ledger.Settled, mispaid:
		return receiptPage{Class: "no", ID: "Jumlah yang dibayar lain dari tagihan.", EN: "Another amount was paid than was asked.",
			DoID: "Hubungi kasir.", DoEN: "Talk to the cashier."}, ""
	case c.State == ledger.Cancelled:
		return receiptPage{Class: "no", ID: "BELUM DIBAYAR – dibatalkan", EN: "NOT PAID – cancelled"}, wire.VerdictUnpaid
	case c.State == ledger.Expired:
		return receiptPage{Class: "no", ID: "BELUM DIBAYAR – waktunya habis", EN: "NOT PAID – its time ran out"}, wire.VerdictUnpaid
	case c.State == ledger.Denied && !c.Unproven:
		return receiptPage{Class: "no", ID: "BELUM DIBAYAR – ditolak", EN: "NOT PAID – refused"}, wire.VerdictUnpaid
	case c.State == ledger.Denied, c.CancelWanted:
		return receiptPage{Class: "wait", ID: "Sedang dibatalkan…", EN: "Being cancelled…", Again: lookAgain,
			DoID: "Belum pasti. Halaman ini memeriksa lagi.", DoEN: "Not certain yet. This page will look again."}, ""
	}
	return receiptPage{Class: "wait", ID: "Pembayaran belum kami terima.", EN: "We have not received the payment yet.", Again: lookAgain, Stop: true,
		DoID: "Sudah bayar? Tunggu, halaman ini memeriksa lagi. Tidak jadi? Batalkan di sini; jangan bayar setelah itu.",
		DoEN: "Paid already? Wait, this page will look again. Changed your mind? Cancel it here, and do not pay after that."}, ""
}

// rupiah writes an amount as Indonesians do: "Rp 1.250.000".
func rupiah(n int64) string {
	digits := strconv.FormatInt(n, 10)
	out := "Rp\u00a0"
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			out += "."
		}
		out += string(d)
	}
	return out
}

func showReceipt(r *http.Request, status int, p receiptPage) (any, error) {
	p.tongue = tongueOf(r)
	return receiptSheet.show(status, p)
}
