package mipidbi_test

import (
	"math/rand/v2"
	"time"

	"kasir/terminal"
)

const order = terminal.OrderID("kasir-01-00000042")

// payload is shaped like a payment code of n characters; the merchant is
// invented.
func payload(n int) string {
	const head = "00020101021226670014COM.EXAMPLE.WWW01189360091400000000010215ID10200000000010303UMI" +
		"51440014ID.CO.QRIS.WWW0215ID10200000000020303UMI"
	rng := rand.New(rand.NewPCG(uint64(n), 1))
	text := []byte(head)
	for len(text) < n {
		text = append(text, "0123456789ABCDEF0123456789-abcdef"[rng.IntN(33)])
	}
	return string(text)
}

// views are every screen and its main variants.
func views() []terminal.View {
	strip := terminal.Strip{Merchant: "Warung Bu Sri", Device: "kasir-01", Online: true}
	offline := strip
	offline.Online, offline.Why, offline.Unsure, offline.Sandbox = false, terminal.TroubleNetwork, 1, true
	const amount, most = terminal.Rupiah(25_000), terminal.MaxCharge
	var all []terminal.View
	for _, s := range []terminal.Screen{
		terminal.Idle{},
		terminal.Entering{Amount: amount},
		terminal.Entering{Amount: 7_500, Sum: 42_000, Items: 2},
		terminal.Entering{Amount: 250_000_000, Refusal: terminal.RefuseTooMuch},
		terminal.Asking{Order: order, Amount: amount, Slow: true},
		terminal.Offering{Order: order, Amount: amount, QR: payload(273), Left: 14 * time.Minute},
		terminal.Offering{Order: order, Amount: most, QR: payload(230), Left: 3 * time.Minute, Stale: true},
		terminal.Cancelling{Order: order, Amount: amount},
		terminal.Thanks{Order: order, Amount: most},
		terminal.Ended{Order: order, Amount: amount, How: terminal.EndExpired},
		terminal.Denied{Order: order, Amount: amount, Code: "provider_busy", Retry: true},
		terminal.Offline{Order: order, Amount: amount, Why: terminal.TroubleNetwork},
		terminal.Unsure{Order: order, Amount: amount, Why: terminal.DoubtCancel, Checking: true, Offered: true},
		terminal.Late{Order: order, Amount: most, Ended: terminal.EndNone, More: 2},
		terminal.Alarm{Order: order, Amount: amount, What: terminal.MismatchMerchant},
		terminal.Fault{What: terminal.FaultJournal},
		terminal.Menu{},
		terminal.Parked{At: 1, Of: 3, Order: order, Amount: amount},
		terminal.About{Version: "0.1.0", Open: 2},
	} {
		st := strip
		if len(all)%3 == 2 {
			st = offline
		}
		all = append(all, terminal.View{Screen: s, Strip: st})
	}
	return all
}

func keyed(n terminal.Rupiah) terminal.View {
	return terminal.View{Screen: terminal.Entering{Amount: n},
		Strip: terminal.Strip{Merchant: "Warung Bu Sri", Device: "kasir-01", Online: true}}
}
