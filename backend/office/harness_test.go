package office

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"kasir/backend/auditor"
	"kasir/backend/identity"
	"kasir/backend/identity/cabinet"
	"kasir/backend/ledger"
	"kasir/backend/ledger/sqlite"
	"kasir/backend/merchant"
	"kasir/backend/merchant/shelf"
	"kasir/backend/reconcile"
	"kasir/backend/wire"
)

// fewRounds keep the tests fast; the shape of what is kept is the same.
const fewRounds = 10

// journalID is the identity of every till's journal here.
const journalID = "0123456789abcdef0123456789abcdef"

// town is an office with everything that it needs, and a log.
type town struct {
	testing.TB
	*Office
	book   *sqlite.Book
	papers *shelf.Shelf
	shop   *fakeShop
	base   string

	mu  sync.Mutex
	log bytes.Buffer
}

func (t *town) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.log.Write(p)
}

func (t *town) logged() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.log.String()
}

// settle builds a town and serves it on a loopback port; change may alter it.
func settle(tb testing.TB, change func(*Options)) *town {
	tb.Helper()
	t := &town{TB: tb}
	var err error
	must := func(err error) {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
	}
	dir := tb.TempDir()
	t.book, err = sqlite.Open(tb.Context(), filepath.Join(dir, "book.db"))
	must(err)
	tb.Cleanup(func() { t.book.Close() })
	t.papers, err = shelf.Open(tb.Context(), filepath.Join(dir, "shelf.db"))
	must(err)
	tb.Cleanup(func() { t.papers.Close() })
	text, err := identity.NewAuthority(time.Now())
	must(err)
	ca, err := identity.ParseAuthority(text)
	must(err)
	log := slog.New(slog.NewTextHandler(t, nil))
	t.shop = &fakeShop{book: t.book}
	o := Options{Papers: t.papers, Book: t.book, Shop: t.shop, Auditor: auditor.New(t.papers, sources{t.shop}, log),
		Devices: identity.New(cabinet.On(t.papers), ca, log), Sandbox: true, Logger: log}
	if change != nil {
		change(&o)
	}
	t.Office, err = New(o)
	must(err)
	t.rounds = fewRounds
	server := httptest.NewServer(t.Handler())
	tb.Cleanup(server.Close)
	t.base = server.URL
	return t
}

// fakeShop is the backend's part, over a book.
type fakeShop struct {
	book *sqlite.Book

	mu     sync.Mutex
	back   []merchant.Refund
	asked  []string
	refuse error
}

func (s *fakeShop) Search(ctx context.Context, q ledger.Query, want wire.State) (out merchant.Transactions, err error) {
	found, err := s.book.Search(ctx, q)
	for _, f := range found {
		state := wire.State(f.State)
		if _, wrong := ledger.Load(f).Mispaid(); wrong {
			state = wire.Mismatched
		}
		if want != "" && state != want {
			continue
		}
		out.Transactions = append(out.Transactions, merchant.Transaction{Source: merchant.SourceTill, Device: f.Device, AskedAt: f.AskedMS,
			Charge: wire.Charge{OrderID: f.Order, Amount: f.Amount, State: state, Paid: f.Paid, SettledAt: f.SettledMS, TransactionID: f.TransactionID, Issuer: f.Issuer}})
	}
	if len(found) == q.Limit && q.Order == "" {
		last := found[len(found)-1]
		out.Next = fmt.Sprintf("%d.%s", last.AskedMS, last.Order)
	}
	return out, err
}

func (s *fakeShop) Online(context.Context, int64, int64) (ledger.Sum, bool, error) {
	return ledger.Sum{Count: 1, Paid: 150_000}, false, nil
}

func (s *fakeShop) Ask(_ context.Context, order string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, order)
	return s.refuse
}

func (s *fakeShop) Refund(_ context.Context, order string, ask merchant.RefundAsk) (r merchant.Refund, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refuse != nil {
		return r, s.refuse
	}
	for _, done := range s.back {
		if done.Key == ask.Key {
			return done, nil
		}
	}
	r = merchant.Refund{OrderID: order, Key: ask.Key, Amount: ask.Amount, Reason: ask.Reason, State: merchant.RefundApproved, AskedAt: time.Now().UnixMilli()}
	s.back = append(s.back, r)
	return r, nil
}

func (s *fakeShop) given() []merchant.Refund {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]merchant.Refund(nil), s.back...)
}

// Refunds are those of one order.
func (s *fakeShop) Refunds(_ context.Context, order string) (out merchant.Refunds, err error) {
	for _, r := range s.given() {
		if r.OrderID == order {
			out.Refunds = append(out.Refunds, r)
		}
	}
	return out, nil
}

func (s *fakeShop) Receipt(f ledger.Facts) string { return "https://toko.example/r/" + f.Order }

