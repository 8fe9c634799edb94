package main

import (
	"bytes"
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kasir/display/frame"
	"kasir/terminal"
)

func TestSelftest(t *testing.T) {
	dir := t.TempDir()
	full := filepath.Join(dir, "no-directory")
	if err := os.WriteFile(full, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		args  []string
		code  int
		want  []string
		lines int
	}{
		{"all", []string{"-dir", dir}, ok, []string{"OK   commit: a record is durable", "OK   journal: the sale of selftest-1", "OK   code: 273 characters", "OK   panel: a sale on ili9341 320x240"}, 4},
		{"one", []string{"-dir", dir, "-part", "code"}, ok, []string{"OK   code"}, 1},
		{"journal alone", []string{"-dir", dir, "-part", "journal"}, ok, []string{"OK   journal"}, 1},
		{"no such part", []string{"-part", "sound"}, misuse, []string{"there are commit, journal, code and panel"}, 0},
		{"nowhere to write", []string{"-dir", full}, failed, []string{"make directory"}, 0},
		{"help", []string{"-h"}, ok, []string{"without hardware"}, -1},
	} {
		var out, errs bytes.Buffer
		if code := run(t.Context(), append([]string{"selftest"}, c.args...), nil, &out, &errs); code != c.code {
			t.Errorf("%s: exit code %d, want %d: %s", c.name, code, c.code, &errs)
		}
		for _, want := range c.want {
			if !strings.Contains(out.String()+errs.String(), want) {
				t.Errorf("%s: does not say %q:\n%s%s", c.name, want, &out, &errs)
			}
		}
		if n := strings.Count(out.String(), "\n"); c.lines >= 0 && n != c.lines {
			t.Errorf("%s: %d lines, want %d:\n%s", c.name, n, c.lines, &out)
		}
	}
	left, err := filepath.Glob(filepath.Join(dir, "kasir-selftest-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("it left %v behind, %v", left, err)
	}
}

// TestSelftestCanFail gives the parts something that does not work.
func TestSelftestCanFail(t *testing.T) {
	silent := func(string, ...any) {}
	if err := tryJournal(t.Context(), filepath.Join(t.TempDir(), "away"), silent); err == nil {
		t.Error("a journal was kept in a directory that is not there")
	}
	good := trialCode()
	bad := strings.Replace(good, "JAKARTA", "JAKARTE", 1)
	if m := (terminal.Expect{}).Attest(bad, trialAmount); m != terminal.MismatchCRC {
		t.Errorf("a changed code is %v, want %v", m, terminal.MismatchCRC)
	}
	f := frame.New(frame.Format{Size: image.Pt(64, 64), Depth: frame.RGB565})
	f.Clear(frame.White)
	f.Span(7, 3, 9, frame.Black)
	seen := image.NewRGBA(image.Rect(0, 0, 64, 64))
	for i := range seen.Pix {
		seen.Pix[i] = 0xff
	}
	if got := wrongPixels(seen, f); got != 64*64 {
		t.Errorf("blank glass has %d wrong pixels, want all of them", got)
	}
	copy(seen.Pix[seen.PixOffset(3, 7):], make([]byte, 4*5))
	if got := wrongPixels(seen, f); got != 1 {
		t.Errorf("%d pixels are wrong, want 1", got)
	}
}
