package ledger

// Kind says which fact a record states. The words are stored: never reuse one
// for another meaning.
type Kind string

const (
	KindAsked        Kind = "asked"         // a device asked for a charge, or cancelled one we had not heard of
	KindCreated      Kind = "created"       // the provider has a transaction for it
	KindCode         Kind = "code"          // the text of its code, or the page for its PIN, when it came later than the transaction
	KindCancelWanted Kind = "cancel_wanted" // the device asked for its end
	KindDoomed       Kind = "doomed"        // we want its end: it cannot be used
	KindSettled      Kind = "settled"
	KindCancelled    Kind = "cancelled"
	KindExpired      Kind = "expired"
	KindDenied       Kind = "denied"
	KindHeard        Kind = "heard" // a notification claimed something
	KindAlarm        Kind = "alarm"
	KindRested       Kind = "rested" // looked after its end often enough
)

// Record is one fact about one order, as it is stored for ever. Which fields
// it has depends on its kind; see Charge.Apply.
type Record struct {
	Kind Kind  `json:"kind"`
	AtMS int64 `json:"at_ms"` // Unix milliseconds; for reports and for deadlines across a restart

	Order       string `json:"order,omitempty"`
	Device      string `json:"device,omitempty"`
	Number      int64  `json:"number,omitempty"`
	Amount      int64  `json:"amount,omitempty"`
	Journal     string `json:"journal,omitempty"`
	PaymentType string `json:"payment_type,omitempty"`
	LifetimeMS  int64  `json:"lifetime_ms,omitempty"`
	Customer    string `json:"customer,omitempty"`
	Account     string `json:"account,omitempty"`

	TransactionID string `json:"transaction_id,omitempty"`
	QR            string `json:"qr,omitempty"`
	Image         string `json:"image,omitempty"`
	VerifyURL     string `json:"verify_url,omitempty"`
	ExpiresMS     int64  `json:"expires_ms,omitempty"`

	SettledMS int64  `json:"settled_ms,omitempty"`
	Issuer    string `json:"issuer,omitempty"`
	Reason    Reason `json:"reason,omitzero"`
	Unproven  bool   `json:"unproven,omitempty"`
	Alarm     Alarm  `json:"alarm,omitempty"`
	Claim     string `json:"claim,omitempty"`
}

// Apply adds one record to what is known. It is total and monotone: a record
// of lower rank than the state changes nothing but the count, so that applying
// in another order, or twice, can never take a settlement back.
func (c *Charge) Apply(r Record) {
	f := &c.Facts
	f.Version++
	switch r.Kind {
	case KindAsked:
		f.asked(r)
	case KindCreated:
		f.TransactionID, f.Image, f.ExpiresMS = r.TransactionID, r.Image, r.ExpiresMS
		f.code(r)
	case KindCode:
		f.code(r)
	case KindCancelWanted:
		f.CancelWanted = true
	case KindDoomed:
		f.Doom = r.Reason
	case KindSettled:
		if f.State.rank() < rankSettled {
			f.State, f.Paid, f.SettledMS, f.Issuer = Settled, r.Amount, r.SettledMS, r.Issuer
			f.Reason = Reason{}
		}
	case KindCancelled:
		f.end(Cancelled, r)
	case KindExpired:
		f.end(Expired, r)
	case KindDenied:
		f.end(Denied, r)
	case KindHeard:
		copy(f.Heard[1:], f.Heard[:])
		f.Heard[0] = r.Claim
		f.HeardCount++
		if f.toldPaid() {
			f.Rested = false // it is looked at again, also after a restart
		}
	case KindAlarm:
		f.Alarm, f.AlarmAmount = r.Alarm, r.Amount
		f.AlarmCount++
	case KindRested:
		f.Rested = true
	}
}

func (f *Facts) asked(r Record) {
	f.State, f.AskedMS = Asked, r.AtMS
	f.Order, f.Device, f.Number = r.Order, r.Device, r.Number
	f.Amount, f.Journal = r.Amount, r.Journal
	f.PaymentType, f.LifetimeMS = r.PaymentType, r.LifetimeMS
	f.Customer, f.Account = r.Customer, r.Account
}

// code takes the text of the code, or of a linked charge the page for the PIN,
// and never the one for the other. A charge that is only asked about becomes
// payable by it, unless it is already known to be unusable.
func (f *Facts) code(r Record) {
	switch {
	case f.Linked() && r.VerifyURL != "":
		f.VerifyURL = r.VerifyURL
	case !f.Linked() && r.QR != "":
		f.QR = r.QR
	default:
		return
	}
	if f.State == Asked && f.Doom == (Reason{}) {
		f.State = Pending
	}
}

func (f *Facts) end(s State, r Record) {
	if f.State.rank() >= rankEnded {
		return
	}
	f.State, f.EndedMS, f.Reason, f.Unproven = s, r.AtMS, r.Reason, r.Unproven
}
