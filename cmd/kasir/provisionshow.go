package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"kasir/cmd/kasir/board"
	"kasir/cmd/kasir/hardware"
	"kasir/cmd/kasir/provision"
	"kasir/display"
	"kasir/display/frame"
)

const (
	maxShown  = 3                // problems on the glass; the others are in the report
	showMost  = 15 * time.Second // to bring a picture to any glass
	headShown = "kasir.txt"
)

// show leaves what is wrong with kasir.txt on the till's glass for a while. Which
// glass that is stands in the same file; where that line is wrong too, it is the
// glass that the till had before.
func (c card) show(ctx context.Context, name string, problems []provision.Problem, long time.Duration) (err error) {
	if name == "" {
		name = c.said("board")
	}
	if name == "" {
		return errors.New("show problems: nobody said which glass there is")
	}
	b, err := board.Read(name)
	if err != nil {
		return fmt.Errorf("show problems: %w", err)
	}
	// The glass alone: a keypad that is not plugged in is no reason to show nothing.
	h, err := hardware.Open(board.Board{Name: b.Name, Panel: b.Panel, Keys: board.Keys{Source: "stdin"}}, hardware.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return fmt.Errorf("show problems: %w", err)
	}
	defer func() { err = errors.Join(err, h.Panel.Close(), h.Close()) }()
	if err := showProblems(ctx, h.Panel, b.Panel.Format(), problems); err != nil {
		return fmt.Errorf("show problems: %w", err)
	}
	select {
	case <-ctx.Done():
	case <-time.After(long):
	}
	return nil
}

func showProblems(ctx context.Context, panel frame.Panel, format frame.Format, problems []provision.Problem) error {
	r, err := display.NewRenderer(format)
	if err != nil {
		return err
	}
	p := display.Poster{Mood: display.Bad, Name: thisBuild().short(), Head: headShown}
	for _, one := range problems[:min(len(problems), maxShown)] {
		p.Lines = append(p.Lines, one.String())
	}
	f := frame.New(format)
	if err := r.Poster(f, p); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, showMost)
	defer cancel()
	return panel.Show(ctx, f, frame.Full, f.Bounds())
}
