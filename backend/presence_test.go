package backend

import (
	"crypto/aes"
	"crypto/cipher"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/merchant"
	"kasir/backend/merchant/shelf"
	"kasir/backend/office"
)

// However many devices there are and whatever they say of themselves, what is
// told of them fits into messages, whole.
func TestPresenceFits(t *testing.T) {
	block, err := aes.NewCipher(make([]byte, keyBytes))
	if err != nil {
		t.Fatal(err)
	}
	f := &fellows{me: "0123456789abcdef"}
	if f.seal, err = cipher.NewGCMWithRandomNonce(block); err != nil {
		t.Fatal(err)
	}
	var all []office.Sighting
	for i := range 600 {
		s := office.Sighting{Device: fmt.Sprintf("toko-%019d", i), SeenMS: 1 << 52, SaidMS: 1 << 52}
		if i%3 == 0 {
			s.Says = office.Says{Version: strings.Repeat("\x01", maxWord), Board: strings.Repeat("<", maxWord), SkewMS: -1 << 52, Clocked: true, Unsent: 1 << 30}
		}
		all = append(all, s)
	}
	told := 0
	for _, page := range pagesOf(all) {
		m := message{From: f.me, Seen: page}
		texts := f.sealed(nil, m)
		if len(texts) != 1 || len(texts[0]) > ledger.MaxTold {
			t.Fatalf("a page of %d does not fit", len(page))
		}
		back, ok := f.open(texts[0])
		if !ok || fmt.Sprint(back.Seen) != fmt.Sprint(page) {
			t.Fatal("a page came back as another one")
		}
		told += len(page)
	}
	if told != len(all) {
		t.Errorf("%d of %d were told", told, len(all))
	}
}

// A device that is connected to one backend is seen, with what it says, on the
// owner's page of another: their shelves are apart here, so that it can only have
// been told.
func TestPresenceIsShared(t *testing.T) {
	t.Parallel()
	c := newFleet(t, 2, func(n *node, o *Options) {
		papers, err := shelf.Open(t.Context(), filepath.Join(t.TempDir(), "papers.db"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { papers.Close() })
		desk, err := merchant.New(t.Context(), merchant.Options{Shelf: papers, Provider: n.client})
		if err != nil {
			t.Fatal(err)
		}
		o.Merchant = Merchant{Token: merchantToken, Desk: desk, Papers: papers}
	})
	a, b := c.nodes[0], c.nodes[1]
	var hello map[string]any
	a.want("GET", "/v1/devices/TOKO-1?version=v1.2&board=pi3&unsent=2&clock=1", nil, &hello)
	for range 100 {
		a.backend.tellSeen()
		if s := b.backend.office.Sighting("TOKO-1"); s.SeenMS > 0 {
			if s.Version != "v1.2" || s.Board != "pi3" || s.Unsent != 2 || !s.Clocked || s.SkewMS >= 0 {
				t.Errorf("told as %+v", s)
			}
			return
		}
		a.backend.office.Heard(t.Context(), "TOKO-1", office.Says{Version: "v1.2", Board: "pi3", Unsent: 2, Clocked: true, SkewMS: -1})
		time.Sleep(50 * time.Millisecond)
	}
	t.Error("the other backend was not told in five seconds")
}
