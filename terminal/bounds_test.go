package terminal

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// The first and last of each range of characters, and their neighbours.
const (
	inRange  = "09azAZ"
	outRange = "/:@[`{"
)

func TestBoundsOfNames(t *testing.T) {
	for _, c := range inRange {
		if err := CheckDevice(string(c)); err != nil {
			t.Error(err)
		}
		if AttestPage(fmt.Sprintf("https://x%c.test", c), false) != NoMismatch {
			t.Errorf("a host with %q in it is not one", c)
		}
	}
	for _, c := range outRange {
		if CheckDevice("x"+string(c)) == nil {
			t.Errorf("a device may have %q in its name", c)
		}
		if !strings.ContainsRune("/:", c) && plainHost("x"+string(c)) {
			t.Errorf("a host may have %q in its name", c)
		}
	}
	for _, id := range []OrderID{"toko-1-0000000/", "toko-1-0000000:", "toko-1-00000000", "toko-1-000000001", "toko-2-00000001"} {
		if n, ok := id.Number(device); ok {
			t.Errorf("%s is number %d", id, n)
		}
	}
	for id, want := range map[OrderID]bool{"x-00000001": true, "-00000001": false, "00000001": false, "xy00000001": false} {
		if _, _, ok := id.split(); ok != want {
			t.Errorf("%s is an order of a device: %t", id, ok)
		}
	}
}

func TestBoundsOfPages(t *testing.T) {
	for url, want := range map[string]Mismatch{
		"https://x/~": NoMismatch, "https://x/!": NoMismatch, "https://x/\x7f": MismatchPage, "https://x/ ": MismatchPage,
		"https://x?y": NoMismatch, "https://?y": MismatchPage, "https://x#y": NoMismatch, "https://": MismatchPage,
		"https://x" + strings.Repeat("y", maxPage-9): NoMismatch, "https://x" + strings.Repeat("y", maxPage-8): MismatchPage,
	} {
		if got := AttestPage(url, false); got != want {
			t.Errorf("%.40q (%d): %v, want %v", url, len(url), got, want)
		}
	}
}

// A number stands in the set at its own place, and at no other.
func TestBoundsOfNumbers(t *testing.T) {
	for id, ok := range map[OrderID]bool{"x-00000001": true, "-00000001": false, "xx00000001": false, "00000001": false, "x-0000000y": false} {
		name, page, bit, got := place(id)
		if got != ok || ok && (name != "x" || page != 0 || bit != 1) {
			t.Errorf("%s: %q page %d bit %d, %t", id, name, page, bit, got)
		}
	}
}

func TestBoundsOfCodes(t *testing.T) {
	for s, want := range map[string]Rupiah{"9999999999999": 9_999_999_999_999, "99999999999999": -1, "5.00": 5, "5.01": -1, ".00": -1, "": -1} {
		if n, err := parseDecimal(s); err == nil && n != want || err != nil && want >= 0 {
			t.Errorf("%q: %d, %v; want %d", s, n, err, want)
		}
	}
	for text, want := range map[string]int{"00010": 0, "0001": -1, "000": -1, "0101x": 1, "0100": -1, "0102x": -1} {
		tags, err := readTLV(text)
		if want > 0 && (err != nil || len(tags) != want) || want < 0 && err == nil {
			t.Errorf("%q: %v, %v", text, tags, err)
		}
	}
	fill := func(n int) string { // a code of so many characters
		body := strings.TrimSuffix(official, "6304A623")
		for len(body)+8 < n {
			room := min(n-len(body)-8-4, 99)
			if left := n - len(body) - 8 - 4 - room; left > 0 && left < 5 {
				room -= 5
			}
			body += tlv(fmt.Sprintf("%02d", 80+len(body)%20), strings.Repeat("x", room))
		}
		return seal(body)
	}
	for n, ok := range map[int]bool{maxQRIS: true, maxQRIS + 1: false} {
		text := fill(n)
		if _, err := ParseQRIS(text); len(text) != n || (err == nil) != ok {
			t.Errorf("a code of %d characters, %d wanted: %v", len(text), n, err)
		}
	}
}

