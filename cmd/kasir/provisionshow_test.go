package main

import (
	"bytes"
	"image"
	"log/slog"
	"strings"
	"testing"
	"time"

	"kasir/cmd/kasir/board"
	"kasir/cmd/kasir/hardware"
	"kasir/cmd/kasir/provision"
)

// TestShowProblems wants what is wrong to be seen on emulated glass, another
// picture for each problem, and nothing on the wire that the glass objects to.
func TestShowProblems(t *testing.T) {
	b, err := board.Read("emu-2in8")
	if err != nil {
		t.Fatal(err)
	}
	h, err := hardware.Open(board.Board{Panel: b.Panel, Keys: board.Keys{Source: "stdin"}}, hardware.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, what := range []string{"name has no value", "backend: want an address", "board is missing"} {
		if err := showProblems(t.Context(), h.Panel, b.Panel.Format(), []provision.Problem{{Line: 1, What: what}}); err != nil {
			t.Fatal(err)
		}
		m := h.Seen().(*image.RGBA)
		if n := bytes.Count(m.Pix, []byte{0xff, 0xff, 0xff, 0xff}); n > len(m.Pix)/4-2000 {
			t.Errorf("%s: %d pixels are white: there is nothing to be read", what, n)
		}
		if other, twice := seen[string(m.Pix)]; twice {
			t.Errorf("%q and %q look the same", what, other)
		}
		seen[string(m.Pix)] = what
	}
	if wrong := h.Wrong(); len(wrong) > 0 {
		t.Error(wrong)
	}
	if err := h.Panel.Close(); err != nil {
		t.Error(err)
	}
	if err := h.Close(); err != nil {
		t.Error(err)
	}
}

// TestProvisionShows goes through the command: on the glass that the file names,
// or on the one from before, or nowhere, which is said.
func TestProvisionShows(t *testing.T) {
	onEmu := strings.Replace(askGood, "lcd-2in8", "emu-2in8", 1)
	for _, c := range []struct{ name, before, text, want string }{
		{"its own glass", "", strings.Replace(onEmu, "https", "gopher", 1), "line 2: backend"},
		{"the glass before", onEmu, "name toko-1\n", "backend is missing"},
		{"no glass", "", "name toko-1\n", "nobody said which glass"},
	} {
		at := newCard(t, nil)
		if c.before != "" {
			at.put(t, map[string]string{askFile: c.before})
			at.take(t, ok)
		}
		at.put(t, map[string]string{askFile: c.text})
		var out, errs bytes.Buffer
		began := time.Now()
		code := run(t.Context(), []string{"provision", "-boot", at.boot, "-data", at.data, "-show", "300ms"}, nil, &out, &errs)
		shown := time.Since(began) >= 300*time.Millisecond
		if code != failed || !strings.Contains(errs.String(), c.want) || shown != (c.name != "no glass") {
			t.Errorf("%s: exit code %d, shown %v: %s", c.name, code, shown, &errs)
		}
	}
}
