package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"kasir/cmd/kasir-devicetest/card"
	"kasir/cmd/kasir-devicetest/machine"
	"kasir/terminal"
)

// word is something that the device told the world, and what must be in its journal
// from that moment on, whatever happens to its power.
type word struct {
	order string
	kind  terminal.Kind
	at    int64 // bytes of the write log when it was heard
}

// life is one time between power on and power off.
type life struct {
	before []byte // the data partition when it began
	log    string
	words  []word // of this life
	known  []word // of those before
}

// hear notes a word now.
func (l *life) hear(order string, kind terminal.Kind) error {
	info, err := os.Stat(l.log)
	if err != nil {
		return fmt.Errorf("look at write log: %w", err)
	}
	l.words = append(l.words, word{order, kind, info.Size()})
	return nil
}

// replays is how often each life is ended anew from its write log.
const replays = 3

// tryCuts sells and cuts the power, again and again, on one card. After each cut the
// journal has everything that was told, also when the card forgot what it was not
// told to flush; and the next life goes on with the sale that was open.
func (b *bench) tryCuts(ctx context.Context) error {
	image, err := b.newCard(ctx, "cuts")
	if err != nil {
		return err
	}
	dice := rand.New(rand.NewPCG(b.seed, 0))
	var open *rest
	var known []word
	judged := 0
	for n := range b.cuts {
		l, now, err := b.live(ctx, image, n, open, known, dice)
		if err != nil {
			return fmt.Errorf("life %d: %w", n+1, err)
		}
		count, lost, err := b.judge(ctx, image, l, replays, dice)
		if err == nil && len(lost) > 0 {
			err = fmt.Errorf("not in the journal after a cut: %v", lost)
		}
		if err != nil {
			return fmt.Errorf("life %d: %w", n+1, err)
		}
		judged += count
		open, known = now, append(known, l.words...)
	}
	b.say("%d power cuts, and %d of what a forgetful card would have made of them: of %d words none is lost, every journal verifies", b.cuts, judged-b.cuts, len(known))
	return nil
}

// rest is what was on the glass when the power went, and must be there again.
type rest struct {
	sale
	paid bool // it was LUNAS, and nobody had said that they had seen it
}

// live is one life: what the last one left is on the glass, and is paid and seen;
// another sale begins, and some time into it the power goes. In every third life it
// goes with LUNAS on the glass.
func (b *bench) live(ctx context.Context, image string, n int, open *rest, known []word, dice *rand.Rand) (*life, *rest, error) {
	before, err := card.DataOf(image)
	if err != nil {
		return nil, nil, err
	}
	l := &life{before: before, log: filepath.Join(b.dir, "writes.log"), known: known}
	m, err := b.boot(ctx, image, l.log)
	if err != nil {
		return nil, nil, err
	}
	defer m.Kill()
	if open != nil {
		if err := b.goOn(ctx, m, l, *open); err != nil {
			return nil, nil, fmt.Errorf("go on with %s: %w", open.Order, err)
		}
		if n%3 == 1 {
			return l, &rest{open.sale, true}, nil
		}
		time.Sleep(time.Second) // LUNAS cannot be keyed away in its first moment
		if err := m.Press("\n"); err != nil {
			return nil, nil, err
		}
	}
	s, err := b.offer(ctx, m, int64(10_000+n*1000))
	if err != nil {
		return nil, nil, err
	}
	if err := l.hear(s.Order, terminal.KindOffered); err != nil {
		return nil, nil, err
	}
	time.Sleep(time.Duration(dice.IntN(400)) * time.Millisecond)
	return l, &rest{s, false}, nil
}

// goOn is the customer's part of a sale that the power cut in two.
func (b *bench) goOn(ctx context.Context, m *machine.Machine, l *life, open rest) error {
	if open.paid {
		_, err := b.await(ctx, m, "LUNAS again", screenTime, shows(open.thanks()))
		return err
	}
	again, err := b.offered(ctx, m, open.Amount)
	if err != nil {
		return err
	}
	if again.Order != open.Order {
		return fmt.Errorf("the code is that of %s", again.Order)
	}
	if _, err := b.settle(ctx, m, open.sale); err != nil {
		return err
	}
	return l.hear(open.Order, terminal.KindSettled)
}
