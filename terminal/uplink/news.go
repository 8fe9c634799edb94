package uplink

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"kasir/backend/wire"
	"kasir/terminal"
)

// The rhythm of the poll for news.
const (
	pollWait  = 15 * time.Second // the backend holds a poll without news that long; under wire.MaxWait
	probeWait = 1 * time.Second  // the same after a failure: to say soon that it works again
	pollGrace = 8 * time.Second  // for the answer to arrive after that: a poll lost with its connection is given up in under half a minute
	idlePace  = 1 * time.Second  // between two polls that brought nothing new
)

// retry is the wait after a failed poll, by how many failed before it. Up to a
// fifth is taken off by chance, so that tills do not come back in step.
var retry = []time.Duration{1 * time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 10 * time.Second}

// poller is the standing connection for news, owned by one goroutine.
type poller struct {
	*Link
	cursor int64            // the newest news the till has
	epoch  string           // of the book that it is counted in
	down   terminal.Trouble // why the last poll failed
	fails  int              // how many in a row did
	plain  time.Time        // until when there are no streams: whatever is between keeps them to itself
	broken int              // streams in a row that ended soon
}

// listen polls for news from the first hello that is answered until ctx ends.
func (l *Link) listen(ctx context.Context) {
	p := poller{Link: l, cursor: l.Cursor, epoch: l.Epoch}
	select {
	case <-ctx.Done():
		return
	case g := <-l.greeted:
		if !l.Joined || l.Epoch != "" && g.Epoch != "" && g.Epoch != l.Epoch {
			p.cursor = g.Latest
		}
		if g.Epoch != "" {
			p.epoch = g.Epoch
		}
	}
	for ctx.Err() == nil {
		select {
		case <-l.works: // what was answered before this poll says nothing after it
		default:
		}
		if !p.streams.Load() || time.Now().Before(p.plain) {
			p.rest(ctx, p.once(ctx))
			continue
		}
		p.rest(ctx, p.stream(ctx))
	}
}

// once polls one time and is the wait until the next.
func (p *poller) once(ctx context.Context) time.Duration {
	began := time.Now()
	page, err := p.poll(ctx)
	if ctx.Err() != nil {
		return 0
	}
	if err != nil {
		return p.failed(ctx, err)
	}
	if p.took(ctx, page) {
		return 0 // there may be more
	}
	return idlePace - time.Since(began)
}

// took hands on a page that was answered, and reports whether it brought news.
func (p *poller) took(ctx context.Context, page wire.Events) (fresh bool) {
	p.fails = 0
	if p.down != terminal.NoTrouble || p.known() != terminal.NoTrouble {
		p.down = terminal.NoTrouble
		if !p.tell(ctx, terminal.Linked{}, terminal.NoTrouble) {
			return false
		}
	}
	return p.pass(ctx, page)
}

// failed tells the till of trouble it does not know yet. Calls may go through
// all the same, so repeating it would only make the screen flicker.
func (p *poller) failed(ctx context.Context, err error) time.Duration {
	trouble := troubleOf(err)
	p.Log.Debug("poll", "trouble", string(trouble), "fails", p.fails, "err", err)
	if p.down != trouble {
		p.down = trouble
		p.tell(ctx, terminal.Linked{Trouble: trouble}, trouble)
	}
	wait := retry[min(p.fails, len(retry)-1)]
	p.fails++
	return wait - rand.N(wait/5)
}

// poll asks for the news after the cursor.
func (p *poller) poll(ctx context.Context) (page wire.Events, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = p.panicked(v)
		}
	}()
	wait := pollWait
	if p.fails > 0 {
		wait = probeWait
	}
	ctx, cancel := context.WithTimeout(ctx, wait+pollGrace)
	defer cancel()
	r, err := p.exchange(ctx, p.ask(wait))
	if err != nil {
		return wire.Events{}, err
	}
	return pageOf(r)
}

