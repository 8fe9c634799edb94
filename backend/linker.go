package backend

import (
	"context"
	"errors"
	"regexp"

	"kasir/backend/ledger"
	"kasir/backend/midtrans"
	"kasir/backend/wallet"
)

// linker says the calls of package wallet to the provider, and its answers in
// that package's words.
type linker struct {
	provider Provider
	pages    pages
}

func (l linker) ask(ctx context.Context, k wallet.Call) wallet.Answer {
	a := wallet.Answer{Verb: k.Verb, Link: k.Link, Account: k.Account, Outcome: wallet.Unknown}
	var got midtrans.Account
	var err error
	switch k.Verb {
	case wallet.Create:
		phone, wrong := midtrans.ParsePhone(k.Phone.E164())
		if wrong != nil { // it was checked when it was taken
			return a
		}
		got, err = l.provider.CreateAccount(ctx, midtrans.AccountRequest{Phone: phone})
	case wallet.Read:
		got, err = l.provider.Account(ctx, k.Account)
	case wallet.Unbind:
		got, err = l.provider.Unbind(ctx, k.Account)
	}
	if err != nil {
		return unlinkable(a, err)
	}
	if got.ID == "" || len(got.ID) > maxAccount {
		return a
	}
	a.Outcome, a.Account, a.Status = wallet.OK, got.ID, accountStatus(got)
	for _, page := range []string{got.ActivationURL(), got.ActivationApp()} {
		if a.URL == "" && l.pages.fit(page) {
			a.URL = page
		}
		a.BadLink = a.BadLink || a.URL == "" && page != ""
	}
	return a
}

// maxAccount bounds a pay account's id, in bytes; real ones have 36.
const maxAccount = 64

// unlinkable is an error in the words of package wallet.
func unlinkable(a wallet.Answer, err error) wallet.Answer {
	var no *midtrans.APIError
	switch {
	case errors.Is(err, midtrans.ErrUnknown) || !errors.As(err, &no):
		return a
	case midtrans.IsNotFound(err):
		a.Outcome = wallet.Absent
	default:
		a.Outcome = wallet.Refused
	}
	r := walletRefusal(err, ledger.Reason{Message: clip(no.Error(), maxWord)})
	// The provider's words are kept, and may quote the number.
	a.Reason = wallet.Reason{Code: r.Code, Message: longDigits.ReplaceAllString(r.Message, "****"), Retry: r.Retry}
	return a
}

// longDigits are too many to be a code: they may be somebody's number.
var longDigits = regexp.MustCompile(`[0-9][0-9 .-]{4,}[0-9]`)

func accountStatus(a midtrans.Account) wallet.Status {
	switch {
	case a.Enabled():
		return wallet.Enabled
	case a.Final():
		return wallet.Over
	}
	return wallet.Pending
}
