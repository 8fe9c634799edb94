package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestBoards(t *testing.T) {
	mine := filepath.Join(t.TempDir(), "mine.conf")
	if err := os.WriteFile(mine, []byte("panel nothing\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		code int
		want []string
	}{
		{[]string{"boards"}, ok, []string{"epaper-4in2.conf", "0.85", "comfortable", "+ ssd1306", "cashier", "evdev"}},
		{[]string{"boards", "-kinds"}, ok, []string{"st7789-1.3", "refused", "250x122", "close-up"}},
		{[]string{"boards", "lcd-2in8"}, ok, []string{"320x240", "0.54"}},
		{[]string{"boards", "-h"}, ok, []string{"comfortable  0.5 mm"}},
		{[]string{"boards", mine}, misuse, []string{`line 1: "nothing" is no kind of glass`}},
		{[]string{"boards", "-wrong"}, misuse, []string{"-wrong"}},
	} {
		var out, errs bytes.Buffer
		code := run(t.Context(), c.args, nil, &out, &errs)
		if code != c.code {
			t.Errorf("%q: exit code %d, want %d: %s", c.args, code, c.code, &errs)
		}
		for _, want := range c.want {
			if !strings.Contains(out.String()+errs.String(), want) {
				t.Errorf("%q does not say %q:\n%s%s", c.args, want, &out, &errs)
			}
		}
	}
}
