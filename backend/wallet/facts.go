package wallet

// State is how a customer's wallet stands to the merchant. The words are those
// of the protocol with terminals (see backend/wire).
type State string

const (
	Stranger  State = ""          // never linked
	Linked    State = "linked"    // read back: it can be charged
	Unlinking State = "unlinking" // its end is wanted; not charged any more
	Unlinked  State = "unlinked"  // read back
)

// Stage is what became of one attempt to link.
type Stage string

const (
	Asked   Stage = "asked"   // durable; the provider has not answered
	Waiting Stage = "waiting" // its owner can open the page and agree
	Done    Stage = "linked"
	Expired Stage = "expired" // nobody agreed in time
	Failed  Stage = "failed"  // the provider refused; see Reason
)

// Final reports whether nothing more will become of the attempt.
func (s Stage) Final() bool { return s == Done || s == Expired || s == Failed }

// Reason is why an attempt failed: a code of the terminals' protocol, the
// provider's words for the log, and whether a fresh attempt may well succeed.
type Reason struct {
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
	Retry   bool   `json:"retry,omitempty"`
}

// The reasons the package itself gives; adapters give further ones.
const (
	ReasonBusy     = "provider_busy"
	ReasonRejected = "rejected"
)

// Attempt is one attempt to link a wallet, by a device.
type Attempt struct {
	Link      string `json:"link,omitempty"` // id, from the device's order numbers
	Device    string `json:"device,omitempty"`
	Number    int64  `json:"number,omitempty"`
	Journal   string `json:"journal,omitempty"`
	Stage     Stage  `json:"stage,omitempty"`
	Account   string `json:"account,omitempty"` // pay account that was made for it
	URL       string `json:"url,omitempty"`     // where its owner agrees, while Waiting
	AskedMS   int64  `json:"asked_ms,omitempty"`
	OfferedMS int64  `json:"offered_ms,omitempty"`
	Reason    Reason `json:"reason,omitzero"`
}

// open reports whether something may still become of it.
func (a Attempt) open() bool { return a.Link != "" && !a.Stage.Final() }

// Facts is the durable half of a wallet: what its records add up to. It is
// comparable, and its JSON is the current row in storage. Times of day are Unix
// milliseconds.
type Facts struct {
	Customer string `json:"customer"`
	Masked   string `json:"masked"`  // the last digits of the number, "****7890"
	Version  int64  `json:"version"` // records applied so far
	State    State  `json:"state,omitempty"`
	Account  string `json:"account,omitempty"` // pay account that is linked, or was the last
	SinceMS  int64  `json:"since_ms,omitempty"`

	Attempt Attempt `json:"attempt,omitzero"` // the latest
	Former  Attempt `json:"former,omitzero"`  // the one whose place it took
	Stray   string  `json:"stray,omitempty"`  // another linked account of his, to be unbound
}

// Watched reports whether the provider is still to be asked about this wallet.
// Storage keeps an index of exactly these.
func (f Facts) Watched() bool { return f.Attempt.open() || f.State == Unlinking || f.Stray != "" }

// Chargeable is the pay account to charge, "" when there is none.
func (f Facts) Chargeable() string {
	if f.State != Linked {
		return ""
	}
	return f.Account
}

// AttemptOf is the attempt with this id, if it is one of the latest two.
func (f Facts) AttemptOf(link string) (Attempt, bool) {
	switch link {
	case "":
	case f.Attempt.Link:
		return f.Attempt, true
	case f.Former.Link:
		return f.Former, true
	}
	return Attempt{}, false
}

// Kind says which fact a record states. The words are stored: never reuse one
// for another meaning.
type Kind string

const (
	KindAsked     Kind = "asked"     // a device wants to link it
	KindOffered   Kind = "offered"   // the provider made a pay account, and a page to agree on
	KindLinked    Kind = "linked"    // read back
	KindExpired   Kind = "expired"   // of the attempt
	KindFailed    Kind = "failed"    // of the attempt
	KindUnlinking Kind = "unlinking" // its end is wanted
	KindUnlinked  Kind = "unlinked"  // read back
	KindUnbound   Kind = "unbound"   // of the stray account; read back
)

// Record is one fact about one customer, as it is stored for ever. Which
// fields it has depends on its kind; see Wallet.Apply.
type Record struct {
	Kind Kind  `json:"kind"`
	AtMS int64 `json:"at_ms"`

	Customer string `json:"customer,omitempty"`
	Masked   string `json:"masked,omitempty"`
	Link     string `json:"link,omitempty"` // the attempt it ends, when it ends one
	Device   string `json:"device,omitempty"`
	Number   int64  `json:"number,omitempty"`
	Journal  string `json:"journal,omitempty"`
	Account  string `json:"account,omitempty"`
	URL      string `json:"url,omitempty"`
	Reason   Reason `json:"reason,omitzero"`
}

// Apply adds one record to what is known. It is total: an attempt that has
// ended does not go on, whatever is told of it.
func (w *Wallet) Apply(r Record) {
	f := &w.Facts
	f.Version++
	switch r.Kind {
	case KindAsked:
		f.asked(r)
	case KindOffered:
		if a := &f.Attempt; a.Link == r.Link && a.Stage == Asked {
			a.Stage, a.Account, a.URL, a.OfferedMS = Waiting, r.Account, r.URL, r.AtMS
		}
	case KindLinked:
		if f.Account != r.Account && (f.State == Linked || f.State == Unlinking) {
			f.Stray = f.Account
		}
		if f.Stray == r.Account {
			f.Stray = ""
		}
		f.State, f.Account, f.SinceMS = Linked, r.Account, r.AtMS
		f.end(Done, r)
	case KindExpired:
		f.end(Expired, r)
	case KindFailed:
		f.end(Failed, r)
	case KindUnlinking:
		if f.State == Linked {
			f.State, f.SinceMS = Unlinking, r.AtMS
		}
	case KindUnlinked:
		if f.State == Linked || f.State == Unlinking {
			f.State, f.SinceMS = Unlinked, r.AtMS
		}
	case KindUnbound:
		f.Stray = ""
	}
}

func (f *Facts) asked(r Record) {
	if f.Customer == "" {
		f.Customer, f.Masked = r.Customer, r.Masked
	}
	if f.Attempt.open() {
		f.end(Expired, Record{Link: f.Attempt.Link})
	}
	f.Former = f.Attempt
	f.Attempt = Attempt{Link: r.Link, Device: r.Device, Number: r.Number, Journal: r.Journal, Stage: Asked, AskedMS: r.AtMS}
}

// end ends the attempt that r names.
func (f *Facts) end(s Stage, r Record) {
	if a := &f.Attempt; a.open() && a.Link == r.Link {
		a.Stage, a.Reason, a.URL = s, r.Reason, ""
	}
}
