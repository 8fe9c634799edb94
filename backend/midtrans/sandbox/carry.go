package sandbox

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// How notifications are delivered.
const (
	answerTimeout = 15 * time.Second // for the receiver to answer; not scaled
	maxHops       = 5                // redirects 307 and 308 that are followed
	maxAnswer     = 64 << 10         // bytes read of the receiver's answer
)

// schedule is how long after a failed attempt the next one comes, less a
// random shift of up to a half.
var schedule = []time.Duration{2 * time.Minute, 10 * time.Minute, 30 * time.Minute, 90 * time.Minute, 210 * time.Minute}

// retries is how many further attempts an answer leaves. 0 is no answer.
func retries(status int) int {
	switch {
	case status >= 200 && status < 300:
		return 0
	case status >= 301 && status <= 303, status == 307, status == 308:
		return 0 // a redirect that was not followed, or led nowhere
	case status == 500:
		return 1
	case status == 503:
		return 4
	case status == 400, status == 404:
		return 2
	}
	return len(schedule)
}

// sender is the client that posts notifications. Only 307 and 308 are
// followed: after the others a POST would arrive as a GET without a body.
func sender(given *http.Client) *http.Client {
	c := &http.Client{Transport: &http.Transport{
		DialContext:         (&net.Dialer{Timeout: answerTimeout}).DialContext,
		MaxIdleConnsPerHost: maxSenders,
		IdleConnTimeout:     30 * time.Second,
	}}
	if given != nil {
		own := *given
		c = &own
	}
	c.CheckRedirect = func(r *http.Request, via []*http.Request) error {
		if code := r.Response.StatusCode; code != 307 && code != 308 || len(via) > maxHops {
			return http.ErrUseLastResponse
		}
		return nil
	}
	return c
}

// carry takes l to its receiver, as often as it takes or the schedule allows.
func (s *Sandbox) carry(l *letter) {
	if !s.setOut(l) {
		return
	}
	for {
		status := s.deliver(l)
		if s.ctx.Err() != nil {
			return // this attempt does not count; the next life makes it again
		}
		due, again := s.attempted(l, status)
		if !again || !s.sleep(time.Until(due)) {
			return
		}
	}
}

// setOut waits until l may go; false when the sandbox is closed first.
func (s *Sandbox) setOut(l *letter) bool {
	if !s.sleep(time.Until(l.Due)) {
		return false
	}
	if l.after != nil {
		select {
		case <-l.after:
		case <-s.ctx.Done():
			return false
		}
	}
	if l.overtaken != nil {
		patience := time.NewTimer(l.patience)
		defer patience.Stop()
		select {
		case <-l.overtaken:
		case <-patience.C:
		case <-s.ctx.Done():
			return false
		}
	}
	return true
}

// sleep waits for d; false when the sandbox is closed first.
func (s *Sandbox) sleep(d time.Duration) bool {
	if d <= 0 {
		return s.ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-s.ctx.Done():
		return false
	}
}

// deliver makes one attempt and gives the HTTP status it met, 0 for none.
func (s *Sandbox) deliver(l *letter) int {
	select {
	case s.senders <- struct{}{}:
		defer func() { <-s.senders }()
	case <-s.ctx.Done():
		return 0
	}
	ctx, cancel := context.WithTimeout(s.ctx, answerTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, l.URL, strings.NewReader(l.Body))
	if err != nil {
		s.log.Warn("notification has nowhere to go", "order", l.Order, "error", err)
		return http.StatusMovedPermanently // nothing a repetition would change
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", "Veritrans")
	res, err := s.http.Do(r)
	if err != nil {
		s.log.Info("notification not delivered", "order", l.Order, "error", err)
		return 0
	}
	defer res.Body.Close()
	io.Copy(io.Discard, io.LimitReader(res.Body, maxAnswer)) // for the connection's sake; the status is the answer
	return res.StatusCode
}

// attempted books an attempt and says when the next one is due, if any.
func (s *Sandbox) attempted(l *letter, status int) (due time.Time, again bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l.Attempts == 0 {
		s.post.went(l)
	}
	next := letter{ID: l.ID, Attempts: l.Attempts + 1, Done: l.Attempts >= retries(status)}
	if !next.Done {
		step := float64(schedule[l.Attempts]) * s.opts.RetryScale * s.ids.shift(l.ID+string(rune('0'+l.Attempts)))
		next.Due = time.Now().Add(time.Duration(step))
	}
	s.log.Info("notification sent", "order", l.Order, "attempt", next.Attempts, "http", status, "done", next.Done)
	e := entry{Letters: []*letter{&next}}
	if err := s.journal.append(e, soon); err != nil {
		s.log.Error("note delivery", "order", l.Order, "error", err)
	}
	s.apply(e)
	return next.Due, !next.Done
}
