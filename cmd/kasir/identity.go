package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"kasir/backend/wire"
	"kasir/terminal"
	"kasir/terminal/uplink/badge"
)

const (
	renewFirst = 8 * time.Second // for a certificate that ran out, before selling begins
	maxCode    = 256             // bytes of a code's file
	longestTry = time.Minute     // between two tries to enrol
)

// badgeFile and codeFile stand beside the journal; see README.md.
func badgeFile(journal string) string { return journal + ".id" }
func codeFile(journal string) string  { return filepath.Join(filepath.Dir(journal), "enrol-code") }

// openBadge reads who this till is; nil where the backend is on this machine and
// asks for nothing, or where a tunnel answers for it.
func (s *settings) openBadge(o badge.Options) (*badge.Badge, error) {
	if s.backend == nil || s.backend.Scheme != "https" || s.tunnel || s.journal == "" || s.device == "" {
		return nil, nil
	}
	o.Path, o.Device, o.Base = badgeFile(s.journal), s.device, s.backend
	return badge.Open(o)
}

// ownBadge is openBadge for the till itself. A file that cannot be read is put
// aside: a technician can make the till known again, and a till that does not
// start cannot say so.
func (t *till) ownBadge() (*badge.Badge, error) {
	o := badge.Options{Floor: t.floor, Log: t.log}
	b, err := t.openBadge(o)
	if err == nil {
		return b, nil
	}
	t.log.Error("badge cannot be used: this till must be enrolled again", "err", err)
	path := badgeFile(t.journal)
	if err := os.Rename(path, path+".damaged"); err != nil {
		return nil, fmt.Errorf("put badge aside: %w", err)
	}
	return t.openBadge(o)
}

// client makes requests as this till; nil where nobody asks who it is.
func (t *till) client() *http.Client {
	if t.badge == nil {
		return nil
	}
	return t.badge.Client()
}

// rows is how many rows the journal has.
func (j *journal) rows() int64 {
	last, _ := j.Head()
	return last
}

// floor is a time before which it cannot be: when this program was made, and when
// the journal's last row was written. A till has no clock of its own.
func (t *till) floor() time.Time {
	at := time.UnixMilli(t.lastRow.Load())
	if made, err := time.Parse(time.RFC3339, thisBuild().date); err == nil && made.After(at) {
		return made
	}
	return at
}

// lastTime is when the journal's last row was written; zero for an empty one.
func (j *journal) lastTime(ctx context.Context) time.Time {
	last, _ := j.Head()
	for row, err := range j.Rows(ctx, max(1, last)) {
		if err == nil {
			return row.At
		}
	}
	return time.Time{}
}

// identify sees to it that the backend knows this till before it sells: by a code
// that came in a file or is keyed. It returns when that is so, or ctx ended.
func (t *till) identify(ctx context.Context, j *journal, pressed <-chan terminal.Key) {
	if t.badge == nil {
		return
	}
	t.lastRow.Store(j.lastTime(ctx).UnixMilli())
	e := enrolment{till: t, known: t.badge.Enrolled(), came: make(chan error, 1)}
	code, err := readCode(codeFile(t.journal))
	switch {
	case err != nil:
		t.log.Error("code for enrolment cannot be used", "err", err)
		e.show.Refusal = terminal.EnrolSlip
	case code != "":
		e.code = code
	}
	if e.known && e.code == "" && !t.stillKnown(ctx) {
		e.known, e.show.Refusal = false, terminal.EnrolGone
	}
	if e.known && e.code == "" {
		return
	}
	e.run(ctx, pressed)
}

// stillKnown is false when the certificate ran out and cannot be renewed any more.
func (t *till) stillKnown(ctx context.Context) bool {
	if !t.badge.RanOut() {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, renewFirst)
	defer cancel()
	err := t.badge.Look(ctx)
	if err != nil {
		t.log.Warn("certificate ran out and is not renewed yet", "err", err)
	}
	var no *wire.Error
	return !errors.As(err, &no) || no.Code != wire.Revoked && no.Code != wire.Unauthorized
}

// enrolment is a till that is getting its certificate.
type enrolment struct {
	*till
	known bool // it has one that is good: the code is for another
	show  terminal.Enrolling
	code  string // digits that are tried
	fails int
	came  chan error
}

