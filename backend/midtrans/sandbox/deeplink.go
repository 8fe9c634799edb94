package sandbox

import (
	"net/http"
)

// The wallet's app on the phone that follows the link of a gopay charge. It
// pays or gives up, and goes back to where the merchant said, with a result
// that is nothing to rely on.

func appPage(transaction string) string { return "/sandbox/app/" + transaction }

// appView is GET /sandbox/app/{id}.
func (s *Sandbox) appView(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	v := s.view(r, appPage(id))
	v.App, v.Leaves = true, true
	s.mu.Lock()
	if t := s.book.byID[id]; t != nil && t.Account == "" {
		o := s.order(*t)
		v.Order = &o
	}
	s.mu.Unlock()
	status := http.StatusOK
	if v.Order == nil {
		status = http.StatusNotFound
	}
	s.render(w, "pay.html", status, v)
}

// appForm is POST /sandbox/app/{id}, with do=refuse for giving up.
func (s *Sandbox) appForm(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxRequest)
	id, refused := r.PathValue("id"), r.FormValue("do") == "refuse"
	s.mu.Lock()
	var back string
	var at scene
	t := s.book.byID[id]
	if t != nil {
		back, at = t.Callback, scene{order: t.OrderID, amount: t.Amount}
	}
	s.mu.Unlock()
	if t == nil {
		http.NotFound(w, r)
		return
	}
	paid := false
	if _, lie := s.faults.take(at, FalseCallback); lie {
		paid = true // says the phone; nobody paid
	} else if !refused {
		_, err := s.pay(id, payment{app: true})
		paid = err == nil
	}
	if to := comeBack(back, at.order, paid); to != "" {
		http.Redirect(w, r, to, http.StatusSeeOther)
		return
	}
	http.Redirect(w, r, s.view(r, appPage(id)).Self(), http.StatusSeeOther)
}
