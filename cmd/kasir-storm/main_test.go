package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	for _, tc := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"many", []string{"-seeds", "130"}, 0, "130 stories"},
		{"one", []string{"-seed", "7"}, 0, "seed 7:"},
		{"a planted bug", []string{"-seeds", "500", "-plant", "cancel believed without read-back"}, 1, "the story: kasir-storm -seed"},
		{"no such plant", []string{"-plant", "a tree"}, 2, "find plant"},
		{"too much", []string{"more"}, 2, "read flags"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var out bytes.Buffer
			if code := run(t.Context(), tc.args, &out, &out); code != tc.code || !strings.Contains(out.String(), tc.want) {
				t.Errorf("exit %d, want %d, and %q in:\n%s", code, tc.code, tc.want, out.String())
			}
		})
	}
}

// TestWorkersChangeNothing: what comes out depends on the seeds alone.
func TestWorkersChangeNothing(t *testing.T) {
	one, four := storm(t.Context(), job{seeds: 200, first: 1, workers: 1}), storm(t.Context(), job{seeds: 200, first: 1, workers: 4})
	if one.hash != four.hash || one.steps != four.steps || one.told != four.told {
		t.Errorf("one worker: %d stories, %x; four: %d, %x", one.told, one.hash, four.told, four.hash)
	}
}
