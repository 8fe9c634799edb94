package sandbox

import (
	"embed"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"kasir/backend/midtrans"
)

//go:embed pages
var pageFiles embed.FS

var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"rupiah": rupiah,
	"clock":  func(stamp string) string { return strings.TrimPrefix(stamp, stamp[:min(len(stamp), 11)]) },
	"url":    payPage,
	"app":    appPage,
}).ParseFS(pageFiles, "pages/*.html"))

// rupiah groups an amount as people in Indonesia write it: Rp 25.000.
func rupiah(n int64) string {
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "." + digits[i:]
	}
	return "Rp " + digits
}

// view is what a page is made of.
type view struct {
	Lang     string
	Other    string // the other language
	T        map[string]string
	Merchant string
	Path     string // of this page, without the language
	Open     []Order
	Ended    []Order
	Order    *Order // the pay page's; nil: nobody knows the code
	Accounts []PayAccount
	Account  *PayAccount // the wallet page's; nil: nobody knows the link
	Wrong    bool        // the PIN or OTP was
	NoWallet bool        // there is none with this number
	Snap     *snapPage
	Done     bool // linked, or paid
	Alive    bool // the form can be used
	App      bool // it is the app's page, not one for who scanned a code
	Leaves   bool // a button may lead to the merchant's own page
}

const maxEnded = 12 // finished orders on the page

func (s *Sandbox) pages(m *http.ServeMux) {
	m.HandleFunc("GET /{$}", s.listPage)
	m.HandleFunc("GET /sandbox/pay", s.payPage)
	m.HandleFunc("GET /sandbox/app/{id}", s.appView)
	m.HandleFunc("POST /sandbox/app/{id}", s.appForm)
	s.walletPages(m)
	m.HandleFunc("GET /sandbox/style.css", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, pageFiles, "pages/style.css")
	})
}

// listPage lists every order that can be paid, newest first.
func (s *Sandbox) listPage(w http.ResponseWriter, r *http.Request) {
	v := s.view(r, "/")
	for _, o := range slices.Backward(s.Orders()) {
		switch {
		case o.Status == midtrans.StatusPending:
			v.Open = append(v.Open, o)
		case len(v.Ended) < maxEnded:
			v.Ended = append(v.Ended, o)
		}
	}
	s.render(w, "list.html", http.StatusOK, v)
}

// payPage is what a payer's app shows after it scanned a code.
func (s *Sandbox) payPage(w http.ResponseWriter, r *http.Request) {
	qr := strings.TrimSpace(r.FormValue("qr"))
	v := s.view(r, payPage(qr))
	s.mu.Lock()
	if t := s.book.byQR[qr]; t != nil {
		o := s.order(*t)
		v.Order = &o
	}
	s.mu.Unlock()
	if v.Order == nil {
		s.render(w, "pay.html", http.StatusNotFound, v)
		return
	}
	s.render(w, "pay.html", http.StatusOK, v)
}

func (s *Sandbox) view(r *http.Request, path string) view {
	v := view{Lang: "id", Other: "en", Merchant: s.merchant.name, Path: path}
	if r.FormValue("lang") == "en" {
		v.Lang, v.Other = v.Other, v.Lang
	}
	v.T = words[v.Lang]
	return v
}

func (s *Sandbox) render(w http.ResponseWriter, name string, status int, v view) {
	var b strings.Builder
	if err := templates.ExecuteTemplate(&b, name, v); err != nil {
		s.log.Error("render page", "page", name, "error", err)
		http.Error(w, "render page", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	policy := "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'"
	if !v.Leaves { // browsers apply it to where a form is redirected, too
		policy += "; form-action 'self'"
	}
	h.Set("Content-Security-Policy", policy)
	h.Set("Referrer-Policy", "no-referrer") // addresses here are as good as a PIN
	w.WriteHeader(status)
	w.Write([]byte(b.String()))
}

// Self is the page's own address in its language, to come back to after a
// button was pressed.
func (v view) Self() string { return v.in(v.Lang) }

// Switch is the page's address in the other language.
func (v view) Switch() string { return v.in(v.Other) }

func (v view) in(lang string) string {
	if strings.Contains(v.Path, "?") {
		return v.Path + "&lang=" + lang
	}
	return v.Path + "?lang=" + lang
}

// Scanned is the address of the pay page for a code, in the page's language.
func (v view) Scanned(qr string) string { return payPage(qr) + "&lang=" + v.Lang }

// Overdue reports an order that is still pending past its time.
func (v view) Overdue(o *Order) bool { return o.ExpiresSeconds <= 0 }
