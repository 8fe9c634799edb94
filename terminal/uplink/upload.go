package uplink

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"kasir/backend/wire"
)

// The journal is sent to the backend a page at a time, when nobody sells: as a
// second copy, and so that one that was put back or changed is noticed. Nothing
// waits for it. A page without rows, now and then, says how this device is.

const (
	uploadFirst = 20 * time.Second // after a life begins
	uploadEvery = 15 * time.Minute // with nothing new to send; up to a fifth is taken off
	uploadQuiet = 8 * time.Second  // since the last call, before a page is sent
	uploadPause = 2 * time.Second  // between two pages
	uploadTime  = 30 * time.Second // for one page: a shop's line may be slow
	uploadRetry = time.Minute      // after the first failure; doubled up to uploadLong
	uploadLong  = time.Hour
	pageBytes   = 48 << 10 // of documents in a page, unless one row alone has more
)

// Pages reads rows of the journal, in order, from number from on, with the hash of
// the row before: at most so many, and fewer when there are no more. from is
// beyond the journal's end when none are there. The first of them may have a
// higher number than from when rows are missing.
type Pages func(ctx context.Context, from int64, limit int) (first int64, prev wire.Hash, rows []wire.JournalRow, err error)

// lull knows when somebody last used the link.
type lull struct{ last atomic.Int64 }

func (q *lull) use() { q.last.Store(time.Now().UnixNano()) }

// left is how long it is yet until nobody has used the link for a while.
func (q *lull) left() time.Duration {
	return uploadQuiet - time.Since(time.Unix(0, q.last.Load()))
}

// wait waits for that, and is false when ctx ended first.
func (q *lull) wait(ctx context.Context) bool {
	for left := q.left(); left > 0; left = q.left() {
		if !pause(ctx, left) {
			return false
		}
	}
	return ctx.Err() == nil
}

// upload sends the journal until ctx ends.
func (l *Link) upload(ctx context.Context) {
	if l.Pages == nil || l.Journal == "" {
		return
	}
	asked, fails := int64(0), 0
	for wait := uploadFirst + rand.N(uploadFirst); pause(ctx, wait) && l.lull.wait(ctx); {
		page, err := l.page(ctx, asked)
		if err == nil {
			var taken wire.JournalTaken
			if taken, err = l.sendPage(ctx, page); err == nil {
				fails, asked, wait = 0, taken.Next, l.afterPage(taken.Next)
				continue
			}
		}
		if ctx.Err() != nil {
			return
		}
		l.Log.Debug("journal not sent", "err", err)
		asked = 0 // what it has may have changed meanwhile
		wait = min(uploadRetry<<min(fails, 6), uploadLong)
		wait -= rand.N(wait / 5)
		fails++
	}
}

// afterPage is how long to wait when row next is wanted.
func (l *Link) afterPage(next int64) time.Duration {
	switch {
	case next == 0: // a person must look first
		return uploadLong - rand.N(uploadLong/5)
	case next <= l.rows():
		return uploadPause
	}
	return uploadEvery - rand.N(uploadEvery/5)
}

func (l *Link) rows() int64 {
	if l.Rows == nil {
		return 0
	}
	return l.Rows()
}

// page is what to send to a backend that asked for a row; 0 for one that was not
// heard yet, which is told how this device is and asked.
func (l *Link) page(ctx context.Context, asked int64) (wire.JournalPage, error) {
	p := wire.JournalPage{Journal: l.Journal, Head: l.rows(), Asked: asked, Clock: max(0, time.Now().UnixMilli()), Rows: []wire.JournalRow{}}
	if l.Says != nil {
		s := l.Says()
		p.Version, p.Board, p.Unsent = s.Version, s.Board, int64(max(0, s.Unsent))
	}
	if asked == 0 || asked > p.Head {
		return p, nil
	}
	first, prev, rows, err := l.Pages(ctx, asked, wire.MaxJournalRows)
	if err != nil {
		return p, fmt.Errorf("read journal: %w", err)
	}
	size := 0
	for i, r := range rows {
		if size += len(r.Body()); i > 0 && size > pageBytes {
			rows = rows[:i]
			break
		}
	}
	p.From, p.Prev, p.Rows = first, prev, rows
	p.Head = max(p.Head, first+int64(len(rows))-1) // it may have grown meanwhile
	if len(rows) == 0 {
		p.From, p.Prev, p.Rows = 0, wire.Hash{}, []wire.JournalRow{}
	}
	return p, nil
}

// sendPage sends a page, compressed.
func (l *Link) sendPage(ctx context.Context, p wire.JournalPage) (taken wire.JournalTaken, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = l.panicked(v)
		}
	}()
	plain, err := json.Marshal(p)
	if err != nil {
		return taken, fmt.Errorf("encode journal: %w", err)
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(plain); err != nil {
		return taken, err
	}
	if err := z.Close(); err != nil {
		return taken, err
	}
	ctx, cancel := context.WithTimeout(ctx, uploadTime)
	defer cancel()
	r, err := l.exchange(ctx, question{method: http.MethodPost, packed: true, body: packed.Bytes(), limit: wire.MaxBody,
		url: l.Base.JoinPath("v1", "devices", url.PathEscape(l.Device), "journal")})
	if err != nil {
		return taken, err
	}
	if err := r.refused(); err != nil {
		return taken, err
	}
	if err := r.decode(&taken); err != nil {
		return taken, err
	}
	var has struct {
		Next *int64 `json:"next"`
	}
	if err := r.decode(&has); err != nil || has.Next == nil || taken.Next < 0 || taken.Next > p.Head+1 {
		return taken, nonsense("row %d is wanted of a journal of %d", taken.Next, p.Head)
	}
	return taken, nil
}

// pause waits, and is false when ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
