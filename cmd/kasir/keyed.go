package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"kasir/cmd/kasir/provision"
	"kasir/terminal"
)

// errKeyed ends a till whose settings were keyed: what starts it again takes them
// first (see provision -keyed).
var errKeyed = errors.New("settings were keyed; the till starts anew with them")

// keyed hands settings over that a technician keyed on this till. It runs without
// any right to change them itself.
type keyed struct {
	path   string
	wishes chan []terminal.Wish
	log    *slog.Logger
}

func newKeyed(path string, log *slog.Logger) *keyed {
	return &keyed{path, make(chan []terminal.Wish, 1), log}
}

// Take implements terminal.Setup.
func (k *keyed) Take(w []terminal.Wish) {
	select {
	case k.wishes <- w:
	default: // the till is about to end already
	}
}

// serve writes the first wishes down and ends.
func (k *keyed) serve(ctx context.Context) error {
	var wishes []terminal.Wish
	select {
	case wishes = <-k.wishes:
	case <-ctx.Done():
		return nil
	}
	var text strings.Builder
	for _, w := range wishes {
		fmt.Fprintf(&text, "%s %s\n", w.Setting, w.Value)
		k.log.Info("setting keyed", "setting", w.Setting.String())
	}
	if err := replace(k.path, []byte(text.String()), 0o600); err != nil {
		return fmt.Errorf("write keyed settings: %w", err)
	}
	time.Sleep(time.Second) // so that the glass has said it
	return errKeyed
}

// kept are the entries of kasir.txt that a till already has, by the flag that
// its config file has them under.
var kept = []struct{ entry, flag string }{
	{"name", "device"}, {"backend", "backend"}, {"board", "board"}, {"language", "lang"},
	{"merchant", "merchant"}, {"zone", "zone"}, {"update-window", "update-window"},
	{"least", "least"}, {"most", "most"}, {"quick", "quick"},
}

// takeKeyed takes settings that were keyed on the till itself: they are put over
// those that it has, and the whole is taken as any kasir.txt is. The file is the
// unprivileged till's: it is read once, only if it is a plain file, and no other
// entry than those that can be keyed is looked at.
func (c card) takeKeyed(file string) (s provision.Settings, problems []provision.Problem, err error) {
	info, err := os.Lstat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil, nil
	}
	if err != nil || !info.Mode().IsRegular() {
		return s, nil, errors.Join(fmt.Errorf("read keyed settings: %s is not a plain file", file), err, os.Remove(file))
	}
	text, err := readMost(file, maxAsk)
	if err != nil {
		return s, nil, fmt.Errorf("read keyed settings: %w", err)
	}
	c.boot = filepath.Join(c.data, "system", "keyed")
	if err := os.MkdirAll(c.boot, 0o700); err != nil {
		return s, nil, fmt.Errorf("make directory: %w", err)
	}
	if err := replace(filepath.Join(c.boot, askFile), c.over(string(text)), 0o600); err != nil {
		return s, nil, fmt.Errorf("write keyed settings: %w", err)
	}
	if err := errors.Join(overwrite(file, make([]byte, len(text))), os.Remove(file)); err != nil {
		return s, nil, fmt.Errorf("take keyed settings: %w", err)
	}
	s, problems, err = c.provision()
	return s, problems, errors.Join(err, os.RemoveAll(c.boot))
}

// over is a kasir.txt of what the till is, with what was keyed over it.
func (c card) over(text string) []byte {
	said := map[string]string{}
	for _, k := range kept {
		said[k.entry] = c.said(k.flag)
	}
	names := []string{}
	for _, k := range kept {
		names = append(names, k.entry)
	}
	for i := terminal.Setting(0); i <= terminal.SetCode; i++ {
		for line := range strings.Lines(text) {
			if value, is := strings.CutPrefix(strings.TrimRight(line, "\n"), i.String()+" "); is {
				if _, known := said[i.String()]; !known {
					names = append(names, i.String())
				}
				said[i.String()] = value
			}
		}
	}
	var b strings.Builder
	for _, name := range names {
		if value := said[name]; value != "" {
			fmt.Fprintf(&b, "%s %s\n", name, value)
		}
	}
	return []byte(b.String())
}