// The largest count that can be keyed, digit by digit and with two zeros.
func TestBoundsOfCounts(t *testing.T) {
	for _, tt := range []struct {
		was  Counting
		key  Key
		want Counting
	}{
		{Counting{}, '0', Counting{Typed: true}},
		{Counting{Amount: 999_999_999, Typed: true}, '9', Counting{Amount: maxCounted, Typed: true}},
		{Counting{Amount: 1_000_000_000, Typed: true}, '0', Counting{Amount: 1_000_000_000, Typed: true}},
		{Counting{Amount: 1_000_000_000, Typed: true}, '9', Counting{Amount: 1_000_000_000, Typed: true}},
		{Counting{Amount: 99_999_999, Typed: true}, KeyZeroZero, Counting{Amount: 9_999_999_900, Typed: true}},
		{Counting{Amount: 100_000_000, Typed: true}, KeyZeroZero, Counting{Amount: 100_000_000, Typed: true}},
		{Counting{Amount: 12, Typed: true}, KeyBack, Counting{Amount: 1, Typed: true}},
		{Counting{Amount: 1, Typed: true}, KeyBack, Counting{}},
		{Counting{Amount: 1, Typed: true}, KeyClear, Counting{}},
	} {
		turn := &turn{State: State{Screen: tt.was}}
		tt.was.key(turn, tt.key)
		if got := turn.Screen.(Counting); got != tt.want {
			t.Errorf("%+v and %q: %+v, want %+v", tt.was, tt.key, got, tt.want)
		}
	}
}

func TestBoundsOfSnapshots(t *testing.T) {
	page := func(n int) error {
		_, err := image{Paid: []paidPage{{"x", n, make([]byte, pageNumbers/8)}}}.book()
		return err
	}
	if err := page(MaxOrders / pageNumbers); err != nil {
		t.Errorf("the last page: %v", err)
	}
	if page(MaxOrders/pageNumbers+1) == nil {
		t.Error("a page after the last")
	}
	for n, want := range map[int]string{maxImage: "JSON", maxImage + 1: "too large"} {
		if _, err := (Record{Image: deflated(n)}).image(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%d blanks: %v, want %s", n, err, want)
		}
	}
}

// A question that was lost is asked again in a minute, counted from when it was
// asked, and counts as one without an answer.
func TestLostQuestions(t *testing.T) {
	s := greetedTill(t)
	s.wait(time.Hour)
	s.keys("25000\n")
	if s.watches[0].fails != 0 {
		t.Errorf("%d questions failed at first", s.watches[0].fails)
	}
	s.wait(lostAfter)
	if s.watches[0].fails != 1 || s.watches[0].sent != s.now {
		t.Errorf("%d failed, the last was sent at %v, now is %v", s.watches[0].fails, s.watches[0].sent, s.now)
	}
	s = newTill(t)
	s.wait(time.Hour)
	s.step(Wake{})
	at, _ := s.Wake()
	s.wait(lostAfter - time.Second)
	s.calls = nil
	s.wait(time.Second)
	if !slices.ContainsFunc(s.calls, func(c Call) bool { return c.Verb == Hello }) {
		t.Errorf("no greeting a minute after one that was lost; it was to wake at %v", at)
	}
}

// The louder of two tones is heard, and of equals the first.
func TestTheLouderToneIsHeard(t *testing.T) {
	turn := &turn{}
	for _, tt := range []struct {
		tone   Tone
		amount Rupiah
		want   Sound
	}{{ToneReady, 1, Sound{Tone: ToneReady, Amount: 1}}, {ToneKey, 2, Sound{Tone: ToneReady, Amount: 1}},
		{ToneReady, 3, Sound{Tone: ToneReady, Amount: 1}}, {ToneAlarm, 4, Sound{Tone: ToneAlarm, Amount: 4}}} {
		turn.sound(tt.tone, tt.amount)
		if turn.owed.Sound != tt.want {
			t.Errorf("after %v: %+v, want %+v", tt.tone, turn.owed.Sound, tt.want)
		}
	}
}

