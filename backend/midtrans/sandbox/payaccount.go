package sandbox

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"kasir/backend/midtrans"
)

// accountDocument is what the provider writes about a pay account.
type accountDocument struct {
	StatusCode    string            `json:"status_code"`
	StatusMessage string            `json:"status_message,omitempty"`
	PaymentType   string            `json:"payment_type,omitempty"`
	AccountID     string            `json:"account_id,omitempty"`
	AccountStatus string            `json:"account_status,omitempty"`
	ChannelCode   string            `json:"channel_response_code,omitempty"`
	ChannelText   string            `json:"channel_response_message,omitempty"`
	Actions       []midtrans.Action `json:"actions,omitempty"`
	Metadata      any               `json:"metadata,omitempty"`
	ID            string            `json:"id,omitempty"` // of the request, in refusals
}

const channelDone = "Process service request successfully."

// accountCode is the status_code of an answer about an account in a state.
var accountCode = map[string]string{
	midtrans.AccountPending: "201", midtrans.AccountEnabled: "200",
	midtrans.AccountExpired: "204", midtrans.AccountDisabled: "204",
}

type accountRequest struct {
	PaymentType string `json:"payment_type"`
	Partner     struct {
		Number   scalar `json:"phone_number"`
		Country  scalar `json:"country_code"`
		Redirect string `json:"redirect_url"`
	} `json:"gopay_partner"`
}

func (q accountRequest) check() []string {
	number, country := string(q.Partner.Number), string(q.Partner.Country)
	var problems []string
	wrong := func(bad bool, text string) {
		if bad {
			problems = append(problems, text)
		}
	}
	wrong(q.PaymentType == "", "payment_type is required")
	wrong(number == "", "gopay_partner.phone_number is required")
	wrong(number != "" && (!digits(number) || number[0] == '0'), "gopay_partner.phone_number must be numeric digits and must not begin with 0")
	wrong(digits(number) && (len(number) < 8 || len(number) > 13), "gopay_partner.phone_number length is invalid")
	wrong(country == "", "gopay_partner.country_code is required")
	wrong(country != "" && (!digits(country) || len(country) > 3), "gopay_partner.country_code must be numeric digits")
	return problems
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// foreign reports a text that a browser can be sent to: an absolute URL, also
// of an app's own scheme, but none that runs in the page.
func foreign(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Scheme != "" && (u.Host != "" || u.Opaque != "") && len(text) <= 2000 &&
		!slices.Contains([]string{"javascript", "data", "vbscript", "file", "about", "blob"}, u.Scheme)
}

// createAccount is POST /v2/pay/account. Idempotency keys do not work here.
func (s *Sandbox) createAccount(w http.ResponseWriter, r *http.Request) {
	var q accountRequest
	if !s.read(w, r, &q) {
		return
	}
	if problems := q.check(); len(problems) > 0 {
		s.write(w, refuse(s.requestID(), 400, problems...))
		return
	}
	base := s.base(r)
	s.perform(w, r, scene{op: OpAccount}, func() (reply, entry) {
		if q.PaymentType != midtrans.PaymentGoPay || s.opts.NoLinking {
			return refuse(s.ids.uuid(), 402), entry{}
		}
		phone := string(q.Partner.Country + q.Partner.Number)
		no := accountDocument{StatusCode: "202", PaymentType: midtrans.PaymentGoPay}
		switch s.wallet(phone).fate {
		case unregistered:
			no.ChannelCode, no.ChannelText = "105", "User Not Found"
			return say(http.StatusOK, 202, no), entry{}
		case barred:
			no.ChannelCode, no.ChannelText = "112", "Wallet is Blocked"
			return say(http.StatusOK, 202, no), entry{}
		case blocked:
			return refuse(s.ids.uuid(), 410), entry{}
		}
		if q.Partner.Redirect != "" && !foreign(q.Partner.Redirect) {
			no.ChannelCode, no.ChannelText = "2903", "invalid scheme"
			return say(http.StatusOK, 202, no), entry{}
		}
		now, link := time.Now(), s.ids.uuid()
		a := account{
			ID: s.ids.uuid(), Country: string(q.Partner.Country), Number: string(q.Partner.Number), Status: midtrans.AccountPending,
			Created: now, Until: now.Add(s.opts.LinkLife), Redirect: q.Partner.Redirect, Web: "gpar_" + link, App: "gpad_" + link,
		}
		return s.accountAnswer(a, base), entry{Account: &a}
	})
}

// accountAnswer says all about an account; s.mu is held.
func (s *Sandbox) accountAnswer(a account, base string) reply {
	d := accountDocument{StatusCode: accountCode[a.Status], PaymentType: midtrans.PaymentGoPay, AccountID: a.ID, AccountStatus: a.Status}
	switch {
	case a.Status == midtrans.AccountEnabled:
		d.Metadata = s.options(a)
		return say(http.StatusOK, 200, d)
	case a.Status == midtrans.AccountPending && a.Web != "":
		d.Actions = []midtrans.Action{
			{Name: midtrans.ActionActivateURL, Method: http.MethodGet, URL: base + "/v2/gopay/redirect/" + a.Web + "/link"},
			{Name: midtrans.ActionActivateApp, Method: http.MethodGet, URL: base + "/v2/gopay/redirect/" + a.App + "/link"},
		}
		return say(http.StatusOK, 201, d)
	}
	return say(http.StatusOK, 204, d)
}

const noAccount = "Account doesn't exist."

// getAccount is GET /v2/pay/account/{id}. Asking makes new tokens, and the old
// ones useless.
func (s *Sandbox) getAccount(w http.ResponseWriter, r *http.Request) {
	id, base := r.PathValue("id"), s.base(r)
	s.perform(w, r, scene{order: id, op: OpAccount}, func() (reply, entry) {
		kept := s.accounts.byID[id]
		if kept == nil {
			return s.noSuch(noAccount), entry{}
		}
		a := *kept
		if a.Status != midtrans.AccountEnabled {
			return s.accountAnswer(a, base), entry{}
		}
		a.Token, a.TokenUntil = s.ids.uuid(), time.Now().Add(tokenLife)
		return s.accountAnswer(a, base), entry{Account: &a}
	})
}

// noSuch is a 404 in words of its own; s.mu is held.
func (s *Sandbox) noSuch(text string) reply {
	return say(http.StatusOK, 404, accountDocument{StatusCode: "404", StatusMessage: text, ID: s.ids.uuid()})
}

// unbind is POST /v2/pay/account/{id}/unbind.
func (s *Sandbox) unbind(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	s.perform(w, r, scene{order: id, op: OpAccount}, func() (reply, entry) {
		kept := s.accounts.byID[id]
		switch {
		case kept == nil:
			return s.noSuch(noAccount), entry{}
		case kept.Status != midtrans.AccountEnabled:
			d := accountDocument{StatusCode: "412", StatusMessage: "Account status cannot be updated.", ID: s.ids.uuid()}
			return say(http.StatusOK, 412, d), entry{}
		}
		a := *kept
		a.Status, a.Token = midtrans.AccountDisabled, ""
		d := accountDocument{
			StatusCode: "204", PaymentType: midtrans.PaymentGoPay, AccountID: a.ID, AccountStatus: a.Status,
			ChannelCode: "0", ChannelText: channelDone,
		}
		return say(http.StatusOK, 204, d), s.linkage(a)
	})
}
