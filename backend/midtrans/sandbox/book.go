package sandbox

import (
	"encoding/json"
	"time"

	"kasir/backend/midtrans"
)

// transaction is one payment as the provider sees it. An order id may name
// several, one after the other.
type transaction struct {
	OrderID       string          `json:"order_id"`
	TransactionID string          `json:"transaction_id"`
	Reference     string          `json:"reference"`    // the wallet's id: A1, UTC time, ten characters, ID
	PaymentType   string          `json:"payment_type"` // a gopay charge paid by scanning becomes qris
	Amount        int64           `json:"amount"`       // rupiah, as asked
	Gross         int64           `json:"gross"`        // rupiah, as paid: differs by a fee or a fault
	Fee           int64           `json:"fee,omitempty"`
	Status        string          `json:"status"` // one of midtrans.Status...
	Created       time.Time       `json:"created"`
	Expires       time.Time       `json:"expires"`
	Settled       time.Time       `json:"settled,omitzero"`
	QR            string          `json:"qr"`
	Acquirer      string          `json:"acquirer,omitempty"`
	Issuer        string          `json:"issuer,omitempty"`
	Side          string          `json:"side,omitempty"`   // on-us, off-us
	Wallet        string          `json:"wallet,omitempty"` // payment_option_type
	ChannelCode   string          `json:"channel_code,omitempty"`
	ChannelText   string          `json:"channel_text,omitempty"`
	Notify        []string        `json:"notify,omitempty"`
	Metadata      json.RawMessage `json:"metadata,omitempty"`
	Fields        [3]string       `json:"fields"`

	Callback string `json:"callback,omitempty"` // where the wallet's app goes back to

	// Of a linked wallet.
	Account  string    `json:"account,omitempty"`
	Payer    string    `json:"payer,omitempty"` // telephone number
	PINPages *pinPages `json:"pin_pages,omitempty"`
	Refunds  []refund  `json:"refunds,omitempty"`
	Cashback int64     `json:"cashback,omitempty"` // rupiah that a promotion gives the payer
}

// blocks reports whether no other transaction may use the order id: it can
// still be paid, or was.
func (t transaction) blocks() bool {
	switch t.Status {
	case midtrans.StatusDeny, midtrans.StatusCancel, midtrans.StatusExpire, midtrans.StatusFailure:
		return false
	}
	return true
}

// book holds the transactions, findable by everything they are known by.
type book struct {
	all     []*transaction // oldest first
	byID    map[string]*transaction
	byOrder map[string]*transaction // the newest of the order id
	byRef   map[string]*transaction
	byQR    map[string]*transaction
	byLink  map[string]*transaction // PIN pages
}

func newBook() book {
	return book{
		byID: make(map[string]*transaction), byOrder: make(map[string]*transaction),
		byRef: make(map[string]*transaction), byQR: make(map[string]*transaction),
		byLink: make(map[string]*transaction),
	}
}

// find looks for a transaction id, then for an order id; nil when there is none.
func (b *book) find(id string) *transaction {
	if t, ok := b.byID[id]; ok {
		return t
	}
	return b.byOrder[id]
}

// put adds a transaction, or replaces the one with its transaction id.
func (b *book) put(t transaction) {
	if old, ok := b.byID[t.TransactionID]; ok {
		*old = t
		if t.PINPages != nil && t.PINPages.Visit != "" {
			b.byLink[t.PINPages.Visit] = old
		}
		return
	}
	kept := &t
	b.all = append(b.all, kept)
	b.byID[t.TransactionID], b.byOrder[t.OrderID] = kept, kept
	b.byRef[t.Reference] = kept
	if t.QR != "" {
		b.byQR[t.QR] = kept
	}
	if t.PINPages != nil {
		b.byLink[t.PINPages.Web], b.byLink[t.PINPages.App] = kept, kept
	}
	if len(b.all) > maxTransactions {
		b.forget()
	}
}

// forget drops the oldest transaction that nothing more can happen to.
func (b *book) forget() {
	for i, t := range b.all {
		if t.expires() {
			continue
		}
		b.all = append(b.all[:i:i], b.all[i+1:]...)
		delete(b.byID, t.TransactionID)
		delete(b.byRef, t.Reference)
		if p := t.PINPages; p != nil {
			delete(b.byLink, p.Web)
			delete(b.byLink, p.App)
			delete(b.byLink, p.Visit)
		}
		for key, in := range map[string]map[string]*transaction{t.OrderID: b.byOrder, t.QR: b.byQR} {
			if in[key] == t {
				delete(in, key)
			}
		}
		return
	}
}

// taken reports whether any of the new transaction's names is in use.
func (b *book) taken(t transaction) bool {
	return b.byID[t.TransactionID] != nil || b.byRef[t.Reference] != nil || t.QR != "" && b.byQR[t.QR] != nil
}

// nextExpiry is the earliest expiry of a pending transaction; false when
// nothing is pending.
func (b *book) nextExpiry() (time.Time, bool) {
	var first time.Time
	for _, t := range b.all {
		if t.expires() && (first.IsZero() || t.Expires.Before(first)) {
			first = t.Expires
		}
	}
	return first, !first.IsZero()
}

// Order is a transaction as GET /sandbox/orders and the control verbs show it.
type Order struct {
	OrderID        string          `json:"order_id"`
	TransactionID  string          `json:"transaction_id"`
	PaymentType    string          `json:"payment_type"`
	GrossAmount    midtrans.Amount `json:"gross_amount"` // "25000.00", a fee included once it is paid
	Amount         int64           `json:"amount"`       // rupiah, as asked
	Status         string          `json:"transaction_status"`
	QRString       string          `json:"qr_string,omitempty"` // also for gopay, where the API does not tell it
	Merchant       string          `json:"merchant"`
	TransactionAt  string          `json:"transaction_time"` // GMT+7, like all times here
	ExpiresAt      string          `json:"expiry_time"`
	SettledAt      string          `json:"settlement_time,omitempty"`
	ExpiresSeconds int64           `json:"expires_in"`         // seconds until expiry_time, negative after it
	PINPage        string          `json:"pin_page,omitempty"` // of a linked wallet, while it wants its PIN
}

func (s *Sandbox) order(t transaction) Order {
	o := Order{
		OrderID: t.OrderID, TransactionID: t.TransactionID, PaymentType: t.PaymentType,
		GrossAmount: midtrans.Amount(t.Gross), Amount: t.Amount, Status: t.Status, QRString: t.QR,
		Merchant: s.merchant.name, TransactionAt: midtrans.FormatTime(t.Created), ExpiresAt: midtrans.FormatTime(t.Expires),
		ExpiresSeconds: int64(time.Until(t.Expires) / time.Second),
	}
	if !t.Settled.IsZero() {
		o.SettledAt = midtrans.FormatTime(t.Settled)
	}
	if t.PINPages != nil && t.Status == midtrans.StatusPending {
		o.PINPage = walletPage(t.PINPages.App)
	}
	return o
}

// Orders lists every transaction, oldest first.
func (s *Sandbox) Orders() []Order {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Order, 0, len(s.book.all))
	for _, t := range s.book.all {
		out = append(out, s.order(*t))
	}
	return out
}