// run is a technician at the keys, and tries with what there is.
func (e *enrolment) run(ctx context.Context, pressed <-chan terminal.Key) {
	var again <-chan time.Time
	if e.code != "" {
		e.try(ctx)
	}
	for {
		e.faces.Show(terminal.View{Screen: e.show, Strip: terminal.Strip{Lang: e.lang, Merchant: e.merchant, Device: e.device, Online: e.show.Trouble == terminal.NoTrouble, Why: e.show.Trouble}})
		select {
		case <-ctx.Done():
			if e.show.Busy {
				<-e.came // its goroutine ends with ctx
			}
			return
		case k := <-pressed:
			next, done := e.show.Press(k)
			if next != e.show {
				again = nil // somebody is at it
			}
			if e.show = next; done {
				e.keyed(ctx)
			}
		case <-again:
			again = nil
			e.try(ctx)
		case err := <-e.came:
			if e.ended(ctx, err) {
				return
			}
			if e.show.Trouble != terminal.NoTrouble {
				again = time.After(min(longestTry, 2*time.Second<<min(e.fails, 8)))
				e.fails++
			}
		}
	}
}

// keyed takes a whole code.
func (e *enrolment) keyed(ctx context.Context) {
	digits, good := wire.ReadCode(e.show.Digits)
	if !good {
		e.show.Refusal = terminal.EnrolSlip
		return
	}
	e.code, e.fails = digits, 0
	e.try(ctx)
}

func (e *enrolment) try(ctx context.Context) {
	e.show.Busy = true
	go func() { e.came <- e.badge.Enrol(ctx, e.code) }()
}

// ended judges a try, and reports whether the till can go on.
func (e *enrolment) ended(ctx context.Context, err error) bool {
	trouble := e.show.Trouble
	e.show = terminal.Enrolling{}
	if err == nil {
		e.log.Info("enrolled")
		e.forget()
		return true
	}
	if ctx.Err() != nil {
		return true
	}
	if e.show.Refusal, e.show.Trouble = enrolWhy(err); e.show.Trouble != trouble || e.show.Refusal != terminal.EnrolFine {
		e.log.Warn("not enrolled", "err", err)
	}
	if e.show.Refusal == terminal.EnrolWrong || e.show.Refusal == terminal.EnrolUsed {
		// This code will never be good again; one of a file must not be tried at
		// every start.
		e.forget()
	}
	return e.known // with the certificate that there is
}

// forget removes the code, and after it the key that waited.
func (e *enrolment) forget() {
	if err := removed(codeFile(e.journal)); err != nil {
		e.log.Error("code for enrolment not removed", "err", err)
		return
	}
	if err := e.badge.Settled(); err != nil {
		e.log.Error("badge not settled", "err", err)
	}
}

// enrolWhy is an error of enrolment for the glass: either the code's fault, or the
// line's, and then it is tried again.
func enrolWhy(err error) (terminal.EnrolRefusal, terminal.Trouble) {
	var no *wire.Error
	switch {
	case errors.Is(err, badge.ErrStranger):
		return terminal.EnrolStranger, terminal.NoTrouble
	case !errors.As(err, &no):
		return terminal.EnrolFine, terminal.TroubleNetwork
	}
	switch no.Code {
	case wire.CodeRefused, wire.BadRequest:
		return terminal.EnrolWrong, terminal.NoTrouble
	case wire.CodeUsed:
		return terminal.EnrolUsed, terminal.NoTrouble
	case wire.TooMany:
		return terminal.EnrolOften, terminal.NoTrouble
	case wire.Forbidden, wire.NotFound:
		return terminal.EnrolStranger, terminal.NoTrouble
	}
	return terminal.EnrolFine, terminal.TroubleBackend
}

// readCode is the code in a file, "" when there is none.
func readCode(path string) (digits string, err error) {
	text, err := readMost(path, maxCode)
	if errors.Is(err, fs.ErrNotExist) || err == nil && strings.TrimSpace(string(text)) == "" {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read code: %w", err)
	}
	digits, good := wire.ReadCode(strings.TrimSpace(string(text)))
	if !good {
		return "", fmt.Errorf("read code: %s holds none: a digit is wrong", path)
	}
	return digits, nil
}
