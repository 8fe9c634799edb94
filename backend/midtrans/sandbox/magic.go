package sandbox

import (
	"net/http"
	"slices"
	"time"
)

// MagicAmount is an amount that is enough to make something go wrong, with no
// fault armed: for people at a till, and for programs that can only charge.
type MagicAmount struct {
	Amount int64  `json:"amount"` // rupiah; no price ends in 7
	Says   string `json:"says"`   // what happens
	Fault  Fault  `json:"fault"`  // the same, when armed
}

// Magic are the amounts, every one of them four digits that end in 7. Where
// there is a code the other three are it. They can be switched off with
// Options.NoMagic.
var Magic = []MagicAmount{
	{1017, "the code says another amount", Fault{Kind: WrongAmountQR, Amount: 1}},
	{1027, "the code says another merchant", Fault{Kind: WrongMerchantQR, Text: "Toko Lain"}},
	{1037, "the code's checksum is wrong", Fault{Kind: BadCRCQR}},
	{1047, "the answer has no qr_string, only the image", Fault{Kind: NoQRString}},
	{1057, "the code has the layout of 2021", Fault{Kind: LegacyQR}},
	{1067, "the code is as long as codes get", Fault{Kind: QRLength, Amount: maxCode}},
	{1107, "status says PENDING, in capitals", Fault{Kind: PendingUpper}},
	{1117, "the payer is charged a fee of Rp 500 on top", Fault{Kind: FeeOnTop, Amount: 500}},
	{1127, "Rp 1 is paid instead", Fault{Kind: WrongAmountPaid, Amount: 1}},
	{1137, "a refund is refused", Fault{Kind: RefundDenied}},
	{1147, "the wallet's app goes back with a success that never was", Fault{Kind: FalseCallback}},
	{1157, "a custom_expiry over 7 days is refused", Fault{Kind: LongExpiry}},
	{1207, "the notification of the settlement is never sent", Fault{Kind: DropNotification, State: "settlement"}},
	{1217, "notifications are sent twice", Fault{Kind: DuplicateNotification}},
	{1227, "the settlement is told before the pending", Fault{Kind: ReorderNotification, State: "pending"}},
	{1237, "the settlement is told a minute later", Fault{Kind: DelayNotification, State: "settlement", Delay: Delay(time.Minute)}},
	{1247, "notifications are signed with another key", Fault{Kind: ForgeNotification}},
	{1257, "the settlement is told with another amount", Fault{Kind: WrongAmountNotification, State: "settlement", Amount: 1}},
	{2017, "denied, insufficient balance", Fault{Kind: Deny, Text: "201"}},
	{2027, "HTTP 202, still running; the charge is made", Fault{Kind: InFlight, Op: OpCharge, After: true}},
	{4027, "refused, channel not activated", Fault{Kind: Code402, Op: OpCharge}},
	{4037, "a firewall's page with HTTP 403; nothing is made", Fault{Kind: HTML403, Op: OpCharge}},
	{4047, "charged, and status does not find it", Fault{Kind: Code404, Op: OpStatus}},
	{4067, "refused as a duplicate", Fault{Kind: Code406, Op: OpCharge}},
	{4107, "refused, the payer is blocked", Fault{Kind: Code410, Op: OpCharge}},
	{4127, "charged, and cannot be cancelled", Fault{Kind: Code412, Op: OpCancel}},
	{4137, "refused, malformed", Fault{Kind: Code413, Op: OpCharge}},
	{4297, "refused, too many requests", Fault{Kind: Code429, Op: OpCharge}},
	{5007, "status code 500 in HTTP 200; the charge is made", Fault{Kind: Error500, Op: OpCharge, After: true}},
	{5017, "a subscription's charges end in 500, with no transaction made", Fault{Kind: Error500, Op: OpSubscription}},
	{5027, "a gateway's page with HTTP 502; the charge is made", Fault{Kind: HTML502, Op: OpCharge, After: true}},
	{5037, "status code 503; nothing is made", Fault{Kind: Code503, Op: OpCharge}},
	{5047, "no answer at all; the charge is made", Fault{Kind: Hang, Op: OpCharge, After: true}},
	{5057, "half an answer; the charge is made", Fault{Kind: Cut, Op: OpCharge, After: true}},
	{5067, "the charge takes 20 seconds", Fault{Kind: Slow, Op: OpCharge, Delay: Delay(20 * time.Second)}},
	{5077, "the answer comes a byte a second", Fault{Kind: Drip, Op: OpCharge}},
	{5087, "the answer is 5 MB", Fault{Kind: Huge, Op: OpCharge}},
	{9007, "denied, channel code 900: a passing trouble", Fault{Kind: Deny}},
}

// magic is the fault that at's amount stands for.
func magic(at scene, kinds []Kind) (Fault, bool) {
	for _, m := range Magic {
		if at.amount == m.Amount && m.Fault.fits(at, kinds) {
			return m.Fault, true
		}
	}
	return Fault{}, false
}

// fits reports whether f strikes at at. Images are only met by faults that
// name them.
func (f Fault) fits(at scene, kinds []Kind) bool {
	return slices.Contains(kinds, f.Kind) &&
		(f.Op == at.op || f.Op == "" && at.op != OpQRCode) && (f.State == "" || f.State == at.state)
}

func (s *Sandbox) listMagic(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, Magic)
}
