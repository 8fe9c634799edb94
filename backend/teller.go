package backend

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	"kasir/backend/ledger"
	"kasir/backend/midtrans"
	"kasir/backend/qrimage"
	"kasir/backend/wallet"
	"kasir/backend/wire"
)

// What the provider may say at most: longer ids and codes are not believed.
const (
	maxID   = 64  // bytes, as terminals take it
	maxCode = 512 // bytes of a QRIS payload; real ones have under 300
	maxWord = 200 // bytes of a sentence that is kept
)

// markKey is where our mark stands in a charge's metadata.
const markKey = "kasir"

// teller says the ledger's calls to the provider, and its answers in the
// ledger's words.
type teller struct {
	provider Provider
	wallets  wallet.Book
	scanner  Scanner
	images   *url.URL
	pages    pages
}

func newTeller(o Options) *teller {
	return &teller{provider: o.Provider, wallets: o.Wallets, scanner: o.Scanner, images: o.Images, pages: pages{base: o.Images, plain: o.Sandbox}}
}

func (t *teller) ask(ctx context.Context, k ledger.Call) ledger.Answer {
	var tx midtrans.Transaction
	var err error
	switch k.Verb {
	case ledger.Send:
		if reason, stop := t.consent(ctx, k); stop {
			return ledger.Answer{Verb: k.Verb, Outcome: ledger.Refused, Reason: reason}
		}
		tx, err = t.charge(ctx, k)
	case ledger.Status:
		tx, err = t.provider.Status(ctx, k.ID)
	case ledger.Stop:
		tx, err = t.provider.Cancel(ctx, k.ID)
	case ledger.Expire:
		tx, err = t.provider.Expire(ctx, k.ID)
	case ledger.Scan:
		return t.scan(ctx, k)
	}
	if err != nil {
		a := failed(k.Verb, err)
		if k.Account != "" {
			a.Reason = walletRefusal(err, a.Reason)
		}
		return a
	}
	if len(tx.TransactionID) > maxID {
		return ledger.Answer{Verb: k.Verb, Outcome: ledger.Unknown}
	}
	return ledger.Answer{Verb: k.Verb, Outcome: ledger.Done, Tx: t.told(tx)}
}

// consent looks once more, in the last moment, whether a wallet is still the one that
// may be charged: its owner may have undone the link since the terminal asked. stop
// says that the charge is certainly not sent, and reason why.
func (t *teller) consent(ctx context.Context, k ledger.Call) (reason ledger.Reason, stop bool) {
	if k.Account == "" || t.wallets == nil {
		return ledger.Reason{}, false
	}
	f, _, err := t.wallets.Wallet(ctx, k.Customer)
	switch {
	case err != nil:
		return ledger.Reason{Code: ledger.ReasonBusy, Message: "the wallet cannot be looked up", Retry: true}, true
	case f.Chargeable() != k.Account:
		return ledger.Reason{Code: ledger.ReasonNotLinked}, true
	}
	return ledger.Reason{}, false
}

// charge makes a code, or charges a linked wallet. The client reads the
// wallet's account and its token of this moment before the charge.
func (t *teller) charge(ctx context.Context, k ledger.Call) (midtrans.Transaction, error) {
	r := request(k)
	if k.Account == "" {
		return t.provider.Charge(ctx, r)
	}
	r.GoPay = &midtrans.GoPayOptions{AccountID: k.Account}
	return t.provider.ChargeLinked(ctx, r, midtrans.OptionWallet)
}

// request is a charge call. Its lifetime is named only where it is not what
// the provider takes anyway.
func request(k ledger.Call) midtrans.ChargeRequest {
	r := midtrans.ChargeRequest{
		PaymentType: k.PaymentType, OrderID: k.Order, GrossAmount: k.Amount,
		IdempotencyKey: k.Mark, Metadata: map[string]any{markKey: k.Mark},
	}
	if k.Lifetime != midtrans.DefaultExpiry {
		r.CustomExpiry = midtrans.ExpireIn(k.Lifetime)
	}
	return r
}

