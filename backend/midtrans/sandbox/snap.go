package sandbox

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kasir/backend/midtrans"
)

const (
	maxSnaps     = 10_000         // pages; the oldest is forgotten beyond it
	snapPageLife = 24 * time.Hour // when page_expiry does not say
)

// snapPage is one page of Snap's, made for one order. There is no transaction
// before its buyer has picked a way to pay.
type snapPage struct {
	Token       string          `json:"token"`
	OrderID     string          `json:"order_id"`
	Gross       int64           `json:"gross"` // rupiah
	Created     time.Time       `json:"created"`
	Until       time.Time       `json:"until"`            // of the page
	Expires     time.Time       `json:"expires,omitzero"` // of the payment, when expiry says
	User        string          `json:"user,omitempty"`
	Country     string          `json:"country,omitempty"` // with Number: the only wallet that may be linked
	Number      string          `json:"number,omitempty"`
	Tokenize    bool            `json:"tokenize,omitempty"`
	Enforce     bool            `json:"enforce,omitempty"`
	Callback    string          `json:"callback,omitempty"`
	Finish      string          `json:"finish,omitempty"`
	Notify      []string        `json:"notify,omitempty"`
	Metadata    json.RawMessage `json:"metadata,omitempty"`
	Fields      [3]string       `json:"fields"`
	Transaction string          `json:"transaction,omitempty"` // the newest that was picked here
}

// snaps holds the pages.
type snaps struct {
	all     []*snapPage // oldest first
	byToken map[string]*snapPage
}

func (b *snaps) put(p snapPage) {
	if old := b.byToken[p.Token]; old != nil {
		*old = p
		return
	}
	b.all = append(b.all, &p)
	b.byToken[p.Token] = &p
	if len(b.all) > maxSnaps {
		delete(b.byToken, b.all[0].Token)
		b.all = append([]*snapPage(nil), b.all[1:]...)
	}
}

type snapExpiry struct {
	Start    string  `json:"start_time"`
	Duration integer `json:"duration"`
	Unit     string  `json:"unit"`
}

// end is when it is over; false when it makes no sense. None is the zero time.
func (e *snapExpiry) end(now time.Time, most time.Duration) (time.Time, bool) {
	if e == nil {
		return time.Time{}, true
	}
	start, ok := now, true
	if e.Start != "" {
		start, ok = midtrans.ParseTime(e.Start)
	}
	unit := strings.TrimSuffix(e.Unit, "s")
	length, known := midtrans.CustomExpiry{Duration: int(min(e.Duration, 1_000_000)), Unit: unit}.Length()
	life := start.Add(length).Sub(now)
	return now.Add(min(life, most)), ok && known && unit != "second" && e.Duration > 0 && life >= midtrans.MinExpiry
}

type snapRequest struct {
	chargeRequest        // what it has in common with a charge
	UserID        scalar `json:"user_id"`
	GoPay         struct {
		Tokenization bool   `json:"tokenization"`
		Enforce      bool   `json:"enforce_tokenization"`
		Number       scalar `json:"phone_number"`
		Country      scalar `json:"country_code"`
		Callback     string `json:"callback_url"`
		WithCallback bool   `json:"enable_callback"`
	} `json:"gopay"`
	Expiry     *snapExpiry `json:"expiry"`
	PageExpiry *snapExpiry `json:"page_expiry"`
	Callbacks  struct {
		Finish string `json:"finish"`
	} `json:"callbacks"`
}

