package uplink

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"kasir/backend/wire"
	"kasir/terminal"
)

// shelf is a backend that keeps journals, without looking at what it keeps, and
// the journal that is sent to it.
type shelf struct {
	*backend
	mu    sync.Mutex
	head  int64 // rows of the journal
	kept  int64 // of them, here
	pages []wire.JournalPage
	at    []time.Time
	code  string // what it refuses with; "" for nothing
	next  *int64 // what it answers instead
	body  int    // bytes of each row's document
}

func (s *shelf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/v1/devices/"+device+"/journal" {
		s.backend.ServeHTTP(w, r)
		return
	}
	var p wire.JournalPage
	z, err := gzip.NewReader(r.Body)
	if err == nil {
		err = json.NewDecoder(z).Decode(&p)
	}
	if err == nil {
		err = p.Check()
	}
	if err != nil || r.Method != http.MethodPost || r.Header.Get("Content-Encoding") != "gzip" {
		refuse(w, wire.BadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pages, s.at = append(s.pages, p), append(s.at, time.Now())
	switch {
	case s.code != "":
		refuse(w, s.code)
	case s.next != nil:
		answer(w, http.StatusOK, wire.JournalTaken{Next: *s.next})
	default:
		if p.From == s.kept+1 {
			s.kept += int64(len(p.Rows))
		}
		answer(w, http.StatusOK, wire.JournalTaken{Next: s.kept + 1})
	}
}

// read is the journal: every row says its number.
func (s *shelf) read(_ context.Context, from int64, limit int) (int64, wire.Hash, []wire.JournalRow, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var rows []wire.JournalRow
	for seq := from; seq <= s.head && len(rows) < limit; seq++ {
		rows = append(rows, wire.JournalRow{Kind: "opened", Amount: seq, Text: strings.Repeat("x", s.body), Hash: wire.Hash{byte(seq)}})
	}
	return from, wire.Hash{byte(from - 1)}, rows, nil
}

func (s *shelf) count() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.head
}

func (s *shelf) do(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

func (s *shelf) options() Options {
	return Options{Rows: s.count, Pages: s.read, Says: func() Says { return Says{Version: "v1", Board: "pi", Unsent: 3} }}
}

// The journal is sent in pages, in order, each row once; then the device says from
// time to time how it is, and sends what was added.
func TestUpload(t *testing.T) {
	s := &shelf{backend: newBackend(), head: 300, body: 10}
	bubble(t, s, s.options(), func(l *line) {
		l.hello()
		time.Sleep(time.Minute + 10*time.Second)
		s.do(func() {
			var got []string
			for _, p := range s.pages {
				got = append(got, fmt.Sprint(p.From, "+", len(p.Rows)))
			}
			if want := "0+0 1+128 129+128 257+44"; strings.Join(got, " ") != want || s.kept != 300 {
				t.Errorf("pages %v, want %s", got, want)
			}
			if p := s.pages[1]; p.Asked != 1 || p.Prev != (wire.Hash{}) || p.Rows[127].Amount != 128 || p.Version != "v1" || p.Board != "pi" || p.Unsent != 3 || p.Clock == 0 || p.Journal != journal {
				t.Errorf("the first page: %+v", p)
			}
			s.head, s.pages = 302, nil
		})
		time.Sleep(uploadEvery + uploadPause)
		s.do(func() {
			if len(s.pages) == 0 || s.pages[0].From != 301 || s.kept != 302 {
				t.Errorf("a quarter of an hour later: %d rows, %d pages", s.kept, len(s.pages))
			}
			s.pages = nil
		})
		time.Sleep(3 * time.Hour)
		s.do(func() {
			if n := len(s.pages); n < 3*4-1 || n > 3*5+1 || len(s.pages[n-1].Rows) != 0 || s.pages[n-1].Head != 302 {
				t.Errorf("%d pages in three hours of nothing", n)
			}
		})
	})
}

// Whoever sells is not disturbed: no page is sent while calls are made.
func TestUploadWaits(t *testing.T) {
	s := &shelf{backend: newBackend(), head: 500, body: 10}
	bubble(t, s, s.options(), func(l *line) {
		l.hello()
		for i := range int64(60) {
			l.link.Call(terminal.Call{Verb: terminal.Ask, Order: order(i + 1), Amount: 5000})
			l.next()
			time.Sleep(3 * time.Second)
		}
		s.do(func() {
			if len(s.pages) != 0 {
				t.Errorf("%d pages while it sold", len(s.pages))
			}
		})
		time.Sleep(time.Minute)
		s.do(func() {
			if s.kept != 500 {
				t.Errorf("%d rows after a minute of rest", s.kept)
			}
		})
	})
}

// Long documents make short pages.
func TestUploadIsBounded(t *testing.T) {
	s := &shelf{backend: newBackend(), head: 12, body: 20 << 10}
	bubble(t, s, s.options(), func(l *line) {
		l.hello()
		time.Sleep(2 * time.Minute)
		s.do(func() {
			for _, p := range s.pages {
				if len(p.Rows) > 2 {
					t.Errorf("a page of %d rows with %d bytes each", len(p.Rows), s.body)
				}
			}
			if s.kept != 12 {
				t.Errorf("%d rows are there", s.kept)
			}
		})
	})
}

// A backend that refuses, keeps no journals or answers nonsense is asked less and
// less often, and the till does not hear of it; a journal that a person must look
// into is left alone.
func TestUploadRefused(t *testing.T) {
	minus, far, none := int64(-1), int64(99), int64(0)
	for name, tt := range map[string]struct {
		code string
		next *int64
		most int
	}{
		"busy":                 {wire.Busy, nil, 9},
		"it keeps none":        {wire.NotFound, nil, 9},
		"a row that cannot be": {"", &minus, 9},
		"a row beyond the end": {"", &far, 9},
		"a person has to look": {"", &none, 5},
	} {
		t.Run(name, func(t *testing.T) {
			s := &shelf{backend: newBackend(), head: 9, code: tt.code, next: tt.next}
			bubble(t, s, s.options(), func(l *line) {
				l.hello()
				time.Sleep(3 * time.Hour)
				s.do(func() {
					if n := len(s.pages); n < 3 || n > tt.most {
						t.Errorf("%d tries in three hours, want 3 to %d", n, tt.most)
					}
					s.code, s.next = "", nil
				})
				l.quiet(time.Second)
				time.Sleep(2 * uploadLong)
				s.do(func() {
					if s.kept != 9 {
						t.Errorf("%d rows after it was over", s.kept)
					}
				})
			})
		})
	}
}

// A journal that cannot be read, or that nobody may read, is not sent.
func TestNoUpload(t *testing.T) {
	s := &shelf{backend: newBackend(), head: 9}
	o := s.options()
	o.Pages = nil
	bubble(t, s, o, func(l *line) {
		l.hello()
		time.Sleep(time.Hour)
		s.do(func() {
			if len(s.pages) != 0 {
				t.Errorf("%d pages", len(s.pages))
			}
		})
	})
}
