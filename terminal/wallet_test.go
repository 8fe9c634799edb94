package terminal

import (
	"strings"
	"testing"
	"time"
)

const (
	phone    = "081234567890"
	customer = "c-1"
	pageURL  = "https://api.midtrans.com/v2/gopay/redirect/gppr_1/link"
)

var payer = Payer{Customer: customer, Masked: "****7890"}

// linkIs is the backend's word on link 1.
func linkIs(s LinkState) LinkTold {
	e := LinkTold{Order: id(1), Call: AskLink, State: s, Masked: payer.Masked}
	switch s {
	case LinkDone:
		e.Customer = customer
	case LinkFailed:
		e.Reason = "no_wallet"
	}
	return e
}

func waiting(n int64) LinkTold {
	return LinkTold{Order: id(n), Call: LinkUp, State: LinkWaiting, Masked: payer.Masked, URL: pageURL, ExpiresIn: 15 * time.Minute}
}

// payerIs answers the first search of a till.
func payerIs(s CustomerState) Found {
	e := Found{Call: FindCustomer, Ticket: 1, Customer: customer, Masked: payer.Masked, State: s}
	switch s {
	case CustomerNone:
		e.Customer, e.Masked = "", ""
	case CustomerRefused:
		e.Customer, e.Masked, e.Reason = "", "", CodePhone
	}
	return e
}

func unlinkIs(s CustomerState) Found {
	return Found{Call: Unlink, Customer: customer, Masked: payer.Masked, State: s}
}

func verify(n int64, amount Rupiah) Told {
	return Told{Order: id(n), Call: Open, Fact: FactPending, Amount: amount, Transaction: "tx", Verify: pageURL, ExpiresIn: 5 * time.Minute}
}

// elsewhere is e with a page that reads like the provider's and is not.
func elsewhere(e Told) Told {
	e.Verify = "https://api.midtrans.com@elsewhere.test/"
	return e
}

// findsPayer keys Rp 25.000 and a linked customer's number.
func (t *till) findsPayer() {
	t.Helper()
	t.keys("m525000\n" + phone + "\n")
	t.want("finding")
}

// asksPayer charges a linked wallet Rp 25.000.
func (t *till) asksPayer() {
	t.Helper()
	t.findsPayer()
	t.step(payerIs(CustomerLinked))
	t.want("asking")
}

// unlinks undoes a link as far as it goes without the backend.
func (t *till) unlinks() {
	t.Helper()
	t.keys("m6" + phone + "\n")
	t.step(payerIs(CustomerLinked))
	t.wait(settleGuard)
	t.keys("\n")
	t.want("unlinking")
}

func TestLinkedWalletIsCharged(t *testing.T) {
	s := greetedTill(t)
	s.keys("m4" + phone + "\n")
	if got, want := s.recorded(), "linking"; got != want {
		t.Errorf("records = %q, want %q", got, want)
	}
	if len(s.calls) != 1 || s.calls[0] != (Call{Verb: LinkUp, Order: id(1), Phone: phone}) {
		t.Fatalf("calls = %v, want one link", s.calls)
	}
	s.step(waiting(1))
	if got, want := s.Screen, Screen(LinkOffer{Order: id(1), Masked: payer.Masked, URL: pageURL, Left: 15 * time.Minute}); got != want {
		t.Fatalf("screen = %+v, want %+v", got, want)
	}
	s.step(linkIs(LinkDone))
	s.want("walletlinked")
	s.wait(settleGuard)
	s.keys("\n")
	s.asksPayer()
	if len(s.calls) != 1 || s.calls[0] != (Call{Verb: Open, Order: id(2), Amount: 25_000, Customer: customer}) {
		t.Fatalf("calls = %v, want the wallet to be asked under the next number", s.calls)
	}
	s.step(settled(2, 25_000))
	if got, want := s.Screen, Screen(Thanks{Order: id(2), Amount: 25_000}); got != want {
		t.Errorf("screen = %+v, want %+v", got, want)
	}
}

// A linked wallet pays small sums without a word, so nobody may say of a
// charge without an answer that it cannot have been paid.
func TestSilenceOfAWalletIsDoubt(t *testing.T) {
	s := greetedTill(t)
	s.asksPayer()
	s.wait(offlineAfter)
	want := Unsure{Order: id(1), Amount: 25_000, Why: DoubtSilence, Offered: true, Payer: payer}
	got := s.Screen.(Unsure)
	if got.Checking = false; got != want {
		t.Fatalf("screen = %+v, want %+v", got, want)
	}
	s.step(verify(1, 25_000))
	s.want("verifying")
	s.wait(5 * time.Minute)
	if u, ok := s.Screen.(Unsure); !ok || u.Why != DoubtCountdown || !u.Offered {
		t.Errorf("screen = %+v, want a doubt", s.Screen)
	}
	s = greetedTill(t)
	s.asksPayer()
	s.step(Told{Order: id(1), Call: Open, Fact: FactTaken})
	if d, ok := s.Screen.(Denied); !ok || d.Retry {
		t.Errorf("screen = %+v, want a denial without another try", s.Screen)
	}
}

