package speaker

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os/exec"
	"strings"
	"time"

	"kasir/terminal"
	"kasir/terminal/speaker/queue"
	"kasir/terminal/speaker/voice"
)

// ALSAOpts says where tones go that are played by ALSA.
type ALSAOpts struct {
	// Device is ALSA's name for it ("plughw:1,0"); "" is the default device.
	Device string
	// Clicks are tones for keys as well. Every tone starts a program, which on
	// the smallest boards takes longer than from one key to the next.
	Clicks bool
	Voice  voice.Set // that talks after the tones; zero for none
	Log    *slog.Logger
}

// alsaWait is how long a sound may take beyond its own length: a sound card that is
// unplugged while it plays lets aplay wait for ever.
const alsaWait = 3 * time.Second

// NewALSA plays tones and sentences by aplay(1) of package alsa-utils, and fails when that
// is not installed. One aplay runs at a time, and is killed when it is cut.
func NewALSA(o ALSAOpts) (*Player, error) {
	path, err := exec.LookPath("aplay")
	if err != nil {
		return nil, fmt.Errorf("find aplay (package alsa-utils): %w", err)
	}
	a := &aplay{ALSAOpts: o, path: path}
	p := newPlayer(o.Log, func(ctx context.Context, notes []Note, v terminal.Volume) error {
		return a.play(ctx, Samples(notes), v)
	})
	p.talk(o.Voice, a.play)
	if !o.Clicks {
		p.queue.Lightest = queue.Hint
	}
	return p, nil
}

type aplay struct {
	ALSAOpts
	path string
}

func (a *aplay) play(ctx context.Context, pcm []int16, v terminal.Volume) error {
	length := alsaWait + time.Duration(len(pcm))*time.Second/rate
	ctx, stop := context.WithTimeout(ctx, length)
	defer stop()
	args := []string{"-q", "-t", "wav"}
	if a.Device != "" {
		args = append(args, "-D", a.Device)
	}
	said := new(few)
	cmd := exec.CommandContext(ctx, a.path, append(args, "-")...)
	cmd.Stdin, cmd.Stderr = bytes.NewReader(File(pcm, v)), said
	cmd.WaitDelay = alsaWait // for a child of its own that keeps the pipes
	err := cmd.Run()
	switch {
	case err == nil:
		return nil
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return fmt.Errorf("play by aplay: nothing heard for %s", length)
	}
	return fmt.Errorf("play by aplay: %w: %s", err, strings.TrimSpace(string(said.text)))
}

// few keeps the beginning of what is written.
type few struct{ text []byte }

func (f *few) Write(b []byte) (int, error) {
	f.text = append(f.text, b[:min(len(b), 200-len(f.text))]...)
	return len(b), nil
}
