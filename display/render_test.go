package display

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kasir/display/frame"
	"kasir/terminal"
)

var update = flag.Bool("update", false, "write the golden pictures anew")

// sampleQR is shaped like a payment code of 273 characters; the merchant is
// invented.
var sampleQR = "00020101021226670014COM.EXAMPLE.WWW01189360091400000000010215ID10200000000010303UMI" +
	"51440014ID.CO.QRIS.WWW0215ID10200000000020303UMI52045814530336054052500" +
	"05802ID5913Warung Bu Sri6007BANDUNG61054011162" +
	"61" + "0136f3a9c2de-5b1f-4c0e-9a77-1d2e3f4a5b6c0717kasir-01-00000042" + "6304A13B"

// shot is one picture of the golden set.
type shot struct {
	name string
	view terminal.View
}

const order = terminal.OrderID("kasir-01-00000042")

// samplePage is shaped like a provider's page for a link or a PIN.
const samplePage = "https://api.midtrans.com/v2/gopay/redirect/gppr_6123269e-d1c8-4ee8-b9b2-0d6c4d5e6f70/charge"

const masked = "****7890"

var payer = terminal.Payer{Customer: "c-7f3a", Masked: masked}

// shots are every screen and its main variants.
func shots(lang terminal.Lang) []shot {
	strip := terminal.Strip{Lang: lang, Merchant: "Warung Bu Sri", Device: "kasir-01", Online: true}
	sandbox, offline, busy := strip, strip, strip
	sandbox.Sandbox = true
	offline.Online, offline.Why, offline.Unsure = false, terminal.TroubleNetwork, 1
	busy.Unsure, busy.Late = 2, 1
	keyless, glassless := strip, strip
	keyless.NoKeypad, glassless.NoGlass = true, true
	amount := terminal.Rupiah(25_000)
	most := terminal.MaxCharge
	at := func(name string, s terminal.Screen, st terminal.Strip) shot {
		return shot{name, terminal.View{Screen: s, Strip: st}}
	}
	return []shot{
		at("idle", terminal.Idle{}, strip),
		at("idle-offline", terminal.Idle{}, offline),
		at("idle-sandbox", terminal.Idle{}, sandbox),
		at("idle-no-keypad", terminal.Idle{}, keyless),
		at("offering-no-keypad", terminal.Offering{Order: order, Amount: amount, QR: sampleQR, Left: 14 * time.Minute}, keyless),
		at("offering-glass-broken", terminal.Offering{Order: order, Amount: amount, QR: sampleQR, Left: 14 * time.Minute}, glassless),
		at("entering", terminal.Entering{Amount: amount}, strip),
		at("entering-items", terminal.Entering{Amount: 7_500, Sum: 42_000, Items: 2}, sandbox),
		at("entering-zero", terminal.Entering{Refusal: terminal.RefuseZero}, strip),
		at("entering-too-much", terminal.Entering{Amount: 250_000_000, Refusal: terminal.RefuseTooMuch}, strip),
		at("asking", terminal.Asking{Order: order, Amount: amount}, strip),
		at("asking-slow", terminal.Asking{Order: order, Amount: amount, Slow: true}, busy),
		at("offering", terminal.Offering{Order: order, Amount: amount, QR: sampleQR, Left: 14 * time.Minute}, strip),
		at("offering-sandbox", terminal.Offering{Order: order, Amount: most, QR: sampleQR, Left: 105 * time.Second}, sandbox),
		at("offering-stale", terminal.Offering{Order: order, Amount: amount, QR: sampleQR, Left: 3 * time.Minute, Stale: true}, offline),
		at("cancelling", terminal.Cancelling{Order: order, Amount: amount}, strip),
		at("thanks", terminal.Thanks{Order: order, Amount: amount}, strip),
		at("thanks-sandbox", terminal.Thanks{Order: order, Amount: most}, sandbox),
		at("thanks-after-cancel", terminal.Thanks{Order: order, Amount: amount, AfterCancel: true}, strip),
		at("ended-cancelled", terminal.Ended{Order: order, Amount: amount, How: terminal.EndCancelled}, strip),
		at("ended-expired", terminal.Ended{Order: order, Amount: amount, How: terminal.EndExpired}, strip),
		at("denied", terminal.Denied{Order: order, Amount: amount, Code: "channel_off"}, strip),
		at("denied-retry", terminal.Denied{Order: order, Amount: amount, Code: "provider_busy", Retry: true}, strip),
		at("offline", terminal.Offline{Order: order, Amount: amount, Why: terminal.TroubleNetwork}, offline),
		at("unsure", terminal.Unsure{Order: order, Amount: amount, Why: terminal.DoubtCancel, Checking: true, Offered: true}, strip),
		at("unsure-countdown", terminal.Unsure{Order: order, Amount: most, Why: terminal.DoubtCountdown, Offered: true}, sandbox),
		at("unsure-not-shown", terminal.Unsure{Order: order, Amount: amount, Why: terminal.DoubtLost}, offline),
		at("late", terminal.Late{Order: order, Amount: amount, Ended: terminal.EndCancelled}, strip),
		at("late-more", terminal.Late{Order: order, Amount: most, Ended: terminal.EndNone, More: 2}, sandbox),
		at("alarm", terminal.Alarm{Order: order, Amount: amount, What: terminal.MismatchMerchant}, strip),
		at("alarm-amount", terminal.Alarm{Order: order, Amount: amount, What: terminal.MismatchAmount}, sandbox),
		at("fault", terminal.Fault{What: terminal.FaultJournal}, strip),
		at("menu", terminal.Menu{}, busy),
		at("parked", terminal.Parked{At: 1, Of: 3, Order: order, Amount: amount}, busy),
		at("entering-linked", terminal.Entering{Amount: amount, Linked: true}, strip),
		at("dialing", terminal.Dialing{For: terminal.ForLink}, strip),
		at("dialing-number", terminal.Dialing{For: terminal.ForCharge, Phone: "081234567890", Amount: amount}, sandbox),
		at("dialing-refused", terminal.Dialing{For: terminal.ForUnlink, Phone: "0812", Refusal: terminal.RefusePhone}, strip),
		at("finding", terminal.Finding{For: terminal.ForCharge, Masked: masked, Amount: amount}, strip),
		at("finding-slow", terminal.Finding{For: terminal.ForUnlink, Masked: masked, Slow: true}, strip),
		at("linking", terminal.Linking{Order: order, Masked: masked}, strip),
		at("linking-offline", terminal.Linking{Order: order, Masked: masked, Why: terminal.TroubleNetwork}, offline),
		at("linkoffer", terminal.LinkOffer{Order: order, Masked: masked, URL: samplePage, Left: 14 * time.Minute}, strip),
		at("linkoffer-stale", terminal.LinkOffer{Order: order, Masked: masked, URL: samplePage, Left: time.Minute, Stale: true}, offline),
		at("walletlinked", terminal.WalletLinked{Masked: masked}, strip),
		at("linkleft", terminal.LinkLeft{Masked: masked}, strip),
		at("walletrefused", terminal.WalletRefused{For: terminal.ForLink, Masked: masked, Code: "no_wallet", Retry: true}, strip),
		at("walletrefused-charge", terminal.WalletRefused{For: terminal.ForCharge, Masked: masked, Amount: amount, Code: "not_linked"}, strip),
		at("walletrefused-offline", terminal.WalletRefused{For: terminal.ForUnlink, Masked: masked, Trouble: terminal.TroubleNetwork, Retry: true}, offline),
		at("unlinkconfirm", terminal.UnlinkConfirm{Payer: payer}, strip),
		at("unlinking", terminal.Unlinking{Payer: payer, Slow: true}, strip),
		at("unlinked", terminal.Unlinked{Masked: masked}, strip),
		at("asking-linked", terminal.Asking{Order: order, Amount: amount, Payer: payer}, strip),
		at("verifying", terminal.Verifying{Order: order, Amount: 250_000, URL: samplePage, Left: 4 * time.Minute, Payer: payer}, sandbox),
		at("verifying-stale", terminal.Verifying{Order: order, Amount: 250_000, URL: samplePage, Left: 45 * time.Second, Payer: payer, Stale: true}, offline),
		at("denied-linked", terminal.Denied{Order: order, Amount: amount, Code: "insufficient_balance", Payer: payer}, strip),
		at("ended-linked", terminal.Ended{Order: order, Amount: amount, How: terminal.EndExpired, Payer: payer}, strip),
		at("unsure-linked", terminal.Unsure{Order: order, Amount: amount, Why: terminal.DoubtCountdown, Offered: true, Payer: payer}, strip),
		at("offline-linked", terminal.Offline{Amount: amount, Why: terminal.TroubleTimeout, Payer: payer}, offline),
		at("about", terminal.About{Version: "0.1.0", Open: 2}, busy),
	}
}