func TestPowerCutWithAWalletAsked(t *testing.T) {
	s := greetedTill(t)
	s.asksPayer()
	s.step(verify(1, 25_000))
	s.boot()
	if got, want := s.Screen, Screen(Asking{Order: id(1), Amount: 25_000, Payer: payer}); got != want {
		t.Fatalf("screen = %+v, want %+v", got, want)
	}
	s.step(Wake{})
	want := Call{Verb: Open, Order: id(1), Amount: 25_000, Customer: customer}
	if len(s.calls) != 2 || s.calls[1] != want {
		t.Fatalf("calls = %v, want %v again", s.calls, want)
	}
	// Whether a page may be http is known from the greeting on; none is judged before.
	told := verify(1, 25_000)
	told.Verify = "http://127.0.0.1:8080/pin"
	s.step(told)
	s.want("asking")
	s.step(Greeted{Next: 2, Sandbox: true})
	if len(s.calls) != 1 {
		t.Fatalf("calls = %v, want one at once", s.calls)
	}
	s.step(told)
	s.want("verifying")
}

// A wallet is never charged with a code that anybody can pay, and a page never
// stands where a code is due.
func TestCodeAndPageAreNotMixedUp(t *testing.T) {
	tests := []struct {
		name string
		play func(s *till)
		told Told
	}{
		{"code for a wallet", func(s *till) { s.asksPayer() }, pending(1, 25_000)},
		{"both for a wallet", func(s *till) { s.asksPayer() }, func() Told { e := pending(1, 25_000); e.Verify = pageURL; return e }()},
		{"page elsewhere", func(s *till) { s.asksPayer() }, elsewhere(verify(1, 25_000))},
		{"page for anybody", func(s *till) { s.keys("25000\n") }, verify(1, 25_000)},
		{"both for anybody", func(s *till) { s.keys("25000\n") }, func() Told { e := pending(1, 25_000); e.Verify = pageURL; return e }()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := greetedTill(t)
			tt.play(s)
			s.step(tt.told)
			if got, want := s.Screen, Screen(Alarm{Order: id(1), Amount: 25_000, What: MismatchPage}); got != want {
				t.Errorf("screen = %+v, want %+v", got, want)
			}
			if got, want := s.recorded(), "alarmed letgo"; got != want {
				t.Errorf("records = %q, want %q", got, want)
			}
		})
	}
}

func TestDeniedWalletIsAskedAgain(t *testing.T) {
	s := greetedTill(t)
	s.asksPayer()
	s.step(denied(true))
	s.wait(settleGuard)
	s.keys("\n")
	if got, want := s.Screen, Screen(Asking{Order: id(2), Amount: 25_000, Payer: payer}); got != want {
		t.Fatalf("screen = %+v, want %+v", got, want)
	}
	if got := s.owed.Calls; len(got) != 1 || got[0].Customer != customer {
		t.Errorf("calls = %v, want the same wallet", got)
	}
}

// The answer about a number keyed before must not charge that one's owner.
func TestAnswerAboutAnotherNumber(t *testing.T) {
	s := greetedTill(t)
	s.findsPayer()
	s.keys("c")
	s.keys("m525000\n081200001234\n")
	s.step(payerIs(CustomerLinked))
	s.want("finding")
	e := payerIs(CustomerLinked)
	e.Ticket = 2 // about this one, and its number is another's
	s.step(e)
	if w, ok := s.Screen.(WalletRefused); !ok || w.Trouble != TroubleNonsense || len(s.Book.Open) != 0 {
		t.Errorf("screen = %+v, open = %+v, want a refusal", s.Screen, s.Book.Open)
	}
}

func TestAttestPage(t *testing.T) {
	tests := []struct {
		url     string
		sandbox bool
		want    Mismatch
	}{
		{pageURL, false, NoMismatch},
		{"https://gopay.co.id?id=1&x=%20#a@b", false, NoMismatch},
		{"https://a.test:8443/x", false, NoMismatch},
		{"http://127.0.0.1:8080/x", true, NoMismatch},
		{"http://127.0.0.1:8080/x", false, MismatchPage},
		{"https://u@a.test/", false, MismatchPage},
		{"https://u:1@a.test/", false, MismatchPage},
		{"https://a.test:1@b.test", false, MismatchPage},
		{"https://", false, MismatchPage},
		{"https:///x", false, MismatchPage},
		{"https://.test/", false, MismatchPage},
		{"https://-a.test/", false, MismatchPage},
		{"https://a.test:/", false, MismatchPage},
		{"https://[::1]/", false, MismatchPage},
		{"HTTPS://a.test/", false, MismatchPage},
		{"gojek://gopay", true, MismatchPage},
		{"https://a.test/a b", false, MismatchPage},
		{"https://a.test/\"", false, MismatchPage},
		{`https://a.test\@b.test/`, false, MismatchPage},
		{"https://a.test/\n", false, MismatchPage},
		{"https://a.test/é", false, MismatchPage},
		{"", true, MismatchPage},
		{"https://a.test/" + strings.Repeat("x", maxPage-15), false, NoMismatch},
		{"https://a.test/" + strings.Repeat("x", maxPage-14), false, MismatchPage},
	}
	for _, tt := range tests {
		if got := AttestPage(tt.url, tt.sandbox); got != tt.want {
			t.Errorf("%q, sandbox %v: %v, want %v", tt.url, tt.sandbox, got, tt.want)
		}
	}
}
