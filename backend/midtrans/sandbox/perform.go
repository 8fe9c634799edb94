package sandbox

import (
	"crypto/subtle"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// deed is what a call does once nothing stands in its way: it decides under
// s.mu what to answer and what that changes, and changes nothing itself.
type deed func() (reply, entry)

// routes are the paths of the package's documentation.
func (s *Sandbox) routes() *http.ServeMux {
	m := http.NewServeMux()
	m.HandleFunc("/v2/charge", s.api(http.MethodPost, s.charge))
	m.HandleFunc("/v2/{id}/status", s.api(http.MethodGet, s.status))
	m.HandleFunc("/v2/{id}/cancel", s.api(http.MethodPost, s.cancel))
	m.HandleFunc("/v2/{id}/expire", s.api(http.MethodPost, s.expire))
	m.HandleFunc("/v2/{id}/refund", s.api(http.MethodPost, s.giveBack(false)))
	m.HandleFunc("/v2/{id}/refund/online/direct", s.api(http.MethodPost, s.giveBack(true)))
	m.HandleFunc("/v2/{id}/approve", s.api(http.MethodPost, s.verdict))
	m.HandleFunc("/v2/{id}/deny", s.api(http.MethodPost, s.verdict))
	m.HandleFunc("/v2/capture", s.api(http.MethodPost, s.capture))
	m.HandleFunc("GET /v2/qris/{id}/qr-code", s.plainImage)
	m.HandleFunc("/v2/gopay/{one}/{two}", s.gopay)
	m.HandleFunc("GET /v4/qris/gopay/{ref}/qr-code", s.framedImage)
	m.HandleFunc("/v2/pay/account", s.api(http.MethodPost, s.createAccount))
	m.HandleFunc("/v2/pay/account/{id}", s.api(http.MethodGet, s.getAccount))
	m.HandleFunc("/v2/pay/account/{id}/unbind", s.api(http.MethodPost, s.unbind))
	m.HandleFunc("GET /v2/gopay/redirect/{link}/link", s.openLink)
	m.HandleFunc("GET /v2/gopay/redirect/{link}/charge", s.openLink)
	m.HandleFunc("/snap/v1/transactions", s.apiAs(OpSnap, s.createSnap, http.MethodPost))
	m.HandleFunc("/snap/v3/users/{user}/gopay", s.apiAs(OpUser, s.snapUser, http.MethodGet, http.MethodDelete))
	m.HandleFunc("GET /snap/v4/redirection/{token}", s.snapView)
	m.HandleFunc("POST /snap/v4/redirection/{token}", s.snapForm)
	m.HandleFunc("/v1/subscriptions", s.apiAs(OpSubscription, s.createSubscription, http.MethodPost))
	m.HandleFunc("/v1/subscriptions/{id}", s.apiAs(OpSubscription, s.oneSubscription, http.MethodGet, http.MethodPatch))
	m.HandleFunc("/v1/subscriptions/{id}/{verb}", s.apiAs(OpSubscription, s.switchSubscription, http.MethodPost))
	s.controls(m)
	s.pages(m)
	return m
}

// gopay tells GET /v2/gopay/{transaction}/qr-code from GET /v2/gopay/promo/{account},
// which the library's patterns cannot.
func (s *Sandbox) gopay(w http.ResponseWriter, r *http.Request) {
	one, two := r.PathValue("one"), r.PathValue("two")
	switch {
	case one == "promo":
		r.SetPathValue("id", two)
		s.api(http.MethodGet, s.promo)(w, r)
	case two == "qr-code" && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		r.SetPathValue("id", one)
		s.plainImage(w, r)
	default:
		http.NotFound(w, r)
	}
}

// ServeHTTP answers as the provider, the payer's phone, or the knobs.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.ctx.Err() != nil {
		http.Error(w, errClosed.Error(), http.StatusServiceUnavailable)
		return
	}
	s.mux.ServeHTTP(w, r)
}

// api checks the method and the key before the call is looked at.
func (s *Sandbox) api(method string, handle http.HandlerFunc) http.HandlerFunc {
	return s.apiAs("", handle, method)
}

