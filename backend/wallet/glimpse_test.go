package wallet

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// TestGlimpse: what another process sees is what this one would have said, and
// no number is in it.
func TestGlimpse(t *testing.T) {
	here := Moment{Up: time.Hour, Wall: time.UnixMilli(1_760_000_000_000)}
	there := Moment{Up: 5 * time.Second, Wall: here.Wall.Add(3 * time.Minute)}
	phone := NewPhone("+6281234567890")
	w, _ := Step(Wallet{}, here, Ask{Link: "K-00000001", Device: "K", Number: 1, Customer: "c-1", Masked: phone.String(), Phone: phone})
	offered, _ := Step(w, here, Answer{Verb: Create, Link: "K-00000001", Account: "A1", Outcome: OK, Status: Pending, URL: "https://x/y"})
	heard, _ := Step(offered, here, Heard{Account: "A1", Linked: true})
	for name, w := range map[string]Wallet{"asked": w, "offered": offered, "heard": heard} {
		text, err := json.Marshal(w.Glimpse(here))
		var g Glimpse
		if err != nil || json.Unmarshal(text, &g) != nil {
			t.Fatal(name, err)
		}
		got := g.Wallet(there)
		if got.Facts != w.Facts || got.Busy() != w.Busy() || got.Reading("A1") != w.Reading("A1") || got.Told("A1") != w.Told("A1") ||
			got.News(Heard{Account: "A1", Linked: true}) != w.News(Heard{Account: "A1", Linked: true}) || got.InFlight() != w.InFlight() ||
			w.Attempt.Stage == Waiting && got.Left(there) != w.Left(here) {
			t.Errorf("%s: %s\n got %+v\nwant %+v", name, text, got, w)
		}
		if strings.Contains(string(text), "81234567890") {
			t.Errorf("%s: the number is in it", name)
		}
	}
}
