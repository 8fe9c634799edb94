package uplink

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"mime"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"time"

	"kasir/backend/wire"
	"kasir/terminal"
)

// News come as a stream where one gets through: a page of the long poll at a
// time, without asking again. Some proxies keep a stream to themselves, or cut
// it: then the news are asked for by long poll, and a stream is tried again
// later. No news depend on which: both go by the same cursor.

const (
	streamFirst = 6 * time.Second            // for the first page, which a backend sends at once
	streamGrace = wire.Heartbeat + pollGrace // for anything at all after that
	streamShort = 2 * wire.Heartbeat         // a stream that ended sooner, and not by the backend's word, was cut
	streamCuts  = 3                          // in a row: there is something between that does not like them
	plainFor    = 10 * time.Minute           // until a stream is tried again
	maxRetry    = 10 * time.Second           // that a backend can make us wait
)

// errSilent is for a stream on which nothing came in time.
var errSilent = errors.New("nothing came on the stream")

// stream takes news as they come until the stream ends, and is the wait until
// the next.
func (p *poller) stream(ctx context.Context) time.Duration {
	s := &feed{poller: p, began: time.Now()}
	err := s.run(ctx)
	if ctx.Err() != nil {
		return 0
	}
	switch {
	case err == nil && s.single: // the answer to a long poll: a backend that has no streams
		if s.fresh {
			return 0
		}
		return idlePace - time.Since(s.began)
	case err == nil:
		p.broken = 0
		return min(s.retry, maxRetry)
	case s.pages == 0 && errors.Is(err, errSilent):
		p.Log.Info("news do not come as a stream: they are asked for", "err", err)
		p.plain = time.Now().Add(plainFor)
		return 0
	case s.pages == 0:
		return p.failed(ctx, err)
	}
	// It worked, and was cut. That is trouble only when the next try says so.
	p.Log.Debug("stream of news ended", "pages", s.pages, "err", err)
	if p.broken++; time.Since(s.began) >= streamShort {
		p.broken = 0
	} else if p.broken >= streamCuts {
		p.broken, p.plain = 0, time.Now().Add(plainFor)
	}
	return rand.N(idlePace)
}

// feed is one stream.
type feed struct {
	*poller
	began  time.Time
	pages  int
	retry  time.Duration // that the backend asked for
	single bool          // it was no stream
	fresh  bool
}

// run reads until the stream ends; nil is for an end that the backend announced,
// and for a backend without streams.
func (s *feed) run(ctx context.Context) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = s.panicked(v)
		}
	}()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watch := time.AfterFunc(streamFirst, func() { cancel(errSilent) })
	defer watch.Stop()
	wait := pollWait
	if s.fails > 0 {
		wait = probeWait
	}
	q := s.ask(wait)
	var t trace
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, t.hooks()), q.method, q.url.String(), nil)
	if err != nil {
		return fmt.Errorf("make request: %w", err)
	}
	req.Header.Set("Accept", wire.StreamType+", application/json")
	req.Header.Set("User-Agent", "kasir")
	resp, err := s.client.Do(req)
	if err == nil {
		defer resp.Body.Close()
		err = s.read(ctx, resp, watch)
	}
	if errors.Is(context.Cause(ctx), errSilent) && t.connected.Load() {
		return errSilent
	}
	if err == nil || s.pages > 0 {
		return err
	}
	f := t.failure(err)
	if f.trouble == terminal.TroubleNetwork || f.trouble == terminal.TroubleTimeout {
		s.client.CloseIdleConnections()
	}
	return f
}

// read takes an answer apart: a stream, or what a backend without streams says.
func (s *feed) read(ctx context.Context, resp *http.Response, watch *time.Timer) error {
	media, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err == nil && media == wire.StreamType && resp.StatusCode == http.StatusOK {
		return s.follow(ctx, resp.Body, watch)
	}
	watch.Stop()
	body, wrong := io.ReadAll(io.LimitReader(resp.Body, maxPage))
	if wrong != nil {
		return fmt.Errorf("read answer: %w", wrong)
	}
	page, err := pageOf(reply{status: resp.StatusCode, json: err == nil && media == "application/json", body: body})
	if err != nil {
		return err
	}
	s.single, s.fresh = true, s.took(ctx, page)
	return nil
}

// follow takes one event after the other. Only data is of use, one line an
// event, and the backend's wish for the time after.
func (s *feed) follow(ctx context.Context, body io.Reader, watch *time.Timer) error {
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, maxPage)
	told := false
	for lines.Scan() {
		watch.Reset(streamGrace)
		field, value, _ := bytes.Cut(lines.Bytes(), []byte(":"))
		value = bytes.TrimPrefix(value, []byte(" "))
		switch string(field) {
		case "retry":
			ms, err := strconv.ParseUint(string(value), 10, 31)
			if err != nil {
				return nonsense("come again after %.20q", value)
			}
			s.retry, told = time.Duration(ms)*time.Millisecond, true
		case "data":
			page, err := pageOf(reply{status: http.StatusOK, json: true, body: value})
			if err != nil {
				return err
			}
			s.pages++
			s.took(ctx, page)
			watch.Reset(streamGrace) // the till may have kept us
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read news: %w", err)
	}
	if !told {
		return io.ErrUnexpectedEOF
	}
	return nil
}
