package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"kasir/display/desk"
	"kasir/terminal"
	"kasir/terminal/speaker"
	"kasir/terminal/speaker/voice"
)

// voiceDir is where an image has the recordings. They are not part of the
// program, which has to stay small.
const voiceDir = "/usr/share/kasir/voice"

var volumes = []choice[terminal.Volume]{{"loud", terminal.Loud}, {"medium", terminal.Medium}, {"soft", terminal.Soft}, {"tones", terminal.TonesOnly}}

// openVoice reads the recordings. A till can sell without: only a directory
// that somebody named must be there.
func openVoice(dir string, log *slog.Logger) (voice.Set, error) {
	where := dir
	if dir == "" {
		where = voiceDir
	}
	v, err := voice.Open(os.DirFS(where))
	switch {
	case err == nil:
		return v, nil
	case dir != "":
		return v, &misuseError{fmt.Errorf("-voice %s: %w", dir, err)}
	case errors.Is(err, fs.ErrNotExist):
		log.Debug("there is no voice: tones only", "dir", where)
	default:
		log.Error("the voice cannot be used: tones only", "err", err)
	}
	return voice.Set{}, nil
}

// page is a web panel as a speaker: its tones are heard at once, and the
// sentences after them when their turn comes.
type page struct {
	web    *desk.Web
	talker *speaker.Player // nil without a voice
}

// Play implements terminal.Speaker.
func (p page) Play(s terminal.Sound, lang terminal.Lang) {
	p.web.Loud(speaker.Gain(s.Volume))
	p.web.Tone(s.Tone.String())
	if p.talker != nil {
		p.talker.Play(s, lang)
	}
}

// pageSpeaker is the speaker of a web panel, which talks while panels runs.
func (t *till) pageSpeaker(panels *crew, w *desk.Web) terminal.Speaker {
	if t.voice == (voice.Set{}) {
		return page{web: w}
	}
	talker := speaker.NewTalker(t.log, t.voice, func(ctx context.Context, pcm []int16, v terminal.Volume) error {
		w.Say(speaker.File(pcm, v))
		over := time.NewTimer(time.Duration(len(pcm)) * time.Second / voice.Rate)
		defer over.Stop()
		select {
		case <-over.C:
			return nil
		case <-ctx.Done():
			w.Hush()
			return ctx.Err()
		}
	})
	panels.Go("voice", talker.Run)
	return page{w, talker}
}
