package keypad

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"kasir/terminal"
)

var errOver = errors.New("the test is over")

// typist runs a source in the background and collects its keys.
type typist struct {
	keys chan terminal.Key
	stop context.CancelCauseFunc
	ran  chan error
}

func start(ctx context.Context, s Source) typist {
	ctx, stop := context.WithCancelCause(ctx)
	t := typist{keys: make(chan terminal.Key), stop: stop, ran: make(chan error, 1)}
	go func() {
		t.ran <- s.Run(ctx, func(k terminal.Key) {
			select {
			case t.keys <- k:
			case <-ctx.Done():
			}
		})
	}()
	return t
}

// take is the next n keys as characters.
func (t typist) take(n int) string {
	var b strings.Builder
	for range n {
		b.WriteRune(rune(<-t.keys))
	}
	return b.String()
}

// end stops the source and is what it ran into.
func (t typist) end() error {
	t.stop(errOver)
	return <-t.ran
}

func TestKeyIsTheContract(t *testing.T) {
	const want = "0123456789zbc\nm+rv①②③④⑤⑥⑦⑧⑨"
	var got []rune
	for r := rune(0); r < 0x3000; r++ {
		if k, ok := Key(r); ok {
			if rune(k) != r {
				t.Errorf("%q became %q", r, rune(k))
			}
			got = append(got, r)
		}
	}
	if n := utf8.RuneCountInString(want); len(got) != n {
		t.Errorf("%d characters are keys, want %d: %q", len(got), n, string(got))
	}
	for _, r := range want {
		if _, ok := Key(r); !ok {
			t.Errorf("%q is no key", r)
		}
	}
}

// All keys that arrive at once come through, in order; everything else is
// passed over. Then no more keys come, and that is not the end.
func TestStdin(t *testing.T) {
	long := strings.Repeat("12z+b\nmc", 5000)
	tests := []struct{ name, in, want string }{
		{"empty", "", ""},
		{"a sale", "25000\n", "25000\n"},
		{"every key", "0123456789zbc\nm+rv", "0123456789zbc\nm+rv"},
		{"others ignored", "1\r\n l x Z é 💰 \x00\x1b\xff2", "1\n2"},
		{"a digit held", "q5q0q\n15q", "5⑤0\n15"},
		{"no line end", "5", "5"},
		{"all at once", long, long},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				for _, r := range []io.Reader{strings.NewReader(tt.in), iotest.OneByteReader(strings.NewReader(tt.in)), iotest.DataErrReader(strings.NewReader(tt.in))} {
					s := start(t.Context(), Stdin(r))
					if got := s.take(utf8.RuneCountInString(tt.want)); got != tt.want {
						t.Errorf("got %.80q, want %.80q", got, tt.want)
					}
					select {
					case k := <-s.keys:
						t.Errorf("one key too many: %q", rune(k))
					case err := <-s.ran:
						t.Errorf("the end of input ended the source: %v", err)
					case <-time.After(time.Hour):
					}
					if err := s.end(); err != errOver {
						t.Errorf("ended with %v, want the context's cause", err)
					}
				}
			})
		})
	}
}

// endless is a reader that never ends and counts what was taken.
type endless struct{ taken int }

func (e *endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = '1'
	}
	e.taken += len(b)
	return len(b), nil
}

func TestStdinReadsNoFartherThanItMust(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := new(endless)
		s := start(t.Context(), Stdin(in))
		s.take(100)
		synctest.Wait()
		if most := 100 + 2*readAhead; in.taken > most {
			t.Errorf("%d bytes read for 100 keys, want at most %d", in.taken, most)
		}
		if err := s.end(); err != errOver {
			t.Errorf("ended with %v", err)
		}
	})
}

func TestStdinThatBreaks(t *testing.T) {
	broken := errors.New("input/output error")
	tests := map[string]struct {
		r    io.Reader
		want error
	}{
		"read error":  {io.MultiReader(strings.NewReader("12"), iotest.ErrReader(broken)), broken},
		"no progress": {io.MultiReader(strings.NewReader("12"), stuck{}), io.ErrNoProgress},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s := start(t.Context(), Stdin(tt.r))
			if got := s.take(2); got != "12" {
				t.Errorf("got %q before the error", got)
			}
			if err := <-s.ran; !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

// stuck is a reader against the rules: no bytes, no error, for ever.
type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

// A pipe that nobody writes to does not hold up the end, and its goroutine
// does not outlive Run: the next Run reads on from the same pipe.
func TestStdinFromAQuietPipe(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	for _, keys := range []string{"12", "34"} {
		s := start(t.Context(), Stdin(r))
		if _, err := io.WriteString(w, keys); err != nil {
			t.Fatal(err)
		}
		if got := s.take(2); got != keys {
			t.Errorf("got %q, want %q", got, keys)
		}
		if err := s.end(); err != errOver {
			t.Errorf("ended with %v", err)
		}
	}
}

// A reader that cannot be interrupted is left behind, and its goroutine ends
// with it. The bubble fails the test if it does not.
func TestStdinThatCannotBeInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		s := start(t.Context(), Stdin(r))
		go io.WriteString(w, "7")
		if got := s.take(1); got != "7" {
			t.Errorf("got %q", got)
		}
		if err := s.end(); err != errOver {
			t.Errorf("ended with %v", err)
		}
		r.Close()
	})
}
