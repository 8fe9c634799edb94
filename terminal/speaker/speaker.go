package speaker

import (
	"log/slog"

	"kasir/terminal"
)

// Silent is a till without a speaker.
type Silent struct{}

// Play implements terminal.Speaker.
func (Silent) Play(terminal.Sound, terminal.Lang) {}

// Log is a speaker that writes each tone with a meaning to a log, and the
// clicks of keys for who looks closer.
func Log(l *slog.Logger) terminal.Speaker { return logged{l} }

type logged struct{ log *slog.Logger }

func (s logged) Play(sound terminal.Sound, _ terminal.Lang) {
	switch sound.Tone {
	case terminal.Silence:
	case terminal.ToneKey, terminal.ToneRefuse:
		s.log.Debug("tone", "tone", sound.Tone.String())
	default:
		s.log.Info("tone", "tone", sound.Tone.String(), "amount", int64(sound.Amount))
	}
}

// Fan is a speaker that is all of these, in their order.
func Fan(all ...terminal.Speaker) terminal.Speaker { return fan(all) }

type fan []terminal.Speaker

func (f fan) Play(sound terminal.Sound, lang terminal.Lang) {
	for _, s := range f {
		s.Play(sound, lang)
	}
}
