package sandbox

import (
	"net/http"
	"time"

	"kasir/backend/midtrans"
)

// preAuthMost is the largest amount that can be reserved in the provider's
// sandbox, in rupiah: reserving asks for no PIN.
const preAuthMost = 100_000

// debtor is the linked wallet that a charge names.
type debtor struct {
	account *account
	option  string
	pre     bool // reserve only
	charge  gopayRequest
}

// debtor finds it, or says why it cannot be charged; s.mu is held.
func (s *Sandbox) debtor(g gopayRequest, now time.Time) (debtor, reply) {
	invalid := func(text string) (debtor, reply) { return debtor{}, refuse(s.ids.uuid(), 400, text) }
	if s.opts.NoLinking {
		return debtor{}, refuse(s.ids.uuid(), 402)
	}
	if g.AccountID == "" {
		return invalid("Gopay.account_id is required")
	}
	a := s.accounts.byID[g.AccountID]
	if a == nil {
		return debtor{}, s.noSuch("GoPay Wallet doesn't exist.")
	}
	option, ok := s.optionOf(*a, g.Token, now)
	if !ok {
		return invalid("GoPay token is invalid for the payment")
	}
	if s.wallet(a.phone()).fate == blocked {
		return debtor{}, refuse(s.ids.uuid(), 410)
	}
	return debtor{account: a, option: option, pre: g.PreAuth, charge: g}, reply{}
}

// pinPages are the links to the page where the owner of a linked wallet enters
// the PIN for one charge.
type pinPages struct {
	Web   string    `json:"web"` // can be opened once
	App   string    `json:"app"`
	Visit string    `json:"visit,omitempty"` // the page that Web led to
	Until time.Time `json:"until"`
	Back  string    `json:"back,omitempty"` // the merchant's callback_url
}

// chargeWallet charges a linked wallet: at once when the amount is small, after
// the PIN when it is not, or not at all. s.mu is held.
func (s *Sandbox) chargeWallet(t *transaction, by debtor, now time.Time) {
	t.Account, t.Payer, t.Wallet = by.account.ID, by.account.phone(), by.option
	t.Cashback = s.cashback(*by.account, by.charge.Promotions, t.Amount, now)
	switch {
	case t.Status == midtrans.StatusDeny: // a fault
	case by.pre && t.Amount > preAuthMost:
		t.Status, t.ChannelCode, t.ChannelText = midtrans.StatusDeny, "125", "PIN is required"
	case !s.afford(*t):
		t.broke()
	case by.pre:
		t.Status, t.ChannelCode, t.ChannelText = midtrans.StatusAuthorize, "0", channelDone
	case t.Amount >= pinFrom && !by.charge.Recurring:
		id := s.ids.uuid()
		t.PINPages = &pinPages{Web: "gppr_" + id, App: "gppd_" + id, Until: now.Add(midtrans.VerificationLife), Back: by.charge.CallbackURL}
	default:
		s.debit(t, now)
	}
}

// broke denies t for want of money.
func (t *transaction) broke() {
	t.Status, t.ChannelCode, t.ChannelText = midtrans.StatusDeny, "201", "Insufficient Balance"
}

// debit settles t out of the linked wallet, or denies it; s.mu is held.
func (s *Sandbox) debit(t *transaction, now time.Time) {
	at := scene{order: t.OrderID, amount: t.Amount}
	if f, ok := s.faults.take(at, WrongAmountPaid); ok {
		t.Gross = f.Amount
	}
	if f, ok := s.faults.take(at, FeeOnTop); ok {
		t.Fee = f.Amount
		t.Gross += f.Amount
	}
	if !s.afford(*t) {
		t.Gross, t.Fee = t.Amount, 0
		t.broke()
		return
	}
	t.Status, t.Settled = midtrans.StatusSettlement, now
}

// chargedWallet is the answer to the charge of a linked wallet, d all that is
// said about t.
func (s *Sandbox) chargedWallet(d document, t transaction, base string) reply {
	d.StatusCode, d.StatusMessage = "200", "Success, GoPay transaction is successful"
	if t.Status == midtrans.StatusPending {
		d.StatusCode, d.StatusMessage = "201", "GoPay transaction is created. Action(s) required"
		redirect := base + "/v2/gopay/redirect/"
		d.Actions = []midtrans.Action{
			{Name: midtrans.ActionVerifyURL, Method: http.MethodGet, URL: redirect + t.PINPages.Web + "/charge"},
			{Name: midtrans.ActionVerifyApp, Method: http.MethodGet, URL: redirect + t.PINPages.App + "/charge"},
		}
	}
	return answer(d)
}
