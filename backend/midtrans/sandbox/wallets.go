package sandbox

import (
	"errors"
	"net/http"
	"strings"

	"kasir/backend/midtrans"
)

// topUp is what the button of the wallets' page adds, in rupiah.
const topUp = 1_000_000

// walletPages are the wallet's side of the pay accounts.
func (s *Sandbox) walletPages(m *http.ServeMux) {
	m.HandleFunc("GET /sandbox/wallet/{ticket}", s.walletView)
	m.HandleFunc("POST /sandbox/wallet/{ticket}", s.walletForm)
	m.HandleFunc("GET /sandbox/wallets", s.walletsPage)
	m.HandleFunc("GET /sandbox/accounts", func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, http.StatusOK, s.Accounts())
	})
	m.HandleFunc("POST /sandbox/accounts/{id}/{verb}", s.controlAccount)
}

// walletsPage lists the pay accounts as their owners see them: what may charge
// the wallet, and a button to end it.
func (s *Sandbox) walletsPage(w http.ResponseWriter, r *http.Request) {
	v := s.view(r, "/sandbox/wallets")
	for _, a := range s.Accounts() {
		if a.Status == midtrans.AccountEnabled || a.Status == midtrans.AccountPending {
			v.Accounts = append(v.Accounts, a)
		}
	}
	s.render(w, "wallets.html", http.StatusOK, v)
}

// controlAccount is POST /sandbox/accounts/{id}/{verb}.
func (s *Sandbox) controlAccount(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxRequest)
	id := r.PathValue("id")
	var err error
	switch r.PathValue("verb") {
	case "link":
		err = s.Activate(id)
	case "refuse":
		err = s.Refuse(id)
	case "expire":
		err = s.ExpireLink(id)
	case "unlink":
		err = s.Unlink(id)
	case "topup":
		err = s.TopUp(id, topUp)
	default:
		http.NotFound(w, r)
		return
	}
	if strings.Contains(r.Header.Get("Accept"), "text/html") {
		http.Redirect(w, r, ownPath(r.FormValue("back")), http.StatusSeeOther)
		return
	}
	s.mu.Lock()
	var shown PayAccount
	if a := s.accounts.byID[id]; a != nil {
		shown = s.payAccount(*a)
	}
	s.mu.Unlock()
	switch {
	case errors.Is(err, ErrNoAccount):
		writeJSON(w, http.StatusNotFound, problem{Error: ErrNoAccount.Error()})
	case errors.Is(err, ErrState):
		writeJSON(w, http.StatusConflict, problem{Error: err.Error()})
	case err != nil:
		writeJSON(w, http.StatusInternalServerError, problem{Error: err.Error()})
	default:
		writeJSON(w, http.StatusOK, shown)
	}
}

// TopUp puts money into the wallet behind a pay account, or takes it out, down
// to nothing. The amount is in rupiah. No such account is ErrNoAccount.
func (s *Sandbox) TopUp(account string, amount int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts.byID[account]
	if a == nil {
		return ErrNoAccount
	}
	p := s.purse(a.phone())
	p.Wallet = min(max(p.Wallet+amount, 0), maxPurse)
	return s.commit(entry{Purse: &p})
}

const maxPurse = 1_000_000_000_000 // rupiah

// ownPath is back when it is a path of ours, else the first page.
func ownPath(back string) string {
	if !strings.HasPrefix(back, "/") || strings.HasPrefix(back, "//") || strings.Contains(back, "\\") {
		return "/"
	}
	return back
}
