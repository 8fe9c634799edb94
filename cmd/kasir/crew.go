package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"kasir/terminal/keypad"
)

// crew is goroutines that stand and fall together: an error or a panic of one
// ends them all, because a till without its network or its keys should be
// started again, not limp.
type crew struct {
	log  *slog.Logger
	ctx  context.Context
	stop context.CancelCauseFunc
	all  sync.WaitGroup
}

func newCrew(ctx context.Context, log *slog.Logger) *crew {
	c := &crew{log: log}
	c.ctx, c.stop = context.WithCancelCause(ctx)
	return c
}

// Go runs work in a goroutine of its own.
func (c *crew) Go(name string, work func(context.Context) error) {
	c.all.Go(func() { c.do(name, work) })
}

// do runs work here. What it returns while the crew is needed ends the crew.
func (c *crew) do(name string, work func(context.Context) error) {
	defer func() {
		if p := recover(); p != nil {
			c.log.Error("panic", "in", name, "what", fmt.Sprint(p), "stack", string(debug.Stack()))
			c.stop(fmt.Errorf("run %s: panic: %v", name, p))
		}
	}()
	if err := work(c.ctx); err != nil && c.ctx.Err() == nil {
		c.stop(fmt.Errorf("run %s: %w", name, err))
	}
}

// dismiss ends the crew, waits for every one of it, but not for ever, and says
// why it ended: nil when it was dismissed, or when whoever started it ended it.
func (c *crew) dismiss(most time.Duration) error {
	c.stop(nil)
	done := make(chan struct{})
	go func() {
		c.all.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(most):
		return fmt.Errorf("a room did not end within %v; left without it", most)
	}
	cause := context.Cause(c.ctx)
	if errors.Is(cause, context.Canceled) || errors.Is(cause, keypad.ErrQuit) {
		return nil
	}
	return cause
}