// Charge is what the auditor asks of one order.
func (s *fakeShop) Charge(ctx context.Context, order string) (c reconcile.Charge, ok bool, err error) {
	f, ok, err := s.book.Order(ctx, order)
	return reconcile.Charge{Order: f.Order, TransactionID: f.TransactionID, Till: f.Device, Paid: f.State == ledger.Settled, Asked: f.Amount, Taken: f.Paid, SettledMS: f.SettledMS}, ok, err
}

// sell enters an order that was asked for at, with more records.
func (t *town) sell(order string, amount int64, at time.Time, more ...ledger.Record) ledger.Facts {
	t.Helper()
	device, n, err := ledger.ParseOrder(order)
	if err != nil {
		t.Fatal(err)
	}
	all := append([]ledger.Record{{Kind: ledger.KindAsked, Order: order, Device: device, Number: n, Amount: amount, Journal: journalID, LifetimeMS: 900_000}}, more...)
	c := ledger.Charge{}
	for i := range all {
		if all[i].AtMS == 0 {
			all[i].AtMS = at.UnixMilli()
		}
		c.Apply(all[i])
	}
	if err := t.book.Commit(context.Background(), []ledger.Entry{{Facts: c.Facts, Records: all}}); err != nil {
		t.Fatal(err)
	}
	return c.Facts
}

func paid(amount int64, at time.Time) ledger.Record {
	return ledger.Record{Kind: ledger.KindSettled, Amount: amount, SettledMS: at.UnixMilli(), Issuer: "gopay"}
}

// browser is somebody at a browser that follows no redirect by itself.
type browser struct {
	*town
	jar    map[string]string
	header http.Header
	token  string // of the last page's forms
	status int
	where  string // the last redirect
	text   string
	last   http.Header
}

func (t *town) visitor() *browser {
	return &browser{town: t, jar: map[string]string{}, header: http.Header{}}
}

var formToken = regexp.MustCompile(`name="form" value="([0-9a-f]{64})"`)

// do is one request; form nil is a GET.
func (b *browser) do(method, path string, body io.Reader, kind string) *browser {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), method, b.base+path, body)
	if err != nil {
		b.Fatal(err)
	}
	for name, values := range b.header {
		req.Header[name] = values
	}
	if host := b.header.Get("Host"); host != "" {
		req.Host = host
		req.Header.Del("Host")
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	for name, value := range b.jar {
		req.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range res.Cookies() {
		if b.jar[c.Name] = c.Value; c.MaxAge < 0 {
			delete(b.jar, c.Name)
		}
	}
	b.status, b.where, b.text, b.last = res.StatusCode, res.Header.Get("Location"), string(text), res.Header
	if m := formToken.FindStringSubmatch(b.text); m != nil {
		b.token = m[1]
	}
	return b
}

func (b *browser) get(path string) *browser { b.Helper(); return b.do("GET", path, nil, "") }

// post sends a form with the token of the last page, unless it has one.
func (b *browser) post(path string, pairs ...string) *browser {
	b.Helper()
	form := url.Values{"form": {b.token}}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return b.do("POST", path, strings.NewReader(form.Encode()), "application/x-www-form-urlencoded")
}

// want wants a status, and words on the page.
func (b *browser) want(status int, says ...string) *browser {
	b.Helper()
	if b.status != status {
		b.Errorf("HTTP %d, want %d\n%s", b.status, status, main(b.text))
	}
	for _, s := range says {
		if !strings.Contains(b.text, s) {
			b.Errorf("%q is not in\n%s", s, main(b.text))
		}
	}
	return b
}

// goes wants a redirect.
func (b *browser) goes(to string) *browser {
	b.Helper()
	if b.status != http.StatusSeeOther || b.where != to {
		b.Errorf("HTTP %d to %q, want one to %q\n%s", b.status, b.where, to, main(b.text))
	}
	return b
}

// main is what a page is about.
func main(text string) string {
	if _, rest, ok := strings.Cut(text, "<main"); ok {
		text = rest
	}
	return text[:min(len(text), 1500)]
}

const goodPassword = "kopi susu gula aren"

// account makes an account with goodPassword.
func (t *town) account(name string, role Role) {
	t.Helper()
	path, err := t.Invite(t.Context(), name, role)
	if err != nil {
		t.Fatal(err)
	}
	b := t.visitor()
	b.get(path).want(200, name)
	b.post(path, "password", goodPassword, "again", goodPassword).goes(Prefix)
}

// logIn is a browser with a session; the account is made when there is none.
func (t *town) logIn(name string, role Role) *browser {
	t.Helper()
	var a Account
	if v, err := t.filed(t.Context(), kindAccount, name, &a); err != nil || v == 0 {
		t.account(name, role)
	}
	b := t.visitor()
	b.get(Prefix + "login").want(200)
	b.post(Prefix+"login", "name", name, "password", goodPassword).goes(Prefix)
	b.get(Prefix).want(200)
	return b
}
