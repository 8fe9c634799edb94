package sandbox

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"kasir/backend/midtrans"
)

// Limits of a charge.
const (
	maxRequest  = 16_000 // bytes of a body
	maxNotified = 3      // URLs of X-Override-Notification that are used
)

// charge is POST /v2/charge.
func (s *Sandbox) charge(w http.ResponseWriter, r *http.Request) {
	var q chargeRequest
	if !s.read(w, r, &q) {
		return
	}
	now, at := time.Now(), scene{order: q.Details.OrderID, op: OpCharge, amount: int64(q.Details.GrossAmount)}
	strict := func() bool {
		_, armed := s.faults.take(at, LongExpiry)
		return armed
	}
	expires, problems := q.check(now, strict)
	if len(problems) > 0 {
		s.log.Info("charge is invalid", "order", clip(q.Details.OrderID), "problems", problems)
		s.write(w, refuse(s.requestID(), 400, problems...))
		return
	}
	s.perform(w, r, at, func() (reply, entry) {
		if q.PaymentType != midtrans.PaymentQRIS && q.PaymentType != midtrans.PaymentGoPay {
			return refuse(s.ids.uuid(), 402), entry{}
		}
		var by debtor
		if q.GoPay.linked() {
			var no reply
			if by, no = s.debtor(q.GoPay, now); no.code != 0 {
				return no, entry{}
			}
		}
		if old := s.book.byOrder[q.Details.OrderID]; old != nil && old.blocks() {
			return refuse(s.ids.uuid(), 406), entry{}
		}
		t := s.newTransaction(q, now, expires)
		t.Notify = s.notifyURLs(r.Header)
		if by.account != nil {
			s.chargeWallet(&t, by, now)
		}
		return s.charged(t, r), s.transact(nil, t)
	})
}

// read takes the JSON body of a request; when there is none it answers, as the
// provider does, and reports false.
func (s *Sandbox) read(w http.ResponseWriter, r *http.Request, into any) bool {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxRequest+1))
	switch {
	case err == nil && strings.TrimSpace(string(body)) == "null":
		s.write(w, refuse(s.requestID(), 500)) // what SDKs send for nothing
	case err != nil || len(body) > maxRequest || json.Unmarshal(body, into) != nil:
		s.write(w, refuse("", 413))
	default:
		return true
	}
	return false
}

// newTransaction makes what q asks for, with ids that nothing else has.
func (s *Sandbox) newTransaction(q chargeRequest, now, expires time.Time) transaction {
	amount := int64(q.Details.GrossAmount)
	t := transaction{
		OrderID: q.Details.OrderID, PaymentType: q.PaymentType, Amount: amount, Gross: amount,
		Status: midtrans.StatusPending, Created: now, Expires: expires, Metadata: q.Metadata,
		Fields: [3]string{string(q.Field1), string(q.Field2), string(q.Field3)},
	}
	if q.GoPay.EnableCallback && q.PaymentType == midtrans.PaymentGoPay {
		t.Callback = q.GoPay.CallbackURL
	}
	if q.PaymentType == midtrans.PaymentQRIS {
		t.Acquirer = "gopay"
		if q.QRIS.Acquirer != "" {
			t.Acquirer = q.QRIS.Acquirer
		}
	}
	for {
		t.TransactionID, t.Reference = s.ids.uuid(), s.ids.reference(now)
		if !q.GoPay.linked() {
			t.QR = s.code(t)
		}
		if !s.book.taken(t) {
			break
		}
	}
	if f, denied := s.faults.take(t.scene(), Deny); denied {
		t.Status, t.ChannelCode, t.ChannelText = midtrans.StatusDeny, f.Text, "Payment is denied"
		switch f.Text {
		case "":
			t.ChannelCode, t.ChannelText = "900", "GENERIC_SERVICE_ERROR"
		case "201":
			t.broke()
		}
	}
	return t
}

// scene is the charge that made t.
func (t transaction) scene() scene { return scene{order: t.OrderID, op: OpCharge, amount: t.Amount} }

// charged is the answer to the charge that made t.
func (s *Sandbox) charged(t transaction, r *http.Request) reply {
	d := s.document(t)
	if t.Status == midtrans.StatusDeny {
		d.StatusCode, d.StatusMessage = "202", "GoPay transaction is denied"
		return answer(d)
	}
	base := s.base(r)
	if t.Account != "" {
		return s.chargedWallet(d, t, base)
	}
	image := base + "/v2/" + t.PaymentType + "/" + t.TransactionID + "/qr-code"
	d.Actions = []midtrans.Action{
		{Name: "generate-qr-code", Method: http.MethodGet, URL: image},
		{Name: "generate-qr-code-v2", Method: http.MethodGet, URL: base + "/v4/qris/gopay/" + t.Reference + "/qr-code"},
	}
	d.StatusCode, d.StatusMessage = "201", "QRIS transaction is created"
	if t.PaymentType == midtrans.PaymentGoPay {
		d.StatusMessage = "GoPay transaction is created"
		d.ChannelCode, d.ChannelText = "200", "Success"
		about := base + "/v2/" + t.TransactionID
		d.Actions = append(d.Actions,
			midtrans.Action{Name: "deeplink-redirect", Method: http.MethodGet, URL: base + appPage(t.TransactionID)},
			midtrans.Action{Name: "get-status", Method: http.MethodGet, URL: about + "/status"},
			midtrans.Action{Name: "cancel", Method: http.MethodPost, URL: about + "/cancel"})
		return answer(d)
	}
	if _, hide := s.faults.take(t.scene(), NoQRString); !hide {
		d.QRString = t.QR
	}
	return answer(d)
}

func payPage(qr string) string { return "/sandbox/pay?qr=" + url.QueryEscape(qr) }

// base is the scheme and host of the URLs in answers to r.
func (s *Sandbox) base(r *http.Request) string {
	if s.opts.BaseURL != "" {
		return strings.TrimRight(s.opts.BaseURL, "/")
	}
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// notifyURLs are where a charge with these headers is notified: the override,
// or else the dashboard's URL and the appended ones.
func (s *Sandbox) notifyURLs(h http.Header) []string {
	if urls := splitURLs(h.Get("X-Override-Notification")); len(urls) > 0 {
		return urls
	}
	return append(splitURLs(s.opts.NotifyURL), splitURLs(h.Get("X-Append-Notification"))...)
}

func splitURLs(list string) []string {
	var out []string
	for text := range strings.SplitSeq(list, ",") {
		u, err := url.Parse(strings.TrimSpace(text))
		if err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") && len(out) < maxNotified {
			out = append(out, u.String())
		}
	}
	return out
}

// clip bounds a stranger's text in a log line.
func clip(s string) string {
	if len(s) > 60 {
		return s[:60]
	}
	return s
}