// told is a transaction in the ledger's words.
func (t *teller) told(tx midtrans.Transaction) ledger.Tx {
	out := ledger.Tx{
		ID: tx.TransactionID, Order: tx.OrderID, Status: tx.Status, Paid: tx.Paid(),
		Amount: int64(tx.OriginalAmount()), Image: tx.Action("generate-qr-code"), Mark: mark(tx.Metadata),
		ExpiresAt: tx.ExpiryTime, SettledAt: tx.SettlementTime, Issuer: clip(tx.Issuer, maxID),
	}
	if out.Image == "" {
		out.Image = tx.Action("generate-qr-code-v2")
	}
	if len(tx.QRString) <= maxCode {
		out.QR = tx.QRString
	}
	if page := tx.VerificationURL(); t.pages.fit(page) {
		out.VerifyURL = page
	} else {
		out.BadLink = page != ""
	}
	if !tx.ExpiryTime.IsZero() && !tx.TransactionTime.IsZero() {
		out.Lifetime = min(tx.ExpiryTime.Sub(tx.TransactionTime), midtrans.MaxExpiry)
	}
	if tx.Status == midtrans.StatusDeny || tx.Status == midtrans.StatusFailure {
		out.Reason = denied(tx)
	}
	return out
}

// mark is ours in the metadata, "" when there is none.
func mark(metadata json.RawMessage) string {
	var m struct {
		Mark string `json:"kasir"`
	}
	if json.Unmarshal(metadata, &m) != nil {
		return ""
	}
	return m.Mark
}

func denied(tx midtrans.Transaction) ledger.Reason {
	why := tx.Reason()
	if tx.FraudStatus == "deny" && !tx.Retriable() {
		why = midtrans.ReasonFraud
	}
	return walletReason(why, clip(tx.StatusMessage+" "+tx.ChannelResponseMessage, maxWord))
}

// failed is an error in the ledger's words. Whatever is not certainly a
// refusal is unknown.
func failed(verb ledger.Verb, err error) ledger.Answer {
	a := ledger.Answer{Verb: verb, Outcome: ledger.Unknown}
	var no *midtrans.APIError
	switch {
	case errors.Is(err, midtrans.ErrUnknown) || !errors.As(err, &no):
	case midtrans.IsNotFound(err):
		a.Outcome = ledger.Absent
	case midtrans.IsDuplicate(err):
		a.Outcome = ledger.Duplicate
	case midtrans.IsNotModifiable(err):
		a.Outcome = ledger.Locked
	default:
		a.Outcome = ledger.Refused
	}
	if no != nil {
		a.Reason = refusal(no)
	}
	return a
}

// refusal is why the provider would not make a charge at all.
func refusal(no *midtrans.APIError) ledger.Reason {
	r := ledger.Reason{Code: wire.ReasonRejected, Message: clip(no.Error(), maxWord)}
	switch no.Code {
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge:
		r.Code = wire.ReasonInvalid
	case http.StatusUnauthorized:
		r.Code = wire.ReasonKey
	case http.StatusPaymentRequired:
		r.Code = wire.ReasonChannelOff
	case http.StatusTooManyRequests:
		r.Code, r.Retry = wire.ReasonLimit, true
	case http.StatusNotFound:
		if midtrans.ReasonOf(no) == midtrans.ReasonNotRegistered {
			r.Code = wire.ReasonNoWallet
		}
	}
	return r
}

// scan reads the picture of a code.
func (t *teller) scan(ctx context.Context, k ledger.Call) ledger.Answer {
	address := k.Image
	if address == "" && t.images != nil {
		address = t.images.JoinPath("v2", k.PaymentType, url.PathEscape(k.ID), "qr-code").String()
	}
	if t.scanner == nil || address == "" {
		return ledger.Answer{Verb: ledger.Scan, Outcome: ledger.Refused}
	}
	text, err := t.scanner.Read(ctx, address)
	switch {
	case errors.Is(err, qrimage.ErrUnusable):
		return ledger.Answer{Verb: ledger.Scan, Outcome: ledger.Refused}
	case err != nil || len(text) > maxCode:
		return ledger.Answer{Verb: ledger.Scan, Outcome: ledger.Unknown}
	}
	return ledger.Answer{Verb: ledger.Scan, Outcome: ledger.Done, QR: text}
}

// clip cuts s to n bytes.
func clip(s string, n int) string {
	if len(s) > n {
		s = s[:n]
	}
	return s
}
