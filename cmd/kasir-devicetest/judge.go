package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"

	"kasir/cmd/kasir-devicetest/card"
	"kasir/terminal"
)

// judge looks at the card as it is, and at n others that it could have become: cut
// at the moment of the last word or later, with what was not flushed dropped
// altogether or half of it. It returns how many it looked at, and what was missing.
func (b *bench) judge(ctx context.Context, image string, l *life, n int, dice *rand.Rand) (count int, lost []word, err error) {
	after, err := card.DataOf(image)
	if err != nil {
		return 0, nil, err
	}
	if lost, err = b.missing(ctx, after, append(l.known, l.words...)); err != nil || len(lost) > 0 {
		return 1, lost, err
	}
	writes, err := card.ReadLog(l.log)
	if err != nil {
		return 1, nil, err
	}
	part, err := card.Find(image, card.Data)
	if err != nil {
		return 1, nil, err
	}
	for i := range n {
		last := l.words[dice.IntN(len(l.words))]
		if i == 0 {
			last = l.words[len(l.words)-1]
		}
		at := card.Until(writes, last.at)
		keep := 0.0
		if i > 0 {
			at += dice.IntN(len(writes) - at + 1)
			keep = .5
		}
		told := append([]word(nil), l.known...)
		for _, w := range l.words {
			if card.Until(writes, w.at) <= at {
				told = append(told, w)
			}
		}
		if lost, err = b.missing(ctx, card.Cut(l.before, part, writes[:at], keep, dice), told); err != nil || len(lost) > 0 {
			return i + 2, lost, err
		}
	}
	return n + 1, nil, nil
}

// missing is which of the words are not in the journal of a data partition, which
// must verify.
func (b *bench) missing(ctx context.Context, data []byte, told []word) (lost []word, err error) {
	dir, err := os.MkdirTemp(b.dir, "data-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := card.Files(ctx, data, dir, "/kasir/journal.db", "/kasir/journal.db-wal"); err != nil {
		return nil, err
	}
	out, err := exec.CommandContext(ctx, filepath.Join(b.bin, "kasir"), "journal", "-journal", filepath.Join(dir, "journal.db"), "-format", "json").Output()
	if err != nil {
		return nil, fmt.Errorf("verify journal: %w", err)
	}
	var rows []struct {
		Kind  terminal.Kind `json:"kind"`
		Order string        `json:"order_id"`
	}
	if err := json.Unmarshal(out, &rows); err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	there := map[word]bool{}
	for _, r := range rows {
		there[word{r.Order, r.Kind, 0}] = true
	}
	for _, w := range told {
		if !there[word{w.order, w.kind, 0}] {
			lost = append(lost, w)
		}
	}
	return lost, nil
}

// errHolds is what is wrong with a control that survives.
var errHolds = errors.New("a till that does not flush its journal loses nothing: these cuts prove nothing")

// tryControl is one life of a till whose journal is not flushed (synchronous=OFF),
// judged as the others are. It must lose what it told.
func (b *bench) tryControl(ctx context.Context) error {
	other := *b
	other.card = b.control
	image, err := other.newCard(ctx, "control")
	if err != nil {
		return err
	}
	dice := rand.New(rand.NewPCG(b.seed, 1))
	l, _, err := other.live(ctx, image, 0, nil, nil, dice)
	if err != nil {
		return err
	}
	count, lost, err := other.judge(ctx, image, l, replays, dice)
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		b.say("without flushing: after cut %d the journal does not verify", count)
		return nil
	}
	if err == nil && len(lost) == 0 {
		err = errHolds
	}
	if err != nil {
		return err
	}
	b.say("without flushing: cut %d lost %d of %d words", count, len(lost), len(l.words))
	return nil
}
