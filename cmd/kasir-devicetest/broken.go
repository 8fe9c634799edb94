package main

import (
	"context"
	"fmt"
	"time"

	"kasir/cmd/kasir-devicetest/card"
	"kasir/terminal"
)

// trySlot destroys the system that is first in order; the other must come by itself.
func (b *bench) trySlot(ctx context.Context) error {
	image, err := b.newCard(ctx, "slot")
	if err != nil {
		return err
	}
	if err := card.Zero(image, card.A); err != nil {
		return err
	}
	m, err := b.power(ctx, image, "")
	if err != nil {
		return err
	}
	defer m.Kill()
	began := time.Now()
	for nth := range 3 {
		if _, err := m.Console(ctx, fmt.Sprintf("starting slot A; left: A %d", 2-nth), 1); err != nil {
			return err
		}
	}
	if _, err := m.Console(ctx, "starting slot B", 1); err != nil {
		return err
	}
	if _, err := m.Ready(ctx); err != nil {
		return err
	}
	if _, err := b.await(ctx, m, "idle", screenTime, shows(terminal.Idle{})); err != nil {
		return err
	}
	b.say("slot A is zeros: tried three times, then B sells, after %.0f s", time.Since(began).Seconds())
	return nil
}

// tryWatchdog hangs the till; the hardware must reset the device, which goes on with
// the sale it had.
func (b *bench) tryWatchdog(ctx context.Context) error {
	image, err := b.newCard(ctx, "watchdog")
	if err != nil {
		return err
	}
	m, err := b.boot(ctx, image, "")
	if err != nil {
		return err
	}
	defer m.Kill()
	s, err := b.offer(ctx, m, 21_000)
	if err != nil {
		return err
	}
	if err := m.Hang(ctx); err != nil {
		return err
	}
	began := time.Now()
	if _, err := m.Console(ctx, "Starting kernel", 2); err != nil {
		return err
	}
	b.say("a till that hangs: the device starts again after %.0f s", time.Since(began).Seconds())
	if _, err := m.Ready(ctx); err != nil {
		return err
	}
	again, err := b.offered(ctx, m, s.Amount)
	if err != nil {
		return err
	}
	if again.Order != s.Order {
		return fmt.Errorf("it goes on with %s, want %s", again.Order, s.Order)
	}
	_, err = b.settle(ctx, m, s)
	return err
}