// page is what is asked for, and what is wrong with it.
func (q *snapRequest) page(now time.Time) (snapPage, []string) {
	q.PaymentType = midtrans.PaymentGoPay
	q.chargeRequest.Expiry = nil // a charge's, not Snap's
	_, problems := q.check(now, func() bool { return false })
	wrong := func(bad bool, text string) {
		if bad {
			problems = append(problems, text)
		}
	}
	// The provider's own SDKs are tested with spaces and colons here, which no
	// page allows.
	if id := q.Details.OrderID; id == ascii(id, len(id)) && !strings.ContainsAny(id, `/?#%\\`) {
		problems = slices.DeleteFunc(problems, func(text string) bool { return text == badOrderID })
	}
	g := q.GoPay
	number, country := string(g.Number), string(g.Country)
	wrong(utf8.RuneCountInString(string(q.UserID)) > midtrans.MaxUserID, "user_id is too long (maximum is 255 characters)")
	wrong(g.Tokenization && q.UserID == "", "user_id is required")
	wrong((number == "") != (country == "") || number != "" && (!digits(number) || number[0] == '0' || !digits(country)), "gopay.phone_number is invalid")
	expires, ok := q.Expiry.end(now, midtrans.MaxExpiry)
	wrong(!ok, "expiry is invalid")
	until, ok := q.PageExpiry.end(now, midtrans.MaxSnapExpiry)
	wrong(!ok, "page_expiry is invalid")
	if until.IsZero() {
		until = now.Add(snapPageLife)
	}
	p := snapPage{
		OrderID: q.Details.OrderID, Gross: int64(q.Details.GrossAmount), Created: now, Until: until, Expires: expires,
		User: string(q.UserID), Country: country, Number: number, Tokenize: g.Tokenization, Enforce: g.Enforce,
		Finish: q.Callbacks.Finish, Metadata: q.Metadata, Fields: [3]string{string(q.Field1), string(q.Field2), string(q.Field3)},
	}
	if p.Callback = p.Finish; g.WithCallback {
		p.Callback = g.Callback
	}
	return p, problems
}

// createSnap is POST /snap/v1/transactions.
func (s *Sandbox) createSnap(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxRequest+1))
	var q snapRequest
	if err != nil || len(body) > maxRequest || json.Unmarshal(body, &q) != nil {
		s.write(w, snapRefuse(http.StatusBadRequest, "JSON is invalid"))
		return
	}
	now := time.Now()
	p, problems := q.page(now)
	if len(problems) > 0 {
		s.write(w, snapRefuse(http.StatusBadRequest, problems...))
		return
	}
	base := s.base(r)
	s.perform(w, r, scene{order: p.OrderID, op: OpSnap}, func() (reply, entry) {
		if old := s.book.byOrder[p.OrderID]; old != nil && old.blocks() {
			text := "transaction_details.order_id has been paid and utilized, please use another order ID"
			if old.Status == midtrans.StatusPending {
				text = "transaction_details.order_id has already been taken"
			}
			return snapRefuse(http.StatusBadRequest, text), entry{}
		}
		p.Token, p.Notify = s.ids.uuid(), s.notifyURLs(r.Header)
		made := midtrans.SnapToken{Token: p.Token, RedirectURL: base + snapPath(p.Token)}
		return say(http.StatusCreated, 201, made), entry{Snap: &p}
	})
}

func snapPath(token string) string { return "/snap/v4/redirection/" + token }

// snapRefuse is an error in Snap's way: a real HTTP status, and sentences.
func snapRefuse(http int, texts ...string) reply {
	return say(http, http, struct {
		Errors []string `json:"error_messages"`
	}{texts})
}

// snapUser is GET and DELETE /snap/v3/users/{user}/gopay: which wallet a user
// has linked, and its unlinking.
func (s *Sandbox) snapUser(w http.ResponseWriter, r *http.Request) {
	user := r.PathValue("user")
	s.perform(w, r, scene{op: OpUser}, func() (reply, entry) {
		kept := s.accounts.byUser[user]
		if kept == nil {
			return say(http.StatusNotFound, 404, struct {
				Errors []string `json:"error_messages"`
				Locale string   `json:"locale"`
			}{[]string{"account not found"}, "en"}), entry{}
		}
		a := *kept
		if r.Method == http.MethodDelete {
			a.Status, a.Token = midtrans.AccountDisabled, ""
			return say(http.StatusOK, 200, midtrans.SnapUser{AccountStatus: a.Status, PhoneNumber: a.masked()}), s.linkage(a)
		}
		return say(http.StatusOK, 200, midtrans.SnapUser{
			UserID: user, AccountID: a.ID, AccountStatus: a.Status, Balance: midtrans.Amount(s.purse(a.phone()).Wallet).String(),
			PhoneNumber: a.masked(), CountryCode: a.Country,
		}), entry{}
	})
}
