package cmd_test

import (
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"kasir/backend/midtrans"
	"kasir/backend/midtrans/sandbox"
)

// TestForgedHour sells for an hour of virtual time at three tills while the real backend
// is told, every other second, what is not so: by a stranger, and by somebody who knows
// the key and names any state and any amount. The provider's own word comes twice, late,
// out of order, with a wrong amount, with a wrong signature, or not at all. The three
// books, the glasses and what customers paid must agree as if nobody had said anything.
func TestForgedHour(t *testing.T) {
	const tills, every = 3, 40 * time.Second
	synctest.Test(t, func(t *testing.T) {
		k := newSoak(t, forgetful, 15)
		defer k.stage.close()
		time.Sleep(time.Until(time.Now().Truncate(24 * time.Hour).Add(opens * time.Hour)))
		closing := time.Now().Add(time.Hour)
		k.open("forged", tills, closing, every)
		told := k.forge(closing)
		k.stage.provider.Faults().Clear()
		time.Sleep(time.Hour) // everything is over that was open
		k.close()
		if told < 1000 {
			t.Errorf("%d notifications were forged, want an hour's", told)
		}
	})
}

// forgetful has the trunk not remember every request.
func forgetful(s *stage) { s.trunk.passed = nil }

// forge tells the backend of orders until then what the provider does not say, and makes
// the provider's own notifications what they should not be. It returns how many it told.
func (k *soak) forge(until time.Time) (told int) {
	dice := rand.New(rand.NewPCG(7, 17))
	kinds := []sandbox.Kind{sandbox.DropNotification, sandbox.DuplicateNotification, sandbox.ReorderNotification, sandbox.DelayNotification,
		sandbox.ForgeNotification, sandbox.WrongAmountNotification}
	statuses := []string{midtrans.StatusSettlement, midtrans.StatusPending, midtrans.StatusCancel, midtrans.StatusExpire, midtrans.StatusDeny}
	for n := 0; time.Now().Before(until); n++ {
		time.Sleep(2 * time.Second)
		all := k.stage.provider.Orders()
		if len(all) == 0 {
			continue
		}
		if n%3 == 0 {
			f := sandbox.Fault{Kind: kinds[dice.IntN(len(kinds))], Count: 1, Amount: 1, Delay: sandbox.Delay(30 * time.Second)}
			if err := k.stage.provider.Faults().Add(f); err != nil {
				k.Error(err)
			}
		}
		// Mostly of those that are open, and now and then of one that is long over.
		o := all[max(0, len(all)-1-dice.IntN(1+dice.IntN(2*len(all))))]
		key, want := "not the key", 403
		if dice.IntN(2) == 0 {
			key, want = serverKey, 200
		}
		body, err := notification(o, statuses[dice.IntN(len(statuses))], o.Amount+int64(dice.IntN(3)-1), key)
		if err == nil {
			err = k.stage.post(body, want)
		}
		if err != nil {
			k.Error(err)
		}
		told++
	}
	return told
}