// ask is the question for the news after the cursor.
func (p *poller) ask(wait time.Duration) question {
	q := question{
		method: http.MethodGet,
		url:    p.Base.JoinPath("v1", "devices", url.PathEscape(p.Device), "events"),
		limit:  maxPage,
	}
	values := url.Values{
		"since": {strconv.FormatInt(p.cursor, 10)}, "wait": {fmt.Sprintf("%d", int(wait.Seconds()))},
	}
	if p.epoch != "" {
		values.Set("epoch", p.epoch)
	}
	q.url.RawQuery = values.Encode()
	return q
}

// maxPage bounds a page of news, in bytes.
const maxPage = wire.MaxEvents * wire.MaxBody

// pageOf is an answer as a page of news.
func pageOf(r reply) (page wire.Events, err error) {
	if err := r.refused(); err != nil {
		return wire.Events{}, err
	}
	if err := r.decode(&page); err != nil {
		return wire.Events{}, err
	}
	var has struct {
		Latest *int64 `json:"latest"`
	}
	if err := r.decode(&has); err != nil || has.Latest == nil {
		// Taken for 0 it would turn the cursor back to the beginning, and
		// payments long past would be told as new ones.
		return wire.Events{}, nonsense("news without the newest number")
	}
	if !isEpoch(page.Epoch) {
		return wire.Events{}, nonsense("news of epoch %.48q", page.Epoch)
	}
	return page, inOrder(page)
}

// inOrder refuses a page that would make the cursor pass news unread.
func inOrder(page wire.Events) error {
	if page.Latest < 0 || len(page.Events) > wire.MaxEvents {
		return nonsense("%d news, newest %d", len(page.Events), page.Latest)
	}
	last := int64(1)
	for _, e := range page.Events {
		if e.Seq < last {
			return nonsense("news %d after %d", e.Seq, last)
		}
		last = e.Seq
	}
	return nil
}

// pass hands the news on in order and reports whether any were new. News that
// cannot be read are passed over, loudly: they must not hold up the others,
// and the till asks about its open charges by itself.
func (p *poller) pass(ctx context.Context, page wire.Events) (fresh bool) {
	if page.Epoch != "" && page.Epoch != p.epoch {
		return p.restored(ctx, page)
	}
	for _, e := range page.Events {
		if e.Seq <= p.cursor {
			continue // told before
		}
		t, err := charge(e.Charge)
		if err != nil {
			p.Log.Error("news passed over", "seq", e.Seq, "err", err)
			p.cursor, fresh = e.Seq, true
			continue
		}
		t.Seq = e.Seq
		if !p.deliver(ctx, t) {
			return false
		}
		p.cursor, fresh = e.Seq, true
	}
	if !fresh && page.Latest < p.cursor {
		p.Log.Warn("backend went back in time: news start again", "cursor", p.cursor, "latest", page.Latest)
		p.cursor = page.Latest
	}
	return fresh
}

// restored tells the till that the news are another book's. Whatever the page
// says was counted in that one, after a cursor of the old one: it may be half of
// what there is, and the till asks about all of it.
func (p *poller) restored(ctx context.Context, page wire.Events) (fresh bool) {
	if p.epoch != "" {
		p.Log.Warn("an older copy of the backend's book was put back: news are counted anew", "cursor", p.cursor, "latest", page.Latest)
	}
	if !p.deliver(ctx, terminal.Restored{Epoch: page.Epoch, Latest: page.Latest}) {
		return false
	}
	if p.epoch != "" {
		p.cursor = page.Latest
	}
	p.epoch = page.Epoch
	return true
}

// isEpoch says whether s can be an epoch; none is one too.
func isEpoch(s string) bool {
	if len(s) > wire.MaxEpoch {
		return false
	}
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return true
}

// rest waits for d or the end of ctx. After a failure it also ends with a
// call that is answered: the way is open again, and whoever shows a code must
// not wait out the poll's patience for its money.
func (p *poller) rest(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	var works <-chan struct{}
	if p.fails > 0 {
		works = p.works
	}
	select {
	case <-ctx.Done():
	case <-works:
	case <-t.C:
	}
}
