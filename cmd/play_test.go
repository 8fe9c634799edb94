package cmd_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
)

// A play is a text file in testdata/plays: one sentence a line, in words a
// cashier would understand, run against the real till, journal, network code,
// backend and provider in virtual time. The whole language is the table in
// play_language_test.go. When a play fails, the story of what everybody did
// until then is printed.
//
// Whatever a play is about, these hold at every moment of every play, or it
// fails (see play_judge_test.go): LUNAS is never shown of what the provider
// has not settled and the journal does not hold; a code is shown only as the
// provider made it, over the amount that was keyed; and "ended" is never said
// of what can still be paid.

var tell = flag.Bool("story", false, "print the story of every play, not only of those that fail")

const playDir = "testdata/plays"

func TestPlays(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(playDir, "*.play"))
	if err != nil || len(files) == 0 {
		t.Fatalf("list plays: %d found, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".play"), func(t *testing.T) {
			t.Parallel()
			p := readPlay(t, file)
			synctest.Test(t, func(t *testing.T) {
				s := newStage(t, p.settings)
				defer s.close()
				for _, l := range p.lines {
					s.play(p.file, l)
				}
			})
		})
	}
}

// readPlay is the parsed file; a line that is no sentence fails the test.
func readPlay(t *testing.T, file string) playbook {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p, err := parse(file, string(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// play is one line: it happens, everything it causes at this moment happens,
// and nothing that must never be may have been.
func (s *stage) play(file string, l line) {
	s.t.Helper()
	s.story.say("play", "%s", l.text)
	err := l.do(s)
	s.settle()
	if err == nil {
		err = s.broken()
	}
	if err != nil {
		s.t.Fatalf("%s:%d: %s: %v\n%s", file, l.number, l.text, err, s.story)
	}
}
