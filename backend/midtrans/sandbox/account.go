package sandbox

import (
	"encoding/base64"
	"encoding/json"
	"time"

	"kasir/backend/midtrans"
)

const (
	maxAccounts  = 10_000           // the oldest that are over are forgotten beyond it
	tokenLife    = 15 * time.Minute // of a payment option's token
	defaultLinks = 15 * time.Minute // activation links; the documents name no figure
)

// account is a wallet that is, was or may become linked to the merchant.
type account struct {
	ID         string    `json:"id"`
	Country    string    `json:"country"`
	Number     string    `json:"number"`
	Status     string    `json:"status"` // one of midtrans.Account...
	Created    time.Time `json:"created"`
	Until      time.Time `json:"until"` // the activation links' end
	Redirect   string    `json:"redirect,omitempty"`
	Web        string    `json:"web,omitempty"`   // the link that can be opened once
	App        string    `json:"app,omitempty"`   // the link that can be opened again
	Visit      string    `json:"visit,omitempty"` // the page that the first opening of Web led to
	Token      string    `json:"token,omitempty"` // the newest, of all payment options
	TokenUntil time.Time `json:"token_until,omitzero"`
	User       string    `json:"user,omitempty"` // who linked it on a page of Snap's
	Named      bool      `json:"named,omitempty"`
}

func (a account) phone() string { return a.Country + a.Number }

func (a account) masked() string { return midtrans.MaskPhone(a.Number) }

func (a account) over() bool {
	return a.Status == midtrans.AccountExpired || a.Status == midtrans.AccountDisabled
}

// accounts holds the pay accounts, findable by everything they are known by.
type accounts struct {
	all    []*account // oldest first
	byID   map[string]*account
	byLink map[string]*account // links and visits
	byUser map[string]*account // linked, by Snap's user id
}

func newAccounts() accounts {
	return accounts{byID: make(map[string]*account), byLink: make(map[string]*account), byUser: make(map[string]*account)}
}

// put adds an account, or replaces the one with its id.
func (b *accounts) put(a account) {
	kept := b.byID[a.ID]
	if kept == nil {
		kept = new(account)
		b.all = append(b.all, kept)
		b.byID[a.ID] = kept
	}
	*kept = a
	for _, link := range []string{a.Web, a.App, a.Visit} {
		if link != "" {
			b.byLink[link] = kept
		}
	}
	switch {
	case a.User != "" && a.Status == midtrans.AccountEnabled:
		b.byUser[a.User] = kept
	case b.byUser[a.User] == kept:
		delete(b.byUser, a.User)
	}
	if len(b.all) > maxAccounts {
		b.forget()
	}
}

// forget drops the oldest account that is over, or else the oldest.
func (b *accounts) forget() {
	oldest := 0
	for i, a := range b.all {
		if a.over() {
			oldest = i
			break
		}
	}
	a := b.all[oldest]
	b.all = append(b.all[:oldest:oldest], b.all[oldest+1:]...)
	delete(b.byID, a.ID)
	for _, link := range []string{a.Web, a.App, a.Visit} {
		delete(b.byLink, link)
	}
	if b.byUser[a.User] == a {
		delete(b.byUser, a.User)
	}
}

// nextExpiry is the earliest end of a pending account's links.
func (b *accounts) nextExpiry() (time.Time, bool) {
	var first time.Time
	for _, a := range b.all {
		if a.Status == midtrans.AccountPending && (first.IsZero() || a.Until.Before(first)) {
			first = a.Until
		}
	}
	return first, !first.IsZero()
}

// paymentOption is a purse as GET pay account shows it.
type paymentOption struct {
	Name     string            `json:"name"`
	Active   bool              `json:"active"`
	Balance  map[string]string `json:"balance,omitempty"`
	Metadata struct{}          `json:"metadata"`
	Token    string            `json:"token"`
}

// options are the purses of an enabled account; s.mu is held.
func (s *Sandbox) options(a account) json.RawMessage {
	p := s.purse(a.phone())
	option := func(name string) paymentOption {
		return paymentOption{
			Name: name, Active: true, Token: optionToken(name, a.Token),
			Balance: map[string]string{"value": midtrans.Amount(*p.of(name)).String(), "currency": "IDR"},
		}
	}
	list := []paymentOption{option(midtrans.OptionWallet)}
	if s.wallet(a.phone()).Later > 0 {
		list = append(list, option(optionLater))
	}
	b, _ := json.Marshal(map[string]any{"payment_options": list}) // strings
	return b
}

// optionToken names a payment option in a charge, in the shape of the
// documents' samples.
func optionToken(option, id string) string {
	b, _ := json.Marshal(struct { // strings
		Type string `json:"type"`
		ID   string `json:"id"`
	}{option, id})
	return base64.StdEncoding.EncodeToString(b)
}

// optionOf is the payment option that token names, when it is a's newest and
// not too old; s.mu is held.
func (s *Sandbox) optionOf(a account, token string, now time.Time) (string, bool) {
	if a.Status != midtrans.AccountEnabled || a.Token == "" || !now.Before(a.TokenUntil) {
		return "", false
	}
	for _, option := range []string{midtrans.OptionWallet, optionLater} {
		if token == optionToken(option, a.Token) {
			return option, true
		}
	}
	return "", false
}

// PayAccount is a pay account as GET /sandbox/accounts and the control verbs
// show it.
type PayAccount struct {
	AccountID string `json:"account_id"`
	Status    string `json:"account_status"`
	Phone     string `json:"phone_number"` // masked
	Balance   int64  `json:"balance"`      // rupiah in the wallet
	CreatedAt string `json:"created_at"`   // GMT+7
	Ticket    string `json:"page,omitempty"`
}

func (s *Sandbox) payAccount(a account) PayAccount {
	v := PayAccount{
		AccountID: a.ID, Status: a.Status, Phone: a.masked(), Balance: s.purse(a.phone()).Wallet,
		CreatedAt: midtrans.FormatTime(a.Created),
	}
	if a.Status == midtrans.AccountPending && a.App != "" {
		v.Ticket = walletPage(a.App)
	}
	return v
}

// Accounts lists every pay account, oldest first.
func (s *Sandbox) Accounts() []PayAccount {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]PayAccount, 0, len(s.accounts.all))
	for _, a := range s.accounts.all {
		out = append(out, s.payAccount(*a))
	}
	return out
}
