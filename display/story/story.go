// Package story is every screen of a till, as an example shop would see them:
// what golden pictures show, what drivers are tested with, and what a storybook
// is made of. It knows screens and nothing about drawing them. Next room to
// visit: display, which draws them.
package story

import (
	"time"

	"kasir/terminal"
)

// QR is shaped like a payment code of 273 characters; the merchant is
// invented.
const QR = "00020101021226670014COM.EXAMPLE.WWW01189360091400000000010215ID10200000000010303UMI" +
	"51440014ID.CO.QRIS.WWW0215ID10200000000020303UMI52045814530336054052500" +
	"05802ID5913Warung Bu Sri6007BANDUNG61054011162" +
	"61" + "0136f3a9c2de-5b1f-4c0e-9a77-1d2e3f4a5b6c0717kasir-01-00000042" + "6304A13B"

// Shot is one view, and a name for its picture.
type Shot struct {
	Name string
	View terminal.View
}

// Order is the order of every shot that has one.
const Order = terminal.OrderID("kasir-01-00000042")

// Page is shaped like a provider's page for a link or a PIN.
const Page = "https://api.midtrans.com/v2/gopay/redirect/gppr_6123269e-d1c8-4ee8-b9b2-0d6c4d5e6f70/charge"

// Receipt is shaped like the link that a customer's phone opens at the backend.
const Receipt = "https://kasir.warung-sri.example/r/kasir-01-00000042.1.ghK8E0PQ4aO9"

// CloseLink is shaped like the address of a closed shift at the backend.
const CloseLink = "https://kasir.warung-sri.example/z/kasir-01-00000042.12.1.87.87.2145500.1.7500.2145000.0.2.1763720000.0123456789abcdef.ghK8E0PQ4aO9"

const masked = "****7890"

var payer = terminal.Payer{Customer: "c-7f3a", Masked: masked}

