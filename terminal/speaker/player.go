package speaker

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"kasir/terminal"
)

// Player is a speaker that takes time to play. Play returns at once and may be
// called from any goroutine; what it was given is heard while Run runs.
//
// It keeps one tone to play next, so that nobody hears what is long over:
//   - a verdict (paid, failed, unsure, late, alarm) cuts any other tone, but
//     never a verdict; it waits for that to end, and the newest waits alone;
//   - among the others the newest cuts those that mean as little as itself: a
//     click does not cut the tone for a code, nor does it wait for that to end.
type Player struct {
	log  *slog.Logger
	poke chan struct{}
	// play makes the notes heard until they are over or ctx ends, and leaves
	// silence either way.
	play     func(ctx context.Context, notes []Note) error
	lightest weight // of the tones that are played at all

	mu      sync.Mutex
	next    terminal.Tone // Silence for none
	now     terminal.Tone
	cut     context.CancelFunc // ends now
	failing bool
}

func newPlayer(log *slog.Logger, play func(context.Context, []Note) error) *Player {
	return &Player{log: log, poke: make(chan struct{}, 1), play: play}
}

// weight is how much a tone means.
type weight uint8

const (
	nothing weight = iota
	click
	hint
	verdict
)

func weigh(t terminal.Tone) weight {
	switch t {
	case terminal.Silence:
		return nothing
	case terminal.ToneKey, terminal.ToneRefuse:
		return click
	case terminal.ToneReady:
		return hint
	}
	return verdict
}

// Play implements terminal.Speaker.
func (p *Player) Play(sound terminal.Sound, _ terminal.Lang) {
	if len(Pattern(sound.Tone)) == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	w := weigh(sound.Tone)
	if w < p.lightest || w < weigh(p.now) || w < weigh(p.next) {
		return
	}
	p.next = sound.Tone
	if p.cut != nil && weigh(p.now) != verdict {
		p.cut()
	}
	select {
	case p.poke <- struct{}{}:
	default:
	}
}

// Run plays until ctx ends, and returns its cause. A tone that cannot be
// played is a line in the log, the first of a row only.
func (p *Player) Run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-p.poke:
		}
		p.one(ctx)
	}
}

// one plays the tone that waits.
func (p *Player) one(ctx context.Context) {
	ctx, cut := context.WithCancel(ctx)
	defer cut()
	p.mu.Lock()
	tone := p.next
	p.next, p.now, p.cut = terminal.Silence, tone, cut
	p.mu.Unlock()
	var err error
	if tone != terminal.Silence {
		err = p.play(ctx, Pattern(tone))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now, p.cut = terminal.Silence, nil
	if ctx.Err() != nil {
		return // cut: an error says nothing
	}
	if err != nil && !p.failing {
		p.log.Warn("tone cannot be played", "tone", tone.String(), "err", err)
	}
	p.failing = err != nil
}

// pause waits until at. It is false when ctx ended before.
func pause(ctx context.Context, at time.Time) bool {
	wait := time.NewTimer(time.Until(at))
	defer wait.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-wait.C:
		return true
	}
}