// apiAs is api with the refusals of op's API, for any of methods.
func (s *Sandbox) apiAs(op string, handle http.HandlerFunc, methods ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		user, password, ok := r.BasicAuth()
		right := subtle.ConstantTimeCompare([]byte(user), []byte(s.opts.ServerKey)) == 1
		switch {
		case !ok || !right || password != "" || s.opts.ServerKey == "":
			s.write(w, refuseAs(op, s.requestID(), 401))
		case !slices.Contains(methods, r.Method):
			s.write(w, refuseAs(op, s.requestID(), 405))
		default:
			handle(w, r)
		}
	}
}

func (s *Sandbox) requestID() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ids.uuid()
}

// perform does a call: the fault that meets it, its Idempotency-Key, the deed,
// and whatever becomes of the answer on its way back.
func (s *Sandbox) perform(w http.ResponseWriter, r *http.Request, at scene, do deed) {
	fault, _ := s.faults.take(at, answerKinds...)
	if fault.Kind != "" {
		s.log.Info("fault", "kind", fault.Kind, "op", at.op, "order", at.order, "after", fault.After)
	}
	key := r.Header.Get("Idempotency-Key")
	if r.Method != http.MethodPost || len(key) > maxKey || at.op == OpAccount {
		key = ""
	}
	rep, again, wait := s.reserve(key)
	if !again {
		rep = s.act(r, at, fault, key, wait, do)
	}
	if fault.Kind == Error500 {
		rep = refuseAs(at.op, s.requestID(), 500)
	}
	s.log.Info("api", "op", at.op, "order", at.order, "code", rep.code, "replay", again)
	s.answer(w, r, fault, rep)
}

// reserve looks a key up. again: rep is to be repeated, or says that the first
// request is still running. Otherwise held says that key is now ours.
func (s *Sandbox) reserve(key string) (rep reply, again, held bool) {
	if key == "" {
		return reply{}, false, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.replays.running[key] {
		return running(), true, false
	}
	if old, ok := s.replays.get(key, time.Now()); ok {
		return reply{http: max(old.HTTP, http.StatusOK), code: 200, body: old.Body}, true, false
	}
	s.replays.running[key] = true
	return reply{}, false, true
}

// running says that an earlier request with the key has not been answered yet.
func running() reply {
	body := []byte(`{"status_message":"The first request with this Idempotency-Key is still being processed."}`)
	return reply{http: http.StatusAccepted, body: body}
}

// act does the deed, unless the fault forbids it, and books the key.
func (s *Sandbox) act(r *http.Request, at scene, fault Fault, key string, held bool, do deed) reply {
	if fault.Kind == Slow || fault.Kind == Hang && !fault.After {
		s.idle(r, fault)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if held {
		defer delete(s.replays.running, key)
	}
	if code, ok := fault.refuses(); ok {
		return refuseAs(at.op, s.ids.uuid(), code)
	}
	if fault.prevents() {
		return refuseAs(at.op, s.ids.uuid(), 500)
	}
	rep, change := do()
	if held && rep.success() && fault.Kind != Error500 {
		change.Replay = &replay{Key: key, At: time.Now(), HTTP: rep.http, Brief: at.op == OpSubscription, Body: rep.body}
	}
	if !change.empty() {
		if err := s.commit(change); err != nil {
			s.log.Error("keep books", "error", err)
			return refuseAs(at.op, s.ids.uuid(), 500)
		}
	}
	return rep
}

// idle waits as the fault says: Hang until the caller is gone, Slow for its
// time. The slow provider goes on when its caller has lost patience: what was
// not found a moment ago may still come to be.
func (s *Sandbox) idle(r *http.Request, fault Fault) {
	if fault.Kind == Slow {
		s.sleep(time.Duration(fault.Delay))
		return
	}
	select {
	case <-r.Context().Done():
	case <-s.ctx.Done():
	}
}

// refuses is the code that the fault answers with instead of acting.
func (f Fault) refuses() (int, bool) {
	text, ok := strings.CutPrefix(string(f.Kind), "code-")
	code, err := strconv.Atoi(text)
	return code, ok && err == nil
}

// prevents reports whether the fault keeps the call from being done.
func (f Fault) prevents() bool {
	switch f.Kind {
	case Error500, HTML502, HTML403, Hang, Cut, InFlight:
		return !f.After
	}
	return false
}
