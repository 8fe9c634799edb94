package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"kasir/backend/midtrans"
)

// What a buyer does on a page of Snap's.

// Why nothing came of it, besides ErrState and ErrSecret.
var (
	ErrNoPage = errors.New("no such page, or its time is over")
	ErrWallet = errors.New("no such wallet, or it is blocked")
)

// pick is what the buyer chose.
type pick struct {
	do              string // qr, app, link, pay
	country, number string // link: the wallet, unless the page names it
	pin, otp        string
}

// snapView is GET /snap/v4/redirection/{token}.
func (s *Sandbox) snapView(w http.ResponseWriter, r *http.Request) {
	s.showSnap(w, r, http.StatusOK, nil)
}

func (s *Sandbox) showSnap(w http.ResponseWriter, r *http.Request, status int, wrong error) {
	token := r.PathValue("token")
	v := s.view(r, snapPath(token))
	v.Leaves = true
	switch {
	case errors.Is(wrong, ErrSecret):
		v.Wrong = true
	case errors.Is(wrong, ErrWallet):
		v.NoWallet = true
	}
	s.mu.Lock()
	p := s.snaps.byToken[token]
	if p == nil {
		status = http.StatusNotFound
	} else {
		copied := *p
		v.Snap, v.Alive = &copied, time.Now().Before(p.Until)
		if t := s.book.byID[p.Transaction]; t != nil {
			o := s.order(*t)
			v.Order, v.Done = &o, t.Status == midtrans.StatusSettlement
		}
		if a := s.accounts.byUser[p.User]; a != nil && p.Tokenize {
			shown := s.payAccount(*a)
			v.Account = &shown
		}
	}
	s.mu.Unlock()
	s.render(w, "snap.html", status, v)
}

// snapForm is POST /snap/v4/redirection/{token}.
func (s *Sandbox) snapForm(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxRequest)
	token := r.PathValue("token")
	c := pick{
		do: r.FormValue("do"), number: r.FormValue("phone_number"), country: r.FormValue("country_code"),
		pin: r.FormValue("pin"), otp: r.FormValue("otp"),
	}
	t, err := s.picked(token, c)
	switch {
	case errors.Is(err, ErrNoPage):
		s.showSnap(w, r, http.StatusGone, err)
	case err != nil:
		s.showSnap(w, r, http.StatusOK, err)
	case c.do == "app":
		http.Redirect(w, r, appPage(t.TransactionID), http.StatusSeeOther)
	default:
		http.Redirect(w, r, s.view(r, snapPath(token)).Self(), http.StatusSeeOther)
	}
}

// PickQR makes the transaction of a page of Snap's, to be paid by scanning.
// It gives the transaction id. What fails wraps ErrNoPage or ErrState, here and
// in the other two.
func (s *Sandbox) PickQR(token string) (string, error) {
	t, err := s.picked(token, pick{do: "qr"})
	return t.TransactionID, err
}

// LinkOnPage links a wallet to the user of a page: the one that the page
// names, else this one. A wallet that cannot be linked is ErrWallet.
func (s *Sandbox) LinkOnPage(token, country, number string) error {
	_, err := s.picked(token, pick{do: "link", country: country, number: number, pin: PIN, otp: OTP})
	return err
}

// PayOnPage pays the order of a page out of the linked wallet of its user, or
// is denied. It gives the transaction id.
func (s *Sandbox) PayOnPage(token string) (string, error) {
	t, err := s.picked(token, pick{do: "pay", pin: PIN})
	return t.TransactionID, err
}

// picked does what the buyer chose.
func (s *Sandbox) picked(token string, c pick) (transaction, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	page := s.snaps.byToken[token]
	if page == nil || !now.Before(page.Until) {
		return transaction{}, fmt.Errorf("find page: %w", ErrNoPage)
	}
	p := *page
	linked := s.accounts.byUser[p.User]
	switch {
	case c.do == "link" && p.Tokenize && linked == nil:
		return transaction{}, s.linkOn(p, c, now)
	case (c.do == "qr" || c.do == "app") && !p.Enforce:
		return s.payOn(p, nil, now)
	case c.do == "pay" && p.Tokenize && linked != nil:
		if c.pin != PIN {
			return transaction{}, ErrSecret
		}
		return s.payOn(p, linked, now)
	}
	return transaction{}, fmt.Errorf("%.10q on a page: %w", c.do, ErrState)
}

