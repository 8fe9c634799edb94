package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
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

const (
	boots    = 5   // of each kind
	mostSlow = 1.3 // times as long as to a bare shell
)

// tryBoot compares the time to a till that takes keys with the time to a shell, both
// from the start of the kernel, of the same card, taken in turns.
func (b *bench) tryBoot(ctx context.Context) error {
	image, err := b.newCard(ctx, "boot")
	if err != nil {
		return err
	}
	m, err := b.boot(ctx, image, "") // its first start makes the data partition
	if err != nil {
		return err
	}
	if _, err := b.await(ctx, m, "idle", screenTime, shows(terminal.Idle{})); err != nil {
		m.Kill()
		return err
	}
	m.Kill()
	env, err := card.Get(ctx, image, "board.env")
	if err != nil {
		return err
	}
	bare := filepath.Join(b.dir, "bare.img")
	if err := card.Copy(ctx, bare, image); err != nil {
		return err
	}
	if err := card.Put(ctx, bare, "board.env", env[:len(env)-1]+" init=/bin/sh\n"); err != nil {
		return err
	}
	defer os.Remove(bare)
	var tills, shells []float64
	for range boots {
		t, err := b.timeTo(ctx, image, false)
		if err != nil {
			return err
		}
		s, err := b.timeTo(ctx, bare, true)
		if err != nil {
			return err
		}
		tills, shells = append(tills, t), append(shells, s)
	}
	slices.Sort(tills)
	slices.Sort(shells)
	till, shell := tills[boots/2], shells[boots/2]
	b.say("from the kernel's start: takes keys after %.2f s (%.2f to %.2f), a bare shell after %.2f s (%.2f to %.2f), medians of %d: %.2f times",
		till, tills[0], tills[boots-1], shell, shells[0], shells[boots-1], boots, till/shell)
	if till > mostSlow*shell {
		return fmt.Errorf("it takes %.2f times as long as to a bare shell, want at most %v", till/shell, mostSlow)
	}
	return nil
}

// timeTo is how many seconds a card takes from the start of the kernel to the till or
// a shell, as this machine's clock has it.
func (b *bench) timeTo(ctx context.Context, image string, shell bool) (float64, error) {
	m, err := b.power(ctx, image, "")
	if err != nil {
		return 0, err
	}
	defer m.Kill()
	ctx, cancel := context.WithTimeout(ctx, bootTime)
	defer cancel()
	began, err := m.Console(ctx, "Starting kernel", 1)
	if err != nil {
		return 0, err
	}
	if shell {
		at, err := m.Console(ctx, "/ # ", 1)
		return at.Sub(began).Seconds(), err
	}
	r, err := m.Ready(ctx)
	return r.At.Sub(began).Seconds(), err
}