// Shots are every screen and its main variants, in the order in which a till
// comes to them.
func Shots(lang terminal.Lang) []Shot {
	strip := terminal.Strip{Lang: lang, Merchant: "Warung Bu Sri", Device: "kasir-01", Online: true}
	sandbox, offline, busy := strip, strip, strip
	sandbox.Sandbox = true
	offline.Online, offline.Why, offline.Unsure, offline.Unsent = false, terminal.TroubleNetwork, 1, 3
	unplugged, mute := offline, strip
	unplugged.Why, unplugged.Unsure = terminal.TroubleCable, 0
	mute.Why = terminal.TroubleProvider
	paper, noPaper := strip, strip
	paper.Printer, noPaper.Printer, noPaper.NoPaper = true, true, true
	advice, lit := strip, strip
	advice.Rest, lit.Lit = terminal.Advising, true
	busy.Unsure, busy.Late = 2, 1
	keyless, glassless := strip, strip
	keyless.NoKeypad, glassless.NoGlass = true, true
	amount := terminal.Rupiah(25_000)
	most := terminal.MaxCharge
	at := func(name string, s terminal.Screen, st terminal.Strip) Shot {
		return Shot{name, terminal.View{Screen: s, Strip: st}}
	}
	return append([]Shot{
		at("idle", terminal.Idle{}, strip),
		at("idle-offline", terminal.Idle{}, offline),
		at("idle-unplugged", terminal.Idle{}, unplugged),
		at("idle-provider", terminal.Idle{}, mute),
		at("asking-provider", terminal.Asking{Order: Order, Amount: amount, Slow: true}, mute),
		at("idle-sandbox", terminal.Idle{}, sandbox),
		at("idle-no-keypad", terminal.Idle{}, keyless),
		at("offering-no-keypad", terminal.Offering{Order: Order, Amount: amount, QR: QR, Left: 14 * time.Minute}, keyless),
		at("offering-glass-broken", terminal.Offering{Order: Order, Amount: amount, QR: QR, Left: 14 * time.Minute}, glassless),
		at("idle-advice", terminal.Idle{}, advice),
		at("entering", terminal.Entering{Amount: amount}, strip),
		at("entering-too-little", terminal.Entering{Amount: 500, Refusal: terminal.RefuseTooLittle, Limit: 1_000}, strip),
		at("entering-over-limit", terminal.Entering{Amount: 750_000, Refusal: terminal.RefuseTooMuch, Limit: 500_000}, strip),
		at("entering-items", terminal.Entering{Amount: 7_500, Sum: 42_000, Items: 2}, sandbox),
		at("entering-zero", terminal.Entering{Refusal: terminal.RefuseZero}, strip),
		at("entering-too-much", terminal.Entering{Amount: 250_000_000, Refusal: terminal.RefuseTooMuch}, strip),
		at("asking", terminal.Asking{Order: Order, Amount: amount}, strip),
		at("asking-slow", terminal.Asking{Order: Order, Amount: amount, Slow: true}, busy),
		at("offering", terminal.Offering{Order: Order, Amount: amount, QR: QR, Left: 14 * time.Minute}, strip),
		at("offering-lit", terminal.Offering{Order: Order, Amount: amount, QR: QR, Left: 14 * time.Minute}, lit),
		at("offering-sandbox", terminal.Offering{Order: Order, Amount: most, QR: QR, Left: 105 * time.Second}, sandbox),
		at("offering-stale", terminal.Offering{Order: Order, Amount: amount, QR: QR, Left: 3 * time.Minute, Stale: true}, offline),
		at("cancelling", terminal.Cancelling{Order: Order, Amount: amount}, strip),
		at("thanks", terminal.Thanks{Order: Order, Amount: amount}, strip),
		at("thanks-printer", terminal.Thanks{Order: Order, Amount: amount}, paper),
		at("thanks-no-paper", terminal.Thanks{Order: Order, Amount: amount}, noPaper),
		at("thanks-sandbox", terminal.Thanks{Order: Order, Amount: most}, sandbox),
		at("thanks-after-cancel", terminal.Thanks{Order: Order, Amount: amount, AfterCancel: true}, strip),
		at("ended-cancelled", terminal.Ended{Order: Order, Amount: amount, How: terminal.EndCancelled}, strip),
		at("ended-expired", terminal.Ended{Order: Order, Amount: amount, How: terminal.EndExpired}, strip),
		at("denied", terminal.Denied{Order: Order, Amount: amount, Code: "channel_off"}, strip),
		at("denied-retry", terminal.Denied{Order: Order, Amount: amount, Code: "provider_busy", Retry: true}, strip),
		at("offline", terminal.Offline{Order: Order, Amount: amount, Why: terminal.TroubleNetwork}, offline),
		at("unsure", terminal.Unsure{Order: Order, Amount: amount, Why: terminal.DoubtCancel, Checking: true, Offered: true}, strip),
		at("unsure-countdown", terminal.Unsure{Order: Order, Amount: most, Why: terminal.DoubtCountdown, Offered: true}, sandbox),
		at("unsure-not-shown", terminal.Unsure{Order: Order, Amount: amount, Why: terminal.DoubtLost}, offline),
		at("late", terminal.Late{Order: Order, Amount: amount, Ended: terminal.EndCancelled}, strip),
		at("late-more", terminal.Late{Order: Order, Amount: most, Ended: terminal.EndNone, More: 2}, sandbox),
		at("alarm", terminal.Alarm{Order: Order, Amount: amount, What: terminal.MismatchMerchant}, strip),
		at("alarm-amount", terminal.Alarm{Order: Order, Amount: amount, What: terminal.MismatchAmount}, sandbox),
		at("fault", terminal.Fault{What: terminal.FaultJournal}, strip),
		at("fault-damaged", terminal.Fault{What: terminal.FaultDamaged}, strip),
		at("mending", terminal.Mending{}, strip),
		at("mending-pin", terminal.Mending{Step: terminal.MendPIN, Typed: 2, Wrong: true}, strip),
		at("mending-wait", terminal.Mending{Step: terminal.MendPIN, Wait: true}, strip),
		at("mending-sure", terminal.Mending{Step: terminal.MendSure, Read: 900, Lost: true, Sales: 41, Taken: 1_234_500, Unsure: 2}, strip),
		at("mending-busy", terminal.Mending{Step: terminal.MendBusy}, strip),
		at("mending-failed", terminal.Mending{Step: terminal.MendFailed}, strip),
		at("restarting", terminal.Restarting{}, strip),
		at("enrolling", terminal.Enrolling{}, strip),
		at("enrolling-code", terminal.Enrolling{Digits: "3141592"}, strip),
		at("enrolling-slip", terminal.Enrolling{Digits: "314159265350", Refusal: terminal.EnrolSlip}, strip),
		at("enrolling-busy", terminal.Enrolling{Digits: "314159265358", Busy: true}, strip),
		at("enrolling-refused", terminal.Enrolling{Refusal: terminal.EnrolUsed}, strip),
		at("enrolling-offline", terminal.Enrolling{Trouble: terminal.TroubleNetwork}, offline),
		at("offline-quarantined", terminal.Offline{Order: Order, Amount: amount, Why: terminal.TroubleHeld}, strip),
		at("menu", terminal.Menu{}, busy),
		at("menu-more", terminal.Menu{More: true}, strip),
		at("menu-medium", terminal.Menu{Volume: terminal.Medium}, strip),
		at("menu-soft", terminal.Menu{Volume: terminal.Soft}, strip),
		at("menu-tones", terminal.Menu{Volume: terminal.TonesOnly}, strip),
		at("parked", terminal.Parked{At: 1, Of: 3, Order: Order, Amount: amount}, busy),
		at("entering-linked", terminal.Entering{Amount: amount, Linked: true}, strip),
		at("dialing", terminal.Dialing{For: terminal.ForLink}, strip),
		at("dialing-number", terminal.Dialing{For: terminal.ForCharge, Phone: "081234567890", Amount: amount}, sandbox),
		at("dialing-refused", terminal.Dialing{For: terminal.ForUnlink, Phone: "0812", Refusal: terminal.RefusePhone}, strip),
		at("finding", terminal.Finding{For: terminal.ForCharge, Masked: masked, Amount: amount}, strip),
		at("finding-slow", terminal.Finding{For: terminal.ForUnlink, Masked: masked, Slow: true}, strip),
		at("linking", terminal.Linking{Order: Order, Masked: masked}, strip),
		at("linking-offline", terminal.Linking{Order: Order, Masked: masked, Why: terminal.TroubleNetwork}, offline),
		at("linkoffer", terminal.LinkOffer{Order: Order, Masked: masked, URL: Page, Left: 14 * time.Minute}, strip),
		at("linkoffer-stale", terminal.LinkOffer{Order: Order, Masked: masked, URL: Page, Left: time.Minute, Stale: true}, offline),
		at("walletlinked", terminal.WalletLinked{Masked: masked}, strip),
		at("linkleft", terminal.LinkLeft{Masked: masked}, strip),
		at("walletrefused", terminal.WalletRefused{For: terminal.ForLink, Masked: masked, Code: "no_wallet", Retry: true}, strip),
		at("walletrefused-charge", terminal.WalletRefused{For: terminal.ForCharge, Masked: masked, Amount: amount, Code: "not_linked"}, strip),
		at("walletrefused-offline", terminal.WalletRefused{For: terminal.ForUnlink, Masked: masked, Trouble: terminal.TroubleNetwork, Retry: true}, offline),
		at("unlinkconfirm", terminal.UnlinkConfirm{Payer: payer}, strip),
		at("unlinking", terminal.Unlinking{Payer: payer, Slow: true}, strip),
		at("unlinked", terminal.Unlinked{Masked: masked}, strip),
		at("asking-linked", terminal.Asking{Order: Order, Amount: amount, Payer: payer}, strip),
		at("verifying", terminal.Verifying{Order: Order, Amount: 250_000, URL: Page, Left: 4 * time.Minute, Payer: payer}, sandbox),
		at("verifying-stale", terminal.Verifying{Order: Order, Amount: 250_000, URL: Page, Left: 45 * time.Second, Payer: payer, Stale: true}, offline),
		at("denied-linked", terminal.Denied{Order: Order, Amount: amount, Code: "insufficient_balance", Payer: payer}, strip),
		at("ended-linked", terminal.Ended{Order: Order, Amount: amount, How: terminal.EndExpired, Payer: payer}, strip),
		at("unsure-linked", terminal.Unsure{Order: Order, Amount: amount, Why: terminal.DoubtCountdown, Offered: true, Payer: payer}, strip),
		at("offline-linked", terminal.Offline{Amount: amount, Why: terminal.TroubleTimeout, Payer: payer}, offline),
		at("offering-code", terminal.Offering{Order: Order, Amount: amount, QR: QR, Left: 3 * time.Minute, Stale: true, Code: true}, offline),
		at("unsure-code", terminal.Unsure{Order: Order, Amount: amount, Why: terminal.DoubtCountdown, Offered: true, Code: true}, offline),
		at("confirming", terminal.Confirming{Order: Order, Amount: amount, URL: Receipt, Tries: 5}, offline),
		at("confirming-digits", terminal.Confirming{Order: Order, Amount: amount, URL: Receipt, Tries: 5, Code: "12345"}, offline),
		at("confirming-wrong", terminal.Confirming{Order: Order, Amount: most, URL: Receipt, Tries: 4, Refusal: terminal.RefuseCode}, offline),
		at("confirming-wait", terminal.Confirming{Order: Order, Amount: amount, URL: Receipt, Wait: 5 * time.Minute, Refusal: terminal.RefuseCode}, offline),
		at("confirming-over", terminal.Confirming{Order: Order, Amount: amount, URL: Receipt, Refusal: terminal.RefuseCode}, offline),
		at("about", terminal.About{Version: "0.1.0", Open: 2}, busy),
	}, dayShots(strip, busy)...)
}
