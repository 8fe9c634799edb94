package backend

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kasir/backend/wallet"
	"kasir/backend/wire"
)

// brokenWallets fails while broken, like a disk.
type brokenWallets struct {
	wallet.Book
	broken *atomic.Bool
}

func (b brokenWallets) CommitWallet(ctx context.Context, e wallet.Entry) error {
	if b.broken.Load() {
		return errors.New("disk is full")
	}
	return b.Book.CommitWallet(ctx, e)
}

// TestBrokenWallets: what cannot be written down is not asked of the provider
// and not said, and nothing is lost once it can be.
func TestBrokenWallets(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		w.kill()
		w.start()
		var broken atomic.Bool
		o := w.options
		o.Wallets = brokenWallets{w.book, &broken}
		b, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		w.backend.Close()
		<-w.done
		w.server.Close()
		w.backend = b
		go func() { w.done <- b.Run(t.Context()) }()
		w.server = w.net.host(t, "backend.test", b.Handler())

		broken.Store(true)
		if got := w.request("PUT", "/v1/links/"+linkID, wire.LinkOpen{Phone: richPhone, Journal: journal}, nil); got != 503 {
			t.Errorf("link: HTTP %d, want 503", got)
		}
		if n := len(w.sandbox.Accounts()); n != 0 {
			t.Errorf("%d pay accounts without a record", n)
		}
		broken.Store(false)
		w.link("KASIR-00000002", richPhone)
		broken.Store(true)
		w.activate(0)
		time.Sleep(time.Minute)
		broken.Store(false)
		time.Sleep(20 * time.Second)
		l := w.getLink("KASIR-00000002")
		if l.State != wire.LinkDone {
			t.Fatalf("after the disk came back: %+v", l)
		}
		broken.Store(true)
		if got := w.request("DELETE", "/v1/customers/"+l.Customer, nil, nil); got != 503 {
			t.Errorf("unlink: HTTP %d, want 503", got)
		}
		broken.Store(false)
		if c := w.customer("DELETE", l.Customer); c.State != wire.CustomerUnlinked {
			t.Errorf("%+v", c)
		}
		w.unnamed()
	})
}

// TestNoWallets: a book that keeps none is no reason to fall over.
func TestNoWallets(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		w.kill()
		w.start()
		o := w.options
		o.Book, o.Wallets = brokenBook{w.book, func() bool { return false }}, nil
		b, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		w.backend.Close()
		<-w.done
		w.server.Close()
		w.backend = b
		go func() { w.done <- b.Run(t.Context()) }()
		w.server = w.net.host(t, "backend.test", b.Handler())
		for path, body := range map[string]any{
			"PUT /v1/links/" + linkID:        wire.LinkOpen{Phone: richPhone, Journal: journal},
			"GET /v1/links/" + linkID:        nil,
			"POST /v1/customers":             wire.Find{Phone: richPhone},
			"GET /v1/customers/c-1":          nil,
			"PUT /v1/charges/KASIR-00000001": wire.Open{Amount: 1, Journal: journal, Customer: "c-1"},
			"POST " + hookPath + "/account":  accountLetter("a1", "ENABLED", "200", serverKey),
		} {
			method, path, _ := strings.Cut(path, " ")
			if got := w.request(method, path, body, nil); got != 404 {
				t.Errorf("%s %s: HTTP %d, want 404", method, path, got)
			}
		}
		w.want("a code", w.put("KASIR-00000002", 1_000), wire.Pending)
	})
}

func TestLimiterForgets(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var l limiter
		for i := range maxNames {
			if !l.take(pad(i)) {
				t.Fatal("refused at the first")
			}
		}
		if l.take("one more") {
			t.Error("more names than are counted")
		}
		time.Sleep(time.Minute)
		if !l.take("one more") || len(l.seen) != 1 {
			t.Errorf("%d names after a minute", len(l.seen))
		}
	})
}
