package uplink

import (
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"kasir/backend/wire"
	"kasir/terminal"
)

// TestBothHalvesCloseTheSame: the address that a till shows of a closed shift is
// the one that the backend can prove, whatever the device is called.
func TestBothHalvesCloseTheSame(t *testing.T) {
	key, err := hex.DecodeString(confirmKey)
	if err != nil {
		t.Fatal(err)
	}
	c := terminal.Confirm{Base: "https://toko.example"}
	copy(c.Key[:], key)
	for _, name := range []string{"toko-1", "x.1.y~z_"} {
		order := string(terminal.MakeOrderID(name, 1))
		s := &till{State: terminal.Boot(terminal.Config{Device: name}, terminal.Book{Next: 1}, terminal.Moment{})}
		s.step(terminal.Greeted{Next: 1, Confirm: c})
		s.keys("25000\n")
		s.step(terminal.Told{Order: terminal.OrderID(order), Call: terminal.Open, Fact: terminal.FactPending, Amount: 25_000, QR: qr(25_000), ExpiresIn: time.Hour})
		s.step(terminal.Told{Order: terminal.OrderID(order), Fact: terminal.FactSettled, Amount: 25_000, Paid: 25_000})
		s.keys("\nm8\n24000\n")
		s.keys("z")
		shown, ok := s.Screen.(terminal.ForPhone)
		if !ok {
			t.Fatalf("no code of the shift, but %+v", s.Screen)
		}
		got, proof, ok := wire.ParseClose(strings.TrimPrefix(shown.Text, c.Base+"/z/"))
		if !ok || !got.Proves(key, name, proof) {
			t.Fatalf("the backend reads %s as %+v, %v", shown.Text, got, ok)
		}
		want := wire.Close{Known: order, Shift: 1, First: 1, Last: 1, Sales: 1, Taken: 25_000, Counted: 24_000, ToS: got.ToS}
		if got != want {
			t.Errorf("%s says %+v, want %+v", shown.Text, got, want)
		}
	}
}
