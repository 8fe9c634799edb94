package cmd_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"
)

// story is what everybody did, in order, with the time since the beginning.
type story struct {
	mu    sync.Mutex
	began time.Time
	lines []string
}

const (
	storyWidth = 200  // characters of one line
	storyLines = 2000 // the oldest are forgotten beyond it
)

func newStory() *story { return &story{began: time.Now()} }

func (s *story) say(who, format string, args ...any) {
	text := strings.ReplaceAll(fmt.Sprintf(format, args...), "\n", " ")
	if len(text) > storyWidth {
		text = text[:storyWidth] + "…"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.lines) >= storyLines {
		s.lines = append(s.lines[:0], s.lines[storyLines/2:]...)
	}
	at := time.Since(s.began)
	s.lines = append(s.lines, fmt.Sprintf("%4d:%06.3f  %-8s  %s", at/time.Minute, (at%time.Minute).Seconds(), who, text))
}

func (s *story) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.lines, "\n")
}

// log is a logger that tells the story in the name of who.
func (s *story) log(who string) *slog.Logger { return slog.New(teller{story: s, who: who}) }

// teller is a slog.Handler. What programs say for their own debugging stays
// out: the network tells of every request already.
type teller struct {
	story *story
	who   string
	more  string
}

func (t teller) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelInfo }

func (t teller) Handle(_ context.Context, r slog.Record) error {
	var b strings.Builder
	if r.Level > slog.LevelInfo {
		b.WriteString(r.Level.String() + " ")
	}
	b.WriteString(r.Message + t.more)
	r.Attrs(func(a slog.Attr) bool {
		if v := a.Value.String(); v != "" {
			b.WriteString(" " + a.Key + "=" + v)
		}
		return true
	})
	t.story.say(t.who, "%s", b.String())
	return nil
}

func (t teller) WithAttrs(attrs []slog.Attr) slog.Handler {
	for _, a := range attrs {
		t.more += " " + a.Key + "=" + a.Value.String()
	}
	return t
}

func (t teller) WithGroup(string) slog.Handler { return t }
