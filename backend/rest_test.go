package backend

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/midtrans/sandbox"
	"kasir/backend/wire"
)

// resting is an order's file, which must be at rest. It is the clerk's: whoever looks
// asks him something before time goes on.
func (t *town) resting(order string) *file {
	t.Helper()
	synctest.Wait()
	f := t.backend.clerk.desk[order]
	if f == nil || f.charge != nil || f.errand == nil || f.place < 0 {
		t.Fatalf("%s does not rest: %+v", order, f)
	}
	return f
}

// A charge that waits for its payer leaves its facts to the book, and goes on where it
// was when something is heard of it.
func TestRest(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const order = "K1-00000001"
		w := settle(t, nil)
		w.want("opened", w.put(order, 18_500), wire.Pending)
		before := w.resting(order).errand
		w.want("opened again", w.put(order, 18_500), wire.Pending)
		if after := w.resting(order).errand; *after != *before {
			t.Errorf("its errand is %+v, it was %+v", *after, *before)
		}
		if n := w.calls.charge.Load(); n != 1 {
			t.Errorf("%d charge calls, want one", n)
		}
		w.want("looked at", w.get(order), wire.Pending)
		w.resting(order)
		w.pay(order)
		time.Sleep(time.Second) // for the provider's notification
		w.want("paid", w.get(order), wire.Settled)
		synctest.Wait()
		if f := w.backend.clerk.desk[order]; f != nil {
			t.Errorf("it is on the desk when nothing is to be done: %+v", f)
		}
	})
}

// What the book has is another version than the one that rested: it is taken up as
// after a start.
func TestRestOverruled(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const order = "K1-00000001"
		w := settle(t, nil)
		w.put(order, 18_500)
		w.resting(order).version--
		calls := w.calls.status.Load()
		w.want("opened again", w.put(order, 18_500), wire.Pending)
		synctest.Wait()
		if w.calls.status.Load() == calls {
			t.Error("the provider was not asked about it")
		}
		w.pay(order)
		time.Sleep(time.Second) // for the provider's notification
		w.want("paid", w.get(order), wire.Settled)
	})
}

// blind is a book that cannot be read at times.
type blind struct {
	ledger.Book
	now atomic.Bool
}

func (b *blind) Order(ctx context.Context, id string) (ledger.Facts, bool, error) {
	if b.now.Load() {
		return ledger.Facts{}, false, errors.New("disk I/O error")
	}
	return b.Book.Order(ctx, id)
}

// While the book cannot be read nobody is told anything of a charge that rests, and
// nothing of it is lost.
func TestRestUnreadable(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const order = "K1-00000001"
		w := settle(t, nil)
		w.kill()
		var book *blind
		w.wrap = func(b ledger.Book) ledger.Book { book = &blind{Book: b}; return book }
		w.start()
		w.fault(sandbox.Fault{Kind: sandbox.DropNotification, State: "settlement", Count: 8})
		w.put(order, 18_500)
		w.resting(order)
		book.now.Store(true)
		if status := w.request("PUT", "/v1/charges/"+order, wire.Open{Amount: 18_500, Journal: journal}, nil); status != http.StatusServiceUnavailable {
			t.Errorf("HTTP %d, want 503", status)
		}
		w.pay(order)
		time.Sleep(2 * time.Minute)
		book.now.Store(false)
		time.Sleep(20 * time.Minute) // nobody asks
		if f := w.facts(order); f.State != ledger.Settled {
			t.Errorf("it is %s, want settled", f.State)
		}
	})
}
