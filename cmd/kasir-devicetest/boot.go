package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"kasir/cmd/kasir-devicetest/card"
	"kasir/cmd/kasir-devicetest/machine"
	"kasir/terminal"
)

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
	return b.compare(ctx, image, bare)
}

// compare starts both cards in turns, and judges.
func (b *bench) compare(ctx context.Context, image, bare string) error {
	var keys, pictures, shells []float64
	for range boots {
		k, p, err := b.timeToTill(ctx, image)
		if err != nil {
			return err
		}
		s, err := b.timeToShell(ctx, bare)
		if err != nil {
			return err
		}
		keys, pictures, shells = append(keys, k), append(pictures, p), append(shells, s)
	}
	for _, all := range [][]float64{keys, pictures, shells} {
		slices.Sort(all)
	}
	key, picture, shell := keys[boots/2], pictures[boots/2], shells[boots/2]
	b.say("from the kernel's start, medians of %d: a bare shell after %.2f s (%.2f to %.2f)", boots, shell, shells[0], shells[boots-1])
	b.say("  takes keys after %.2f s (%.2f to %.2f): %.2f times", key, keys[0], keys[boots-1], key/shell)
	b.say("  and is seen after %.2f s (%.2f to %.2f): %.2f times", picture, pictures[0], pictures[boots-1], picture/shell)
	if key > mostSlow*shell {
		return fmt.Errorf("it takes %.2f times as long until it takes keys as to a bare shell, want at most %v", key/shell, mostSlow)
	}
	return nil
}

// timeToTill is how many seconds a card takes from the start of the kernel until a key that
// is pressed is taken, and until the till is seen, as this machine's clock has it.
func (b *bench) timeToTill(ctx context.Context, image string) (keys, picture float64, err error) {
	err = b.timed(ctx, image, func(ctx context.Context, m *machine.Machine, began time.Time) error {
		r, err := m.Ready(ctx)
		keys, picture = r.KeysAt().Sub(began).Seconds(), r.At.Sub(began).Seconds()
		return err
	})
	return keys, picture, err
}

// timeToShell is the same of a card that starts a shell and nothing else.
func (b *bench) timeToShell(ctx context.Context, image string) (seconds float64, err error) {
	err = b.timed(ctx, image, func(ctx context.Context, m *machine.Machine, began time.Time) error {
		at, err := m.Console(ctx, "/ # ", 1)
		seconds = at.Sub(began).Seconds()
		return err
	})
	return seconds, err
}

// timed gives a card power until measure, told when its kernel was started, is done.
func (b *bench) timed(ctx context.Context, image string, measure func(context.Context, *machine.Machine, time.Time) error) error {
	m, err := b.power(ctx, image, "")
	if err != nil {
		return err
	}
	defer m.Kill()
	ctx, cancel := context.WithTimeout(ctx, bootTime)
	defer cancel()
	began, err := m.Console(ctx, "Starting kernel", 1)
	if err != nil {
		return err
	}
	return measure(ctx, m, began)
}
