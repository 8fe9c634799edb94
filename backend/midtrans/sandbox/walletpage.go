package sandbox

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"kasir/backend/midtrans"
)

// The wallet's pages. A link of the API leads to one: that of a browser once,
// that of the wallet's app as often as one likes until its time is over.

func walletPage(ticket string) string { return "/sandbox/wallet/" + ticket }

// ticket is what a page of the wallet is about: an account to link, or a
// transaction that wants the PIN.
type ticket struct {
	account *account
	t       *transaction
}

// about finds what link leads to, as it is now; s.mu is held.
func (s *Sandbox) about(link string) (ticket, bool) {
	var k ticket
	if a := s.accounts.byLink[link]; a != nil {
		copied := *a
		k.account = &copied
	}
	if t := s.book.byLink[link]; t != nil {
		copied := *t
		k.t = &copied
	}
	return k, link != "" && (k.account != nil || k.t != nil)
}

// alive reports whether the page can still be used.
func (k ticket) alive(now time.Time) bool {
	if k.account != nil {
		return k.account.Status == midtrans.AccountPending && now.Before(k.account.Until)
	}
	return k.t.Status == midtrans.StatusPending && now.Before(k.t.PINPages.Until)
}

// openLink is GET /v2/gopay/redirect/{link}/link and /charge.
func (s *Sandbox) openLink(w http.ResponseWriter, r *http.Request) {
	page, ok := s.open(r.PathValue("link"), r.Method == http.MethodGet)
	if !ok {
		s.render(w, "wallet.html", http.StatusGone, s.view(r, r.URL.Path))
		return
	}
	http.Redirect(w, r, page, http.StatusSeeOther)
}

// open gives the page that link leads to. The browser's link is used up by it,
// when it is really opened.
func (s *Sandbox) open(link string, really bool) (page string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, ok := s.about(link)
	if !ok || !k.alive(time.Now()) {
		return "", false
	}
	switch {
	case k.account != nil && link == k.account.Web && k.account.Visit == "":
		a := *k.account
		if a.Visit = s.ids.uuid(); really {
			ok = s.commit(entry{Account: &a}) == nil
		}
		return walletPage(a.Visit), ok
	case k.account == nil && link == k.t.PINPages.Web && k.t.PINPages.Visit == "":
		t, pages := *k.t, *k.t.PINPages
		t.PINPages = &pages
		if pages.Visit = s.ids.uuid(); really {
			ok = s.commit(entry{Transaction: &t}) == nil
		}
		return walletPage(pages.Visit), ok
	case strings.HasPrefix(link, "gpad_"), strings.HasPrefix(link, "gppd_"):
		return walletPage(link), true
	}
	return "", false // opened before
}

// walletView shows a page of the wallet.
func (s *Sandbox) walletView(w http.ResponseWriter, r *http.Request) {
	s.showWallet(w, r, http.StatusOK, nil)
}

func (s *Sandbox) showWallet(w http.ResponseWriter, r *http.Request, status int, wrong error) {
	id := r.PathValue("ticket")
	v := s.view(r, walletPage(id))
	v.Wrong, v.Leaves = errors.Is(wrong, ErrSecret), true
	s.mu.Lock()
	k, ok := s.about(id)
	if ok && id != k.web() {
		s.describe(&v, k)
	} else {
		status = http.StatusNotFound
	}
	s.mu.Unlock()
	s.render(w, "wallet.html", status, v)
}

func (k ticket) web() string {
	if k.account != nil {
		return k.account.Web
	}
	return k.t.PINPages.Web
}

// describe puts what k is about into v; s.mu is held.
func (s *Sandbox) describe(v *view, k ticket) {
	v.Alive = k.alive(time.Now())
	if k.account != nil {
		a := s.payAccount(*k.account)
		v.Account = &a
		v.Done = a.Status == midtrans.AccountEnabled
		return
	}
	o := s.order(*k.t)
	v.Order, v.Done = &o, k.t.Status == midtrans.StatusSettlement
	if a := s.accounts.byID[k.t.Account]; a != nil {
		shown := s.payAccount(*a)
		v.Account = &shown
	}
}

// walletForm is POST /sandbox/wallet/{ticket}: what the owner of the wallet
// entered, or do=refuse. A wrong PIN may be tried again.
func (s *Sandbox) walletForm(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxRequest)
	id, pin, otp := r.PathValue("ticket"), r.FormValue("pin"), r.FormValue("otp")
	s.mu.Lock()
	k, ok := s.about(id)
	ok = ok && id != k.web()
	alive := ok && k.alive(time.Now())
	s.mu.Unlock()
	if !alive {
		s.showWallet(w, r, http.StatusGone, nil)
		return
	}
	refused := r.FormValue("do") == "refuse"
	var err error
	var back string
	switch {
	case k.account != nil && refused:
		err, back = s.Refuse(k.account.ID), k.account.Redirect
	case k.account != nil:
		if err, back = secrets(pin, otp), k.account.Redirect; err == nil {
			err = s.Activate(k.account.ID)
		}
	case refused: // the transaction stays as it is until its time is over
		back = comeBack(k.t.PINPages.Back, k.t.OrderID, false)
	default:
		err = s.EnterPIN(k.t.TransactionID, pin)
		back = comeBack(k.t.PINPages.Back, k.t.OrderID, err == nil && s.settled(k.t.TransactionID))
	}
	switch {
	case err != nil:
		s.showWallet(w, r, http.StatusOK, err)
	case back != "" && foreign(back):
		http.Redirect(w, r, back, http.StatusSeeOther)
	default:
		http.Redirect(w, r, s.view(r, walletPage(id)).Self(), http.StatusSeeOther)
	}
}

func (s *Sandbox) settled(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.book.find(id)
	return t != nil && t.Status == midtrans.StatusSettlement
}

// comeBack is the merchant's callback with what the wallet says of the payment,
// "" when there is none.
func comeBack(callback, order string, success bool) string {
	if callback == "" || !foreign(callback) {
		return ""
	}
	result := "failure"
	if success {
		result = "success"
	}
	sep := "?"
	if strings.Contains(callback, "?") {
		sep = "&"
	}
	return callback + sep + url.Values{"order_id": {order}, "result": {result}}.Encode()
}

// EnterPIN pays an order of a linked wallet that waits for its PIN, or denies
// it when the wallet is empty by now. A wrong PIN is ErrSecret and changes
// nothing; ErrNoOrder and ErrState are as with Pay.
func (s *Sandbox) EnterPIN(order, pin string) error {
	if pin != PIN {
		return fmt.Errorf("pay order %s: %w", clip(order), ErrSecret)
	}
	now := time.Now()
	_, err := s.change(order, func(t *transaction) error {
		switch {
		case t.Status != midtrans.StatusPending || t.PINPages == nil:
			return fmt.Errorf("enter PIN for order %s: it is %s: %w", t.OrderID, t.Status, ErrState)
		case !now.Before(t.PINPages.Until):
			return fmt.Errorf("enter PIN for order %s: its time is over: %w", t.OrderID, ErrState)
		}
		s.debit(t, now)
		return nil
	})
	return err
}
