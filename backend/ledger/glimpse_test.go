package ledger

import (
	"encoding/json"
	"testing"
	"time"
)

// TestGlimpse: what another process sees is what this one would have said.
func TestGlimpse(t *testing.T) {
	here := Moment{Up: time.Hour, Wall: time.UnixMilli(1_760_000_000_000)}
	there := Moment{Up: 5 * time.Second, Wall: here.Wall.Add(3 * time.Minute)} // another clock
	c, _ := Step(Charge{}, here, Open{Order: "K-00000001", Device: "K", Number: 1, Amount: 5, Lifetime: 15 * time.Minute})
	c, _ = Step(c, here, Answer{Verb: Send, Outcome: Done, Tx: Tx{ID: "T", Order: "K-00000001", Status: "pending", Amount: 5, QR: "0002", Lifetime: 10 * time.Minute}})
	for name, c := range map[string]Charge{
		"pending":      c,
		"being read":   func() Charge { c, _ := Step(c, here, Heard{Signed: "200 5.00", Claim: Settled}); return c }(),
		"paid, wrong":  {Facts: Facts{Order: "K", State: Pending, Alarm: AlarmAmount, AlarmAmount: 7, Doom: Reason{Code: "x"}}, Errand: Errand{claimed: true}},
		"not answered": {Facts: Facts{Order: "K", State: Asked}, Errand: Errand{urgent: true}},
	} {
		text, err := json.Marshal(c.Glimpse(here))
		var g Glimpse
		if err != nil || json.Unmarshal(text, &g) != nil {
			t.Fatal(name, err)
		}
		got := g.Charge(there)
		paid, wrong := c.Mispaid()
		gotPaid, gotWrong := got.Mispaid()
		if got.Facts != c.Facts || got.Reading() != c.Reading() || got.InFlight() != c.InFlight() ||
			gotPaid != paid || gotWrong != wrong || got.Left(there).Round(time.Millisecond) != c.Left(here).Round(time.Millisecond) {
			t.Errorf("%s: %s\n got %+v\nwant %+v", name, text, got, c)
		}
	}
}
