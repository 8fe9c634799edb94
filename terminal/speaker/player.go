package speaker

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"kasir/terminal"
	"kasir/terminal/speaker/queue"
	"kasir/terminal/speaker/voice"
)

// Player is a speaker that takes time to play. Play returns at once and may be
// called from any goroutine; what it was given is heard while Run runs, in the
// order that its queue decides.
type Player struct {
	log  *slog.Logger
	poke chan struct{}
	// play makes the notes heard until they are over or ctx ends, and leaves
	// silence either way.
	play func(ctx context.Context, notes []Note, v terminal.Volume) error
	// say does the same for a sentence; nil for a thing that only hums.
	say   func(ctx context.Context, pcm []int16, v terminal.Volume) error
	voice voice.Set

	mu      sync.Mutex
	queue   queue.Queue
	cut     context.CancelFunc // ends what is heard now
	failing bool
}

func newPlayer(log *slog.Logger, play func(context.Context, []Note, terminal.Volume) error) *Player {
	return &Player{log: log, poke: make(chan struct{}, 1), play: play}
}

// talk gives it a voice.
func (p *Player) talk(v voice.Set, say func(context.Context, []int16, terminal.Volume) error) {
	p.voice, p.say, p.queue.Speaks = v, say, v != voice.Set{}
}

// afterTone is how long a sentence waits for the tone before it to fade.
const afterTone = 150 * time.Millisecond

// NewTalker is a speaker that only talks; the tones are another's, and it waits
// while they are heard. say is given a sentence (voice.Rate, one channel) and
// how loud it is; it returns when that is over, or ctx has ended and it is
// silent.
func NewTalker(log *slog.Logger, v voice.Set, say func(ctx context.Context, pcm []int16, v terminal.Volume) error) *Player {
	p := newPlayer(log, func(ctx context.Context, notes []Note, _ terminal.Volume) error {
		pause(ctx, time.Now().Add(length(notes)+afterTone))
		return ctx.Err()
	})
	p.talk(v, say)
	p.queue.Lightest = queue.Replay
	return p
}

// Play implements terminal.Speaker.
func (p *Player) Play(sound terminal.Sound, lang terminal.Lang) {
	p.mu.Lock()
	defer p.mu.Unlock()
	cut, lost := p.queue.Take(sound, lang)
	p.mourn(lost)
	if cut && p.cut != nil {
		p.cut()
	}
	select {
	case p.poke <- struct{}{}:
	default:
	}
}

// mourn says in the log which money is not announced.
func (p *Player) mourn(lost []queue.Item) {
	for _, i := range lost {
		p.log.Error("money is not announced: too much came at once", "order", string(i.Order), "amount", int64(i.Amount))
	}
}

// Run plays until ctx ends, and returns its cause. A sound that cannot be
// played is a line in the log, the first of a row only.
func (p *Player) Run(ctx context.Context) error {
	for {
		for p.one(ctx) {
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-p.poke:
		}
	}
}

// one plays the next part; false when there is none.
func (p *Player) one(ctx context.Context) bool {
	if ctx.Err() != nil {
		return false
	}
	ctx, cut := context.WithCancel(ctx)
	defer cut()
	p.mu.Lock()
	part, ok, lost := p.queue.Turn()
	p.mourn(lost)
	p.cut = cut
	p.mu.Unlock()
	if !ok {
		return false
	}
	var err error
	if part.Said {
		if pcm := p.voice.Say(part.Lang, part.Words()); pcm != nil {
			err = p.say(ctx, pcm, part.Volume)
		}
	} else {
		err = p.play(ctx, Pattern(part.Tone), part.Volume)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = nil
	if err == nil {
		p.queue.Over(part)
	}
	if ctx.Err() != nil {
		return true // cut: an error says nothing
	}
	if err != nil && !p.failing {
		p.log.Warn("sound cannot be played", "tone", part.Tone.String(), "err", err)
	}
	p.failing = err != nil
	return true
}

// length is how long notes take.
func length(notes []Note) (whole time.Duration) {
	for _, n := range notes {
		whole += n.Dur
	}
	return whole
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
