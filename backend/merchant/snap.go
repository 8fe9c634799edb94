package merchant

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"kasir/backend/midtrans"
	"kasir/backend/wire"
)

// Bounds of checkout pages.
const (
	MaxCustomer = 128                // bytes of the merchant's own name for a customer
	snapFloor   = 10 * time.Second   // between two looks that programs cause
	snapWindow  = 8 * 24 * time.Hour // after which nobody pays on a page any more
)

// SnapState is what became of a checkout page.
type SnapState string

const (
	SnapAsked      SnapState = "asked"      // durable here; the provider has not answered. Asking again is safe
	SnapOpen       SnapState = "open"       // the page is there; nobody has picked a way to pay
	SnapPending    SnapState = "pending"    // a way was picked, the money has not come
	SnapSettled    SnapState = "settled"    // paid, read back
	SnapMismatched SnapState = "mismatched" // another amount was paid: a person must look
	SnapDenied     SnapState = "denied"     // the latest try was; the page can be used again while it lasts
	SnapCancelled  SnapState = "cancelled"
	SnapExpired    SnapState = "expired"
)

// SnapAsk is the body of POST /v1/merchant/snap.
type SnapAsk struct {
	OrderID string `json:"order_id"` // as for charges, and of the same numbers
	Amount  int64  `json:"amount"`   // rupiah
	// Customer is the merchant's own name for whoever pays, whatever it is; only
	// a salted hash of it leaves this process. With one the page offers to link
	// the wallet.
	Customer  string `json:"customer,omitempty"`
	Phone     string `json:"phone,omitempty"`   // lets only the wallet with this number be linked
	Enforce   bool   `json:"enforce,omitempty"` // whoever will not link cannot pay
	FinishURL string `json:"finish_url,omitempty"`
}

// Snap is a checkout page and what became of it.
type Snap struct {
	OrderID       string       `json:"order_id"`
	Amount        int64        `json:"amount"` // rupiah
	State         SnapState    `json:"state"`
	RedirectURL   string       `json:"redirect_url,omitempty"` // the page
	Token         string       `json:"token,omitempty"`        // the same for the provider's JavaScript
	TransactionID string       `json:"transaction_id,omitempty"`
	Paid          int64        `json:"paid_amount,omitempty"`   // rupiah, fees taken off
	SettledAt     int64        `json:"settled_at_ms,omitempty"` // Unix milliseconds
	Linked        bool         `json:"linked,omitempty"`        // the wallet was linked on the way
	Reason        *wire.Reason `json:"reason,omitempty"`        // of a denial
	AskedAt       int64        `json:"asked_at_ms"`
}

// snap is the paper.
type snap struct {
	Snap
	User     string `json:"user,omitempty"`     // derived user id
	Phone    string `json:"phone,omitempty"`    // masked
	Enforce  bool   `json:"enforce,omitempty"`  //
	Finish   string `json:"finish,omitempty"`   //
	Callback string `json:"callback,omitempty"` // where the wallet sends the payer's phone
	Tries    int    `json:"tries,omitempty"`    // looks since something was heard
	LastMS   int64  `json:"last_ms,omitempty"`
}

func (s snap) filing() filing {
	open := s.State != SnapSettled && s.State != SnapAsked && time.Since(time.UnixMilli(s.AskedAt)) < snapWindow
	return filing{kind: KindSnap, id: s.OrderID, key: s.User, open: open}
}

func (a SnapAsk) check() error {
	bad := func(text string) error { return &wire.Error{Code: wire.BadRequest, Message: text} }
	switch u, err := url.Parse(a.FinishURL); {
	case a.Amount < 1 || a.Amount > wire.MaxAmount:
		return &wire.Error{Code: wire.AmountRefused, Message: fmt.Sprintf("amount %d is not in 1..%d", a.Amount, int64(wire.MaxAmount))}
	case len(a.Customer) > MaxCustomer:
		return bad("customer is over 128 bytes")
	case a.Customer == "" && (a.Phone != "" || a.Enforce):
		return bad("phone and enforce go with a customer")
	case a.FinishURL != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || len(a.FinishURL) > 1000):
		return bad("finish_url is not an http or https URL")
	}
	return nil
}