// linkOn makes a linked account for the user of p. The merchant hears of it
// with the first payment. s.mu is held.
func (s *Sandbox) linkOn(p snapPage, c pick, now time.Time) error {
	country, number := c.country, c.number
	if p.Number != "" {
		country, number = p.Country, p.Number
	}
	switch err := secrets(c.pin, c.otp); {
	case err != nil:
		return err
	case !digits(country) || !digits(number) || len(country) > 3 || len(number) > 13 || number[0] == '0', s.opts.NoLinking,
		s.wallet(country+number).fate != willing:
		return ErrWallet
	}
	a := account{ID: s.ids.uuid(), Country: country, Number: number, Status: midtrans.AccountEnabled, Created: now, Until: now, User: p.User}
	return s.commit(entry{Account: &a})
}

// payOn makes the transaction of p, or goes on with the one that it has: out of
// a linked wallet, or to be scanned when there is none. s.mu is held.
func (s *Sandbox) payOn(p snapPage, by *account, now time.Time) (transaction, error) {
	kept := s.book.byOrder[p.OrderID]
	switch {
	case kept != nil && kept.blocks() && (kept.TransactionID != p.Transaction || kept.Status != midtrans.StatusPending):
		return transaction{}, fmt.Errorf("pay order %s: it is %s: %w", p.OrderID, kept.Status, ErrState)
	case kept != nil && !kept.blocks():
		kept = nil // a denied try; the order is tried again
	case kept != nil && by == nil:
		return *kept, nil
	}
	var t transaction
	if kept != nil {
		t = *kept
	} else {
		t = s.snapTransaction(p, now)
	}
	p.Transaction = t.TransactionID
	e := entry{}
	if by != nil {
		a := *by
		t.Account, t.Payer, t.Wallet = a.ID, a.phone(), midtrans.OptionWallet
		if t.Status == midtrans.StatusPending {
			s.debit(&t, now)
		}
		if t.Status == midtrans.StatusSettlement && !a.Named {
			a.Named = true
			t.Metadata = t.names(a)
			e.Account = &a
		}
	}
	change := s.transact(kept, t)
	change.Account, change.Snap = e.Account, &p
	return t, s.commit(change)
}

// snapTransaction is the transaction that a page makes.
func (s *Sandbox) snapTransaction(p snapPage, now time.Time) transaction {
	var q chargeRequest
	q.PaymentType, q.Metadata = midtrans.PaymentGoPay, p.Metadata
	q.Details.OrderID, q.Details.GrossAmount = p.OrderID, integer(p.Gross)
	expires := p.Expires
	if expires.IsZero() {
		expires = now.Truncate(time.Second).Add(midtrans.DefaultExpiry)
	}
	t := s.newTransaction(q, now, expires)
	t.Notify, t.Fields, t.Callback = p.Notify, p.Fields, p.Callback
	return t
}

// names is t's metadata with the user and the account that was linked for it.
func (t transaction) names(a account) json.RawMessage {
	return t.extra(map[string]any{"user_id": a.User, "account_id": a.ID})
}

// extra is t's metadata with more in its extra_info.
func (t transaction) extra(more map[string]any) json.RawMessage {
	all := make(map[string]any)
	if len(t.Metadata) > 0 && json.Unmarshal(t.Metadata, &all) != nil {
		return t.Metadata
	}
	extra, ok := all["extra_info"].(map[string]any)
	if !ok {
		extra = make(map[string]any)
	}
	for key, v := range more {
		extra[key] = v
	}
	all["extra_info"] = extra
	out, _ := json.Marshal(all) // came out of JSON
	return out
}
