package cmd_test

import (
	"context"
	"fmt"
	"slices"

	"kasir/backend/midtrans"
	"kasir/backend/midtrans/sandbox"
	"kasir/terminal"
)

// What holds at every moment of every play.

// judge holds a screen against the provider's books and the journal.
func (g *glass) judge(sc terminal.Screen) error {
	switch sc := sc.(type) {
	case terminal.Thanks:
		return g.settled(sc.Order, sc.Amount)
	case terminal.Late:
		return g.settled(sc.Order, sc.Amount)
	case terminal.Offering:
		o, ok := g.stage.atProvider(sc.Order)
		q, err := terminal.ParseQRIS(sc.QR)
		switch {
		case !ok || o.QRString != sc.QR:
			return fmt.Errorf("that is not the provider's code: %+v", o)
		case err != nil:
			return err
		case q.Amount != sc.Amount:
			return fmt.Errorf("the code is over %v", q.Amount)
		}
	case terminal.Ended:
		return g.unpayable(sc.Order)
	case terminal.Denied:
		return g.unpayable(sc.Order)
	}
	return g.judgeWallet(sc)
}

// settled says what is wrong with showing that the money came.
func (g *glass) settled(id terminal.OrderID, amount terminal.Rupiah) error {
	o, ok := g.stage.atProvider(id)
	if !ok || o.Status != midtrans.StatusSettlement || o.Amount != int64(amount) {
		return fmt.Errorf("the provider says %q over Rp %d", o.Status, o.Amount)
	}
	for r, err := range records(context.Background(), g.journal) {
		if err != nil {
			return err
		}
		if r.Kind == terminal.KindSettled && r.Order == id && r.Amount == amount {
			return nil
		}
	}
	return fmt.Errorf("the journal does not have it")
}

func (g *glass) unpayable(id terminal.OrderID) error {
	if o, ok := g.stage.atProvider(id); ok && o.Status == midtrans.StatusPending {
		return fmt.Errorf("it can still be paid")
	}
	return nil
}

// atProvider is the newest transaction under an order id.
func (s *stage) atProvider(id terminal.OrderID) (sandbox.Order, bool) {
	all := s.provider.Orders()
	for _, o := range slices.Backward(all) {
		if o.OrderID == string(id) {
			return o, true
		}
	}
	return sandbox.Order{}, false
}