// Snap makes a checkout page, or finds the one that was made for the order.
// What was asked for is durable before the provider hears of it.
func (d *Desk) Snap(ctx context.Context, ask SnapAsk, callback string) (Snap, error) {
	if err := ask.check(); err != nil {
		return Snap{}, err
	}
	request := midtrans.SnapRequest{OrderID: ask.OrderID, GrossAmount: ask.Amount, FinishURL: ask.FinishURL,
		Metadata: map[string]any{markKey: pageMark}}
	paper := snap{Enforce: ask.Enforce, Finish: ask.FinishURL, Callback: callback}
	paper.Snap = Snap{OrderID: ask.OrderID, Amount: ask.Amount, State: SnapAsked, AskedAt: time.Now().UnixMilli()}
	if err := d.tokenize(ask, &request, &paper); err != nil {
		return Snap{}, err
	}
	if callback != "" {
		if request.GoPay == nil {
			request.GoPay = &midtrans.SnapGoPay{}
		}
		request.GoPay.EnableCallback, request.GoPay.CallbackURL = true, callback
	}
	done, err := d.locks.take(ctx, "order "+ask.OrderID)
	if err != nil {
		return Snap{}, err
	}
	defer done()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTime)
	defer cancel()
	if _, used, err := d.shelf.Get(ctx, KindCharge, ask.OrderID); err != nil || used {
		if err != nil {
			return Snap{}, unshelved(err)
		}
		return Snap{}, errOrderUsed
	}
	s, err := read[snap](ctx, d.shelf, KindSnap, ask.OrderID)
	if err != nil {
		return Snap{}, err
	}
	if s.there() {
		was := s.Is
		if was.Amount != ask.Amount || was.User != paper.User || was.Phone != paper.Phone || was.Enforce != paper.Enforce || was.Finish != paper.Finish {
			return Snap{}, errOrderUsed
		}
		if was.State != SnapAsked {
			return was.Snap, nil
		}
	} else {
		s.Is = paper
		if err := write(ctx, d.shelf, s.Is.filing(), &s); err != nil {
			return Snap{}, err
		}
	}
	return d.page(ctx, request, &s)
}

// tokenize adds the customer whose wallet may be linked on the page.
func (d *Desk) tokenize(ask SnapAsk, r *midtrans.SnapRequest, s *snap) error {
	if ask.Customer == "" {
		return nil
	}
	user, err := midtrans.DeriveUserID(d.salt, ask.Customer)
	if err != nil {
		return err
	}
	r.UserID, s.User = user, user.String()
	r.GoPay = &midtrans.SnapGoPay{Tokenization: true}
	if ask.Phone != "" {
		phone, err := midtrans.ParsePhone(ask.Phone)
		if err != nil {
			return &wire.Error{Code: wire.BadRequest, Message: "not a phone number"}
		}
		r.GoPay, s.Phone = midtrans.Lock(phone), phone.String()
	}
	r.GoPay.Enforce = ask.Enforce
	return nil
}

// page asks the provider for the page. Two pages for one order are no harm: it
// is paid once.
func (d *Desk) page(ctx context.Context, r midtrans.SnapRequest, s *sheet[snap]) (Snap, error) {
	made, err := d.provider.Snap(ctx, r)
	switch no := certain(err); {
	case err == nil && len(made.Token) <= maxURL && len(made.RedirectURL) <= maxURL:
		s.Is.State, s.Is.Token, s.Is.RedirectURL = SnapOpen, made.Token, made.RedirectURL
	case no != nil && midtrans.IsDuplicate(no):
		// Paid, or being paid: by whom, the transaction says.
		s.Is.State = SnapPending
	case no != nil:
		s.Is.State, s.Is.Reason = SnapDenied, &wire.Reason{Code: reasonOf(no), Message: clip(no.Error())}
	default:
		d.log.Warn("checkout page unanswered", "order", s.Is.OrderID, "error", err)
		return s.Is.Snap, nil
	}
	d.log.Info("checkout page", "order", s.Is.OrderID, "amount", s.Is.Amount, "state", string(s.Is.State))
	err = write(ctx, d.shelf, s.Is.filing(), s)
	return s.Is.Snap, err
}
