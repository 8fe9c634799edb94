package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"kasir/display"
	"kasir/display/desk"
	"kasir/display/frame"
	"kasir/terminal"
)

// panelKind is one kind of panel, as -panel names it.
type panelKind struct {
	name  string
	where string // what comes after "name:"; "" when nothing does
	open  func(t *till, panels *crew, where string) (*face, error)
}

func (k panelKind) form() string {
	if k.where == "" {
		return k.name
	}
	return k.name + ":" + k.where
}

// panelKinds are the values of -panel.
var panelKinds = map[string]panelKind{
	"png": {"png", "DIR", openPNGs},
	"tty": {"tty", "", openWindow},
	"web": {"web", "ADDR", openWeb},
}

// checkPanel says what is wrong with a value of -panel.
func checkPanel(text string) error {
	name, where, cut := strings.Cut(text, ":")
	kind, there := panelKinds[name]
	switch {
	case !there:
		return fmt.Errorf("-panel %s: there are %s", text, kindsOf(panelKinds))
	case kind.where == "" && cut:
		return fmt.Errorf("-panel %s: want just %s", text, kind.form())
	case kind.where != "" && where == "":
		return fmt.Errorf("-panel %s: want %s", text, kind.form())
	}
	return nil
}

// face is a panel, what it shows, and what else is built into it.
type face struct {
	panel   frame.Panel
	glass   *display.Glass
	speaker terminal.Speaker // nil: it has none
	shown   latest           // what can be seen on it
}

// faces are all panels of a till; every one shows every view.
type faces struct {
	all    []*face
	also   []func(terminal.View) // lamps; they must not block
	wanted latest
	first  func()        // a picture can be seen
	lit    chan struct{} // closed with the first of them
}

func newFaces() faces {
	lit := make(chan struct{})
	return faces{lit: lit, first: sync.OnceFunc(func() { close(lit) })}
}

// seen waits until there is a picture on a panel, but not for longer than most.
func (fs *faces) seen(ctx context.Context, most time.Duration) {
	select {
	case <-fs.lit:
	case <-ctx.Done():
	case <-time.After(most):
	}
}

// openFaces opens the panels and lets them show what they are told.
func (t *till) openFaces(panels *crew) error {
	var err error
	if t.voice, err = openVoice(t.voiceDir, t.log); err != nil {
		return err
	}
	if err := t.openBoard(panels); err != nil {
		return err
	}
	for _, p := range t.panels {
		name, where, _ := strings.Cut(p, ":")
		f, err := panelKinds[name].open(t, panels, where)
		if err != nil {
			return fmt.Errorf("open panel %s: %w", p, err)
		}
		if err := t.light(panels, f, t.format, display.GlassOptions{}); err != nil {
			return &misuseError{fmt.Errorf("open panel %s: %w", p, err)}
		}
	}
	return nil
}

// light puts a glass over a panel and keeps it showing. The panel is closed
// with the others from here on.
func (t *till) light(panels *crew, f *face, format frame.Format, o display.GlassOptions) (err error) {
	t.faces.all = append(t.faces.all, f)
	o.Log, o.Shown = t.log, func(v terminal.View) {
		f.shown.set(v)
		t.faces.first()
	}
	if f.glass, err = display.NewGlass(f.panel, format, o); err != nil {
		return err
	}
	if !t.bench {
		panels.Go(f.panel.String(), f.glass.Run)
	}
	return nil
}

// Show implements terminal.Glass.
func (fs *faces) Show(v terminal.View) {
	fs.wanted.set(v)
	for _, f := range fs.all {
		f.glass.Show(v)
	}
	for _, show := range fs.also {
		show(v)
	}
}

// settle waits until what was shown last can be seen everywhere, but not for
// longer than most: a broken panel must not keep a till from ending.
func (fs *faces) settle(most time.Duration) {
	last := fs.wanted.get()
	for deadline := time.Now().Add(most); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if last.Screen == nil || !slices.ContainsFunc(fs.all, func(f *face) bool { return f.shown.get() != last }) {
			return
		}
	}
}

// close lets go of the panels, whose goroutines have ended.
func (fs *faces) close() error {
	var errs []error
	for _, f := range fs.all {
		if err := f.panel.Close(); err != nil {
			errs = append(errs, fmt.Errorf("close panel %s: %w", f.panel, err))
		}
	}
	return errors.Join(errs...)
}

func openPNGs(t *till, _ *crew, where string) (*face, error) {
	p, err := desk.NewPNGs(where, t.format.Size)
	return &face{panel: p}, err
}

func openWindow(t *till, _ *crew, _ string) (*face, error) {
	return &face{panel: desk.NewTTY(t.stdout, t.format.Size, nil)}, nil
}
