package office

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"kasir/backend/near"
)

// visit is one request of one person.
type visit struct {
	o      *Office
	w      http.ResponseWriter
	r      *http.Request
	secure bool   // over https
	token  string // of the session, or of the gate before there is one
	who    Account
	in     bool // with a session
	lang   string
	zone   *time.Location
	note   string // said above the page, a name of words
}

// refusal is a request that is turned away: with a status, a word for people and
// a reason for the log.
type refusal struct {
	status int
	word   string // a name of words
	why    string
}

func (r *refusal) Error() string { return r.why }

var (
	errNotFound = &refusal{http.StatusNotFound, "no_page", "no such page"}
	errForeign  = &refusal{http.StatusForbidden, "no_foreign", "another site sent it"}
	errForm     = &refusal{http.StatusForbidden, "no_form", "the form is not of this session"}
	errRole     = &refusal{http.StatusForbidden, "no_role", "a clerk may not do that"}
	errWhere    = &refusal{http.StatusForbidden, "no_where", "not over https, and not on this machine"}
	errBig      = &refusal{http.StatusRequestEntityTooLarge, "no_big", "the form is too large"}
	errBad      = &refusal{http.StatusBadRequest, "no_bad", "the form cannot be read"}
	errOften    = &refusal{http.StatusTooManyRequests, "no_often", "too many wrong passwords"}
)

// policy lets a page load our style and nothing else, and nobody frame it.
const policy = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// serve makes a handler of a place.
func (o *Office) serve(p place) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		limit := pageTime
		if p.method == http.MethodPost || strings.HasSuffix(p.path, ".csv") {
			limit = moneyTime
		}
		ctx, cancel := context.WithTimeout(r.Context(), limit)
		defer cancel()
		v := &visit{o: o, w: w, r: r.WithContext(ctx), lang: "id", zone: zones["wib"]}
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Frame-Options", "DENY")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
		if err := v.guarded(p); err != nil {
			v.refuse(err)
		}
	})
}

func (v *visit) guarded(p place) (err error) {
	defer func() {
		if x := recover(); x != nil {
			v.o.log.ErrorContext(v.r.Context(), "panic in a page", "path", p.path, "type", fmt.Sprintf("%T", x), "stack", string(debug.Stack()))
			err = errors.New("panic")
		}
	}()
	if err := v.where(); err != nil {
		return err
	}
	v.speak()
	if p.door != anybody {
		if err := v.enter(); err != nil {
			return err
		}
		if !v.in {
			v.toLogin()
			return nil
		}
	}
	if v.r.Method == http.MethodPost {
		if err := v.form(p); err != nil {
			return err
		}
	}
	if p.door == ownersOnly && v.who.Role != Owner {
		return errRole
	}
	if v.switched() {
		return nil
	}
	return p.do(v)
}

// where says whether this is a way on which a password can travel: to the public
// host, whose https a proxy speaks for us, or on this very machine.
func (v *visit) where() error {
	if u := v.o.o.Public; u != nil && u.Scheme == "https" && strings.EqualFold(v.r.Host, u.Host) {
		v.secure = true
		return nil
	}
	if near.Proxied(v.r) || !near.Here(v.r) {
		return errWhere
	}
	return nil
}

// address is where somebody is, for counting; it lets nobody in.
func (v *visit) address() string {
	if at, ok := near.Client(v.r, v.o.o.Proxies); ok {
		return at.String()
	}
	host, _, err := net.SplitHostPort(v.r.RemoteAddr)
	if err != nil {
		return v.r.RemoteAddr
	}
	return host
}

// enter finds out who is there.
func (v *visit) enter() error {
	t := v.cookie(sessionCookie)
	watching := v.r.Method != http.MethodPost && v.r.URL.Query().Get("live") == "1"
	who, err := v.o.resume(v.r.Context(), t, watching)
	switch {
	case errors.Is(err, errNoSession):
		return nil
	case err != nil:
		return err
	}
	v.who, v.in, v.token = who, true, t
	if who.Lang != "" {
		v.lang = who.Lang
	}
	if z, ok := zones[who.Zone]; ok {
		v.zone = z
	}
	return nil
}

// form reads a form, and says whether it is one of ours.
func (v *visit) form(p place) error {
	if err := v.o.foreign.Check(v.r); err != nil {
		return errForeign
	}
	most := p.most
	if most == 0 {
		most = maxForm
	}
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, most)
	var err error
	if p.most != 0 {
		err = v.r.ParseMultipartForm(1 << 20)
	} else {
		err = v.r.ParseForm()
	}
	var big *http.MaxBytesError
	switch {
	case errors.As(err, &big):
		return errBig
	case err != nil:
		return errBad
	}
	if !v.in {
		v.token = v.cookie(gateCookie)
	}
	if v.token == "" || subtle.ConstantTimeCompare([]byte(formKey(v.token)), []byte(v.r.PostFormValue("form"))) != 1 {
		return errForm
	}
	return nil
}

// gate gives whoever has no session yet a token for the form on the page.
func (v *visit) gate() {
	if v.in {
		return
	}
	if v.token = v.cookie(gateCookie); len(v.token) != len(token()) {
		v.token = token()
		v.setCookie(gateCookie, v.token, 0)
	}
}

// toLogin sends somebody without a session to where one begins, and back later.
func (v *visit) toLogin() {
	to := Prefix + "login"
	if v.r.Method == http.MethodGet && v.r.URL.Path != Prefix && ours(v.r.URL.Path) {
		to += "?next=" + v.r.URL.Path
	}
	v.redirect(to)
}

// ours reports whether path is one of these pages and nothing that a browser
// could take for another place.
func ours(path string) bool {
	const fine = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._~-"
	return strings.HasPrefix(path, Prefix) && len(path) < 120 && strings.Trim(path, fine) == "" &&
		!strings.Contains(path, "//") && !strings.Contains(path, "..")
}

func (v *visit) redirect(to string) { http.Redirect(v.w, v.r, to, http.StatusSeeOther) }

// refuse turns a request away, with a page that says why and one line in the log.
func (v *visit) refuse(err error) {
	if errors.Is(v.r.Context().Err(), context.Canceled) {
		panic(http.ErrAbortHandler) // nobody is there to read an answer
	}
	no := &refusal{http.StatusServiceUnavailable, "no_busy", ""}
	if !errors.As(err, &no) {
		v.o.log.ErrorContext(v.r.Context(), "page not made", "method", v.r.Method, "path", loggable(v.r), "error", err)
	} else if missed, ok := v.o.lines.now(no.why); ok {
		v.o.log.WarnContext(v.r.Context(), "office turned somebody away", "why", no.why, "method", v.r.Method, "path", loggable(v.r), "from", v.address(),
			"account", v.who.Name, "missed", missed)
	}
	if no.status == http.StatusServiceUnavailable {
		v.w.Header().Set("Retry-After", "2")
	}
	v.show(no.status, "refused", page{Title: "refused", Data: no.word})
}

// loggable is a request's path without what must not be in a log.
func loggable(r *http.Request) string {
	if strings.HasPrefix(r.URL.Path, Prefix+"invite/") {
		return Prefix + "invite/"
	}
	const most = 80
	return fmt.Sprintf("%q", r.URL.Path[:min(len(r.URL.Path), most)])
}