// The light goes from 1 to MaxLight, a step a key.
func TestBoundsOfLight(t *testing.T) {
	for _, tt := range []struct {
		was, by, want int
		ok            bool
	}{{0, 1, MaxLight, true}, {0, -1, MaxLight - 2, true}, {2, -1, 1, true}, {1, -1, 1, false}, {MaxLight, 1, MaxLight, false}} {
		turn := &turn{State: State{Config: Config{Lit: true}, Book: Book{Light: tt.was}}}
		if ok := turn.brighten(tt.by); ok != tt.ok || turn.Book.Light != tt.want {
			t.Errorf("%d and %d is %d, %t; want %d, %t", tt.was, tt.by, turn.Book.Light, ok, tt.want, tt.ok)
		}
	}
}

// The longest address of a closed shift that a glass can show.
func TestTheLongestClosing(t *testing.T) {
	s := greetedTill(t)
	s.knowsConfirm()
	c := Close{Known: id(1)}
	room := maxClosing - len(s.closing(c).link(Confirm{Key: testConfirm.Key}))
	for more, want := range []bool{true, false} {
		s.confirm.Base = strings.Repeat("x", room+more)
		if got := s.signable(c); got != want {
			t.Errorf("an address of %d characters can be shown: %t, want %t", maxClosing+more, got, want)
		}
	}
}

func TestBoundsOfTheParked(t *testing.T) {
	const now = time.Minute
	s := State{Book: Book{Open: []Charge{{Order: id(1)}, {Order: id(2)}}}, watches: make([]watch, 2)}
	for _, tt := range []struct {
		was   Parked
		watch watch
		want  Parked
	}{
		{Parked{At: 2, Order: id(1)}, watch{next: now + 1}, Parked{At: 1, Of: 2, Order: id(1)}},
		{Parked{At: 1, Order: id(9)}, watch{next: now}, Parked{At: 1, Of: 2, Order: id(1), Checking: true}},
		{Parked{At: 1, Order: id(1)}, watch{next: now + 1, flight: Ask}, Parked{At: 1, Of: 2, Order: id(1), Checking: true}},
		{Parked{At: 3}, watch{next: now + 1}, Parked{At: 1, Of: 2, Order: id(1)}},
		{Parked{}, watch{next: now - 1, flight: Ask}, Parked{At: 1, Of: 2, Order: id(1), Checking: true}},
	} {
		s.watches[0] = tt.watch
		if got := tt.was.of(s, Moment{Up: now}); got != tt.want {
			t.Errorf("%+v of %+v: %+v, want %+v", tt.was, tt.watch, got, tt.want)
		}
	}
}

// A sign is no digit, and the wait for a PIN is over when it is over.
func TestBoundsOfTwoMore(t *testing.T) {
	if n, ok := OrderID("toko-1-+0000001").Number(device); ok {
		t.Errorf("a sign is a digit of number %d", n)
	}
	m := Mender{}
	if s, _ := m.Press(Mending{Step: MendPIN, Wait: true, locked: pinWait}, '1', pinWait); s.Wait || s.Typed != 1 {
		t.Errorf("after the wait: %+v", s)
	}
	if s, _ := m.Press(Mending{Step: MendPIN, Wait: true, locked: pinWait}, '1', pinWait-1); !s.Wait || s.Typed != 0 {
		t.Errorf("before its end: %+v", s)
	}
	for who, want := range map[int]Role{1: Owner, 2: Technician} {
		turn := &turn{}
		NewPin{Who: who, Role: map[int]Role{1: Owner, 2: Cashier}[who]}.key(turn, KeyPlus)
		got := map[int]Role{1: Owner, 2: Cashier}[who]
		if p, ok := turn.Screen.(NewPin); ok {
			got = p.Role
		}
		if got != want {
			t.Errorf("operator %d becomes %s, want %s", who, got, want)
		}
	}
}

func TestPow10(t *testing.T) {
	for n, want := range map[int64]int64{1: 10, 9: 10, 10: 100, 99: 100, 100: 1000, 99_999_999: 100_000_000} {
		if got := pow10(n); got != want {
			t.Errorf("pow10(%d) = %d, want %d", n, got, want)
		}
	}
}
