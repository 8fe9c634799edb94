package board

import (
	"strings"
	"testing"
)

// FuzzBoard: a board that is taken has glass and keys, and no pin twice.
func FuzzBoard(f *testing.F) {
	for _, name := range Ready() {
		text, err := ready.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte("panel none\n# nothing\n\nkeys tty"))
	f.Fuzz(func(t *testing.T, text []byte) {
		b, err := parse(text)
		if err != nil {
			if strings.TrimSpace(err.Error()) == "" {
				t.Error("an error without words")
			}
			return
		}
		if !b.Panel.There() || b.Keys.Source == "" || b.Panel.White < 5 || b.Panel.White > 100 {
			t.Errorf("%q was taken as %+v", text, b)
		}
		pins := map[string]bool{}
		for _, pin := range append(append([]string{b.Panel.DC, b.Panel.Reset, b.Buzzer.Pin, b.LEDs.Ready}, b.Keys.Rows...), b.Keys.Columns...) {
			if pin != "" && pins[pin] {
				t.Errorf("%q has pin %s twice", text, pin)
			}
			pins[pin] = true
		}
		if size := b.Panel.Format().Size; size.X <= 0 || size.Y <= 0 {
			t.Errorf("%q has glass of %v", text, size)
		}
	})
}
