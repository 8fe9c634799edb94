package backend

import (
	"errors"
	"net/http"
	"regexp"

	"kasir/backend/midtrans"
	"kasir/backend/wallet"
	"kasir/backend/wire"
)

// The signed texts glued together must be cut in one way only: an account's
// status is a word in capitals, and its id ends in none.
var (
	accountForm       = regexp.MustCompile(`^[A-Za-z0-9_-]{0,63}[a-z0-9]$`)
	accountStatusForm = regexp.MustCompile(`^[A-Z]{1,20}$`)
)

// accountNotified takes a notification about a pay account. The answer decides
// whether it comes again, as with payments:
//
//	200  the account was read, or it claims nothing new
//	503  the account could not be read yet: four more attempts
//	403, 400, 413, 404  as for payments
//
// Nothing is written down of what it claims: what is known of an account is
// what was read, and until it could be read the provider tells it again.
func (b *Backend) accountNotified(r *http.Request) (any, error) {
	body, done, err := b.letter(r)
	if err != nil {
		return nil, err
	}
	defer done()
	n, err := midtrans.ParseAccountNotification(body)
	if err != nil {
		b.spam(r, "unreadable account notification", err)
		return nil, &wire.Error{Code: wire.BadRequest, Message: "not an account notification"}
	}
	return b.accountHeard(r, n)
}

func (b *Backend) accountHeard(r *http.Request, n midtrans.AccountNotification) (any, error) {
	if err := b.signed(n.Verify); err != nil {
		b.spam(r, "forged account notification, or the key differs from the provider's", err)
		return nil, &wire.Error{Code: wire.Forbidden, Message: "the signature is not ours"}
	}
	if !accountForm.MatchString(n.AccountID) || !accountStatusForm.MatchString(n.Status) || !codeForm.MatchString(n.StatusCode) {
		b.spam(r, "account notification of an unknown form", nil)
		return nil, &wire.Error{Code: wire.BadRequest, Message: "not an account notification"}
	}
	if b.o.Wallets == nil {
		return nil, errNoWallets
	}
	customer, ok, err := b.o.Wallets.CustomerOf(r.Context(), n.AccountID)
	switch {
	case err != nil:
		return nil, b.unread(r.Context(), err)
	case !ok:
		b.log.WarnContext(r.Context(), "notification for an unknown account", "account", n.AccountID)
		return nil, errNoCustomer
	case !n.Linked() && !n.Unlinked():
		return map[string]string{"status": "ok"}, nil
	}
	return b.accountRead(r, customer, wallet.Heard{Account: n.AccountID, Linked: n.Linked()})
}

// accountRead hands a genuine claim to the registrar, and waits a little for
// the provider's word on it.
func (b *Backend) accountRead(r *http.Request, customer string, e wallet.Heard) (any, error) {
	s, err := b.register(r.Context(), deed{customer: customer, event: e})
	if errors.Is(err, errNoCustomer) {
		return nil, err
	}
	if err != nil {
		return nil, &wire.Error{Code: wire.Busy, Message: "nothing was decided; try again"}
	}
	w := s.wait(r.Context(), confirmWait, func(w wallet.Wallet) bool { return !w.Reading(e.Account) })
	b.log.DebugContext(r.Context(), "account notification taken", "customer", customer, "account", e.Account, "state", string(w.State))
	if w.Reading(e.Account) || w.News(e) && !w.Told(e.Account) {
		return nil, &wire.Error{Code: wire.Busy, Message: "the account could not be read yet"}
	}
	return map[string]string{"status": "ok"}, nil
}
