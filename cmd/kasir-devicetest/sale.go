package main

import (
	"context"
	"fmt"
	"image"
	"path/filepath"
	"strings"
	"time"

	"kasir/cmd/kasir-devicetest/card"
	"kasir/cmd/kasir-devicetest/machine"
	"kasir/terminal"
)

// How long things may take on a machine that many share.
const (
	bootTime   = 5 * time.Minute
	screenTime = 2 * time.Minute
)

// newCard is a card as it was flashed, with a kasir.txt.
func (b *bench) newCard(ctx context.Context, name string) (string, error) {
	image := filepath.Join(b.dir, name+".img")
	if err := card.Copy(ctx, image, filepath.Join(b.card, "images", "sdcard.img")); err != nil {
		return "", err
	}
	text := fmt.Sprintf("name %s\r\nbackend %s\r\nboard lcd-2in8\r\nlanguage id\r\nmerchant %s\r\n", till, b.shop.fromDevice(), merchant)
	return image, card.Put(ctx, image, "kasir.txt", text)
}

// boot gives a card power and waits until the till takes keys.
func (b *bench) boot(ctx context.Context, image, log string) (*machine.Machine, error) {
	m, err := b.power(ctx, image, log)
	if err != nil {
		return nil, err
	}
	limit, cancel := context.WithTimeout(ctx, bootTime)
	defer cancel()
	if _, err := m.Ready(limit); err != nil {
		defer m.Kill()
		return nil, fmt.Errorf("%w; the console ends with: %s", err, m.Said())
	}
	return m, nil
}

// offer keys an amount on a till that is idle, and returns the sale whose code is on
// the glass then.
func (b *bench) offer(ctx context.Context, m *machine.Machine, amount int64) (sale, error) {
	if _, err := b.await(ctx, m, "idle", screenTime, shows(terminal.Idle{})); err != nil {
		return sale{}, err
	}
	if err := m.Press(fmt.Sprintf("%d\n", amount)); err != nil {
		return sale{}, err
	}
	return b.offered(ctx, m, amount)
}

// offered is the sale whose code is on the glass, once there is one.
func (b *bench) offered(ctx context.Context, m *machine.Machine, amount int64) (sale, error) {
	code := ""
	if _, err := b.await(ctx, m, "a code", screenTime, func(g image.Image) bool {
		code = b.scan(ctx, g)
		return code != ""
	}); err != nil {
		return sale{}, err
	}
	s, err := b.shop.sold(ctx, code)
	if err == nil && s.Amount != amount {
		err = fmt.Errorf("the code is for %d, %d was keyed", s.Amount, amount)
	}
	return s, err
}

// settle pays a sale and waits for LUNAS, which it returns.
func (b *bench) settle(ctx context.Context, m *machine.Machine, s sale) (image.Image, error) {
	if err := b.shop.pay(ctx, s.Order); err != nil {
		return nil, err
	}
	return b.await(ctx, m, "LUNAS", screenTime, shows(s.thanks()))
}

// thanks is LUNAS for a sale.
func (s sale) thanks() terminal.Thanks {
	return terminal.Thanks{Order: terminal.OrderID(s.Order), Amount: terminal.Rupiah(s.Amount)}
}

// trySale is the life of a new card up to its first LUNAS.
func (b *bench) trySale(ctx context.Context) error {
	image, err := b.newCard(ctx, "sale")
	if err != nil {
		return err
	}
	m, err := b.boot(ctx, image, "")
	if err != nil {
		return err
	}
	defer m.Kill()
	s, err := b.offer(ctx, m, 15_000)
	if err != nil {
		return err
	}
	b.say("the code on the glass is the provider's, of %s", s.Order)
	lunas, err := b.settle(ctx, m, s)
	if err != nil {
		return err
	}
	if err := b.keep("lunas", lunas); err != nil {
		return err
	}
	b.say("LUNAS for %s", s.Order)
	wrong, err := m.Wrong(ctx)
	if err != nil {
		return err
	}
	if wrong != "" {
		return fmt.Errorf("the glass complains: %s", wrong)
	}
	m.Kill()
	report, err := card.Get(ctx, image, "kasir-report.txt")
	if err != nil {
		return err
	}
	if !strings.Contains(report, "OK: kasir.txt was taken") {
		return fmt.Errorf("kasir-report.txt says %q", report)
	}
	return nil
}
