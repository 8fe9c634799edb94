package mipidbi_test

import (
	"math/rand/v2"
	"sync"

	"kasir/display/story"
	"kasir/terminal"
)

const order = story.Order

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

// views are every screen and its main variants, in both languages in turn.
var views = sync.OnceValue(func() []terminal.View {
	var all []terminal.View
	other := story.Shots(terminal.English)
	for i, s := range story.Shots(terminal.Indonesian) {
		if i%2 == 1 {
			s = other[i]
		}
		all = append(all, s.View)
	}
	return all
})

func keyed(n terminal.Rupiah) terminal.View {
	return terminal.View{Screen: terminal.Entering{Amount: n},
		Strip: terminal.Strip{Merchant: "Warung Bu Sri", Device: "kasir-01", Online: true}}
}