var glasses = []frame.Format{
	{Size: image.Pt(400, 300)},
	{Size: image.Pt(320, 240), Depth: frame.RGB565},
	{Size: image.Pt(250, 122)},
}

func langName(l terminal.Lang) string {
	if l == terminal.English {
		return "en"
	}
	return "id"
}

func renderer(t testing.TB, f frame.Format) *Renderer {
	t.Helper()
	r, err := NewRenderer(f)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestGoldenPictures(t *testing.T) {
	for i, format := range glasses {
		for _, lang := range []terminal.Lang{terminal.Indonesian, terminal.English} {
			if lang == terminal.English && i > 0 {
				continue // the clip test has them; pictures are for eyes
			}
			dir := fmt.Sprintf("%dx%d-%s", format.Size.X, format.Size.Y, langName(lang))
			t.Run(dir, func(t *testing.T) {
				t.Parallel()
				r, f := renderer(t, format), frame.New(format)
				for _, s := range shots(lang) {
					if err := r.Render(f, s.view); err != nil {
						t.Errorf("%s: %v", s.name, err)
					}
					checkGolden(t, f, filepath.Join("testdata", "golden", dir, s.name+".png"))
				}
			})
		}
	}
}

func checkGolden(t *testing.T, f *frame.Frame, path string) {
	t.Helper()
	var got bytes.Buffer
	if err := f.WritePNG(&got); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	golden, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; -update writes it", err)
	}
	if bytes.Equal(got.Bytes(), golden) {
		return
	}
	// Another release of Go may pack the same pixels otherwise.
	m, err := png.Decode(bytes.NewReader(golden))
	if err != nil {
		t.Fatalf("decode %s: %v", path, err)
	}
	want := frame.New(f.Format)
	if m.Bounds() != want.Bounds() {
		t.Fatalf("%s is %v, want %v", path, m.Bounds(), want.Bounds())
	}
	for y := range f.Format.Size.Y {
		for x := range f.Format.Size.X {
			want.Set(x, y, m.At(x, y))
		}
	}
	if d := f.Diff(want); !d.Empty() {
		t.Errorf("%s: differs in %v; look at it with -update and git diff", path, d)
	}
}
