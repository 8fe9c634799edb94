package backend

import (
	"fmt"
	"testing"
	"time"

	"kasir/backend/wire"
)

func (t *town) poll(since int64, epoch string) (e wire.Events) {
	t.Helper()
	path := fmt.Sprintf("/v1/devices/KASIR/events?since=%d&epoch=%s&wait=30", since, epoch)
	if status := t.request("GET", path, nil, &e); status != 200 {
		t.Fatalf("GET %s: HTTP %d", path, status)
	}
	return e
}

func (t *town) hello() (h wire.Hello) {
	t.Helper()
	if status := t.request("GET", "/v1/devices/KASIR", nil, &h); status != 200 {
		t.Fatalf("hello: HTTP %d", status)
	}
	return h
}

// A device that calls the book by its name and has news that are not in it
// proves that an old copy was put back; one that does not says nothing.
func TestADeviceAheadOfTheBookMakesAnEpoch(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := settle(t, nil)
		first := s.hello().Epoch
		if first == "" {
			t.Fatal("a hello without an epoch")
		}
		for _, epoch := range []string{"", "another"} {
			if got := s.poll(9, epoch); got.Epoch != first || got.Latest != 0 {
				t.Errorf("since=9 in epoch %q: %+v, want epoch %s", epoch, got, first)
			}
		}
		began := time.Now()
		if got := s.poll(0, "another"); got.Epoch != first || time.Since(began) > time.Second {
			t.Errorf("an old epoch is answered with %+v after %v, want %s at once", got, time.Since(began), first)
		}
		if got := s.poll(0, first); got.Epoch != first || time.Since(began) < 29*time.Second {
			t.Errorf("no news are answered with %+v after %v", got, time.Since(began))
		}
		second := s.poll(9, first).Epoch
		if second == first || s.hello().Epoch != second {
			t.Errorf("epoch %s after news that the book has not, a hello says %s; it was %s", second, s.hello().Epoch, first)
		}
		if got := s.poll(9, second).Epoch; got != second {
			t.Error("a device that lies makes an epoch with each poll")
		}
		time.Sleep(renewGap)
		if got := s.poll(9, second).Epoch; got == second {
			t.Error("the next old copy is not noticed")
		}
		if status := s.request("GET", "/v1/devices/KASIR/events?epoch="+fmt.Sprintf("%033d", 0), nil, nil); status != 400 {
			t.Errorf("a long epoch: HTTP %d", status)
		}
	})
}

// A till that knows of money is a reason to read the charge again.
func TestATillsOwnBookIsAReasonToAsk(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := settle(t, nil)
		s.put("KASIR-00000001", 25_000)
		s.del("KASIR-00000001", 25_000)
		time.Sleep(2 * time.Minute)
		before := s.calls.status.Load()
		var c wire.Charge
		for range 40 {
			if status := s.request("GET", "/v1/charges/KASIR-00000001?settled=1", nil, &c); status != 200 || c.State != wire.Cancelled {
				t.Fatalf("HTTP %d, %s: the provider's word decides", status, c.State)
			}
		}
		if n := s.calls.status.Load() - before; n != 1 {
			t.Errorf("the provider was asked %d times, want once", n)
		}
		if status := s.request("GET", "/v1/charges/KASIR-00000009?settled=1", nil, nil); status != 404 {
			t.Errorf("an unknown order: HTTP %d", status)
		}
	})
}
