// Package check is the self-test for the person with the screwdriver: it goes
// through the parts of a till, on the till's own glass and keypad, and says of
// each PASS, FAIL or SKIP, with what to do about it. It is handed the hardware
// and opens none; what needs a person is skipped where there is no glass or
// nobody at the keys. Next room to visit: cmd/kasir, which opens a board and
// runs this on it.
package check

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"kasir/display"
	"kasir/display/frame"
	"kasir/terminal"
)

// Verdict is what came of a part.
type Verdict string

// The verdicts.
const (
	Pass Verdict = "PASS"
	Fail Verdict = "FAIL"
	Skip Verdict = "SKIP" // there is none, or nobody to ask
)

// Result is a part and what came of it.
type Result struct {
	Part    string
	Verdict Verdict
	Say     string // one line, what was found, and what to do when it is bad
}

// Bench is a till laid open. What is nil or empty is not there.
type Bench struct {
	Lang    terminal.Lang
	Device  string
	Version string
	Board   string

	Panel   frame.Panel // the customers' glass
	Format  frame.Format
	Keys    <-chan terminal.Key
	Speaker terminal.Speaker
	Lights  []Light

	Backend *url.URL
	HTTP    *http.Client // asks it as this device; nil: as nobody
	Journal string       // the file
	SPI     bool         // the glass is on a real SPI bus

	Patience time.Duration // how long a person may take over one question
	Out      io.Writer     // a line for each part
}

// Light is a lamp that can be tried.
type Light struct {
	Name string
	Set  func(on bool) error
}

// part is one thing to look at.
type part struct {
	name string
	run  func(*session, context.Context) Result
}

// parts are all of them, in an order that makes sense on a counter: first what
// the rest needs.
var parts = []part{
	{"panel", (*session).panel}, {"scan", (*session).scan}, {"keys", (*session).keys}, {"sound", (*session).sound},
	{"lights", (*session).lights}, {"backend", (*session).backend}, {"journal", (*session).journal},
	{"disk", (*session).disk}, {"spi", (*session).spi}, {"version", (*session).version},
}

// Parts are the names of the parts.
func Parts() []string {
	var names []string
	for _, p := range parts {
		names = append(names, p.name)
	}
	return names
}

// Run goes through the parts that are named, or through all, and shows a
// summary with a support code at the end. It ends early, with what it has, when
// ctx does.
func Run(ctx context.Context, b Bench, only ...string) []Result {
	s := newSession(b)
	var all []Result
	for _, p := range parts {
		if len(only) > 0 && !slices.Contains(only, p.name) {
			continue
		}
		if ctx.Err() != nil {
			break
		}
		r := p.run(s, ctx)
		r.Part = p.name
		all = append(all, r)
		fmt.Fprintf(b.Out, "%s  %-8s %s\n", r.Verdict, r.Part, r.Say)
	}
	if len(only) == 0 {
		s.summary(ctx, all)
	}
	return all
}

// Failed reports whether any part failed.
func Failed(all []Result) bool {
	return slices.ContainsFunc(all, func(r Result) bool { return r.Verdict == Fail })
}

// session is a check going on.
type session struct {
	Bench
	words    *words
	renderer *display.Renderer
	frame    *frame.Frame
	dark     error // why the glass cannot be used
}

func newSession(b Bench) *session {
	if b.Patience <= 0 {
		b.Patience = time.Minute
	}
	s := &session{Bench: b, words: wordsOf(b.Lang)}
	if b.Panel == nil {
		s.dark = errNoGlass
		return s
	}
	s.renderer, s.dark = display.NewRenderer(b.Format)
	if s.dark == nil {
		s.frame = frame.New(b.Format)
	}
	return s
}

// attended reports whether there is a glass to ask on and keys to answer with.
func (s *session) attended() bool { return s.dark == nil && s.Keys != nil }

func pass(format string, args ...any) Result {
	return Result{Verdict: Pass, Say: fmt.Sprintf(format, args...)}
}
func fail(format string, args ...any) Result {
	return Result{Verdict: Fail, Say: fmt.Sprintf(format, args...)}
}
func skip(format string, args ...any) Result {
	return Result{Verdict: Skip, Say: fmt.Sprintf(format, args...)}
}

// summary shows what came of it, and the report as a code that a telephone can
// carry to whoever is asked for help.
func (s *session) summary(ctx context.Context, all []Result) {
	if s.dark != nil {
		return
	}
	bad := 0
	p := display.Poster{Name: s.Device, Mood: display.Good, Head: s.words.allGood, Keys: []display.PosterKey{{Key: "OK", Does: s.words.report}}}
	for _, r := range all {
		if r.Verdict == Fail {
			bad++
			p.Lines = append(p.Lines, r.Part+": "+r.Say)
		}
	}
	if bad > 0 {
		p.Mood, p.Head = display.Bad, fmt.Sprintf(s.words.bad, bad)
		p.Lines = p.Lines[:min(len(p.Lines), 3)]
	}
	if s.show(ctx, p) != nil || s.Keys == nil {
		return
	}
	if _, err := s.press(ctx); err != nil {
		return
	}
	done := display.Poster{Name: s.Device, Head: s.words.support, Lines: []string{s.words.supportDo}, Code: Report(s.Bench, all),
		Keys: []display.PosterKey{{Key: "OK", Does: s.words.done}}}
	if s.show(ctx, done) == nil {
		_, _ = s.press(ctx) // whoever scans it presses OK, or leaves
	}
}

// maxReport is how long a report may be: it must fit a code that the smallest
// of our panels can show.
const maxReport = 260

// Report is the whole check in one line of capitals and digits, which make the
// smallest codes. It holds no address and no key.
func Report(b Bench, all []Result) string {
	short := map[Verdict]string{Pass: "P", Fail: "F", Skip: "S"}
	words := []string{"KASIR", b.Version, b.Device, b.Board}
	for _, r := range all {
		words = append(words, r.Part+":"+short[r.Verdict])
	}
	for _, r := range all {
		if r.Verdict == Fail {
			words = append(words, "/", r.Part, r.Say)
		}
	}
	text := strings.ToUpper(strings.Join(words, " "))
	text = strings.Map(func(c rune) rune {
		if c >= ' ' && c <= '~' {
			return c
		}
		return '?'
	}, strings.Join(strings.Fields(text), " "))
	return text[:min(len(text), maxReport)]
}
