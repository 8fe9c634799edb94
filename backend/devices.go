package backend

import (
	"context"
	"encoding/hex"
	"net/http"
	"strconv"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/office"
	"kasir/backend/wire"
)

// hello greets a device: where its order numbers go on.
func (b *Backend) hello(r *http.Request) (any, error) {
	name, err := deviceOf(r)
	if err != nil {
		return nil, err
	}
	journal := r.URL.Query().Get("journal")
	if journal != "" {
		if err := checkJournal(journal); err != nil {
			return nil, err
		}
	}
	if err := b.greet(r, journal); err != nil {
		return nil, err
	}
	d, err := b.o.Book.Device(r.Context(), name)
	if err != nil {
		return nil, b.unread(r.Context(), err)
	}
	epoch, err := b.epoch(r.Context())
	if err != nil {
		return nil, b.unread(r.Context(), err)
	}
	if err := b.hear(r, name); err != nil {
		return nil, err
	}
	h := wire.Hello{Device: name, Next: d.Next, Latest: d.Latest, Epoch: epoch, Stream: true, Sandbox: b.o.Sandbox, Time: time.Now().UnixMilli()}
	if journal != "" && b.confirms() {
		h.ConfirmKey, h.ConfirmURL = hex.EncodeToString(b.confirmKey(name, journal)), b.publicBase()
	}
	return h, nil
}

// hear notes what a device says of itself, for the owner's page: its version, its
// board, what its clock shows and how many sales it waits for.
func (b *Backend) hear(r *http.Request, device string) error {
	if b.office == nil {
		return nil
	}
	clock, err := number(r, "clock", 1<<53)
	if err != nil {
		return err
	}
	unsent, err := number(r, "unsent", 1<<31)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	b.describe(r.Context(), device, office.Says{Version: q.Get("version"), Board: q.Get("board"), Unsent: unsent}, clock)
	return nil
}

// describe passes on what a device says of itself; clock is what its own shows, in
// milliseconds since 1970, 0 for one that shows none.
func (b *Backend) describe(ctx context.Context, device string, says office.Says, clock int64) {
	if b.office == nil {
		return
	}
	says.Version, says.Board = clip(says.Version, maxWord), clip(says.Board, maxWord)
	if says.Clocked = clock > 0; says.Clocked {
		says.SkewMS = clock - time.Now().UnixMilli()
	}
	b.office.Heard(ctx, device, says)
}

// saw notes that a device is here.
func (b *Backend) saw(device string) {
	if b.office != nil {
		b.office.Saw(device)
	}
}

// greet notes how long the journal of a device with a certificate is.
func (b *Backend) greet(r *http.Request, journal string) error {
	v, ok := visitorOf(r)
	rows, err := number(r, "rows", 1<<53)
	if err != nil || !ok || journal == "" || rows == 0 {
		return err
	}
	if _, err := b.o.Devices.Greet(r.Context(), v, journal, rows); err != nil {
		return b.unread(r.Context(), err)
	}
	return nil
}

// events is a device's news: a stream for one that takes it, or a long poll: since is the newest it has,
// wait how many seconds it likes to wait for more. What it gets is read from
// the book, so that nothing is lost with a connection or a process; the bell
// only says when to look. A newer poll of the same device takes the place of
// this one, which then ends without news.
func (b *Backend) events(r *http.Request) (any, error) {
	name, err := deviceOf(r)
	if err != nil {
		return nil, err
	}
	since, err := number(r, "since", 1<<53)
	if err != nil {
		return nil, err
	}
	wait, err := number(r, "wait", 1<<53)
	if err != nil {
		return nil, err
	}
	known := r.URL.Query().Get("epoch")
	if len(known) > wire.MaxEpoch {
		return nil, &wire.Error{Code: wire.BadRequest, Message: "epoch is too long"}
	}
	b.saw(name)
	w, ok := b.bells.wait(name)
	if !ok {
		return nil, &wire.Error{Code: wire.Busy, Message: "too many wait already"}
	}
	if streams(r) {
		return b.stream(r, name, since, known, w), nil
	}
	defer b.bells.leave(name, w)
	// Clamped before it is multiplied: a larger number is the longest wait.
	limit := time.Duration(min(wait, int64(wire.MaxWait/time.Second))) * time.Second
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for last := false; ; {
		out, err := b.news(r.Context(), name, since)
		if err != nil {
			return nil, b.unread(r.Context(), err)
		}
		if err := b.sameEpoch(r.Context(), &out, known, since); err != nil {
			return nil, b.unread(r.Context(), err)
		}
		if last || len(out.Events) > 0 || out.Latest < since || known != "" && out.Epoch != known {
			return out, nil
		}
		select {
		case <-w.rung:
		case <-w.gone:
			last = true
		case <-timer.C:
			last = true
		case <-b.alive.Done():
			return nil, errClosed
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
}

// news is what the book has for a device after since.
func (b *Backend) news(ctx context.Context, device string, since int64) (wire.Events, error) {
	found, err := b.o.Book.Since(ctx, device, since, wire.MaxEvents)
	if err != nil {
		return wire.Events{}, err
	}
	out := wire.Events{Events: make([]wire.Event, 0, len(found))}
	for _, n := range found {
		out.Latest = n.Seq
		out.Events = append(out.Events, wire.Event{Seq: n.Seq, Charge: b.show(ledger.Load(n.Facts))})
	}
	if n := len(found); n > 0 && n < wire.MaxEvents {
		return out, nil // there were no more than these: most pages are one piece of news
	}
	// After the news and not before: what comes between the two reads is counted as
	// newer than the page, never passed over.
	d, err := b.o.Book.Device(ctx, device)
	out.Latest = d.Latest
	return out, err
}

// epoch is what the book is called, "" when it does not know that.
func (b *Backend) epoch(ctx context.Context) (string, error) {
	book, ok := b.o.Book.(ledger.Epochs)
	if !ok {
		return "", nil
	}
	return book.Epoch(ctx)
}

// renewGap is the least time between two epochs that devices bring about: one
// that lies must not make all the others ask for everything without end.
const renewGap = time.Minute

// sameEpoch says in which epoch a page of news is. A device whose cursor is
// ahead of a book that it calls by its right name proves that an older copy was
// put back and nobody said so: the book gets another name, for every device.
func (b *Backend) sameEpoch(ctx context.Context, page *wire.Events, known string, since int64) (err error) {
	if page.Epoch, err = b.epoch(ctx); err != nil || page.Epoch == "" || known != page.Epoch || since <= page.Latest {
		return err
	}
	b.renewing.Lock()
	defer b.renewing.Unlock()
	if !b.renewed.IsZero() && time.Since(b.renewed) < renewGap {
		return nil
	}
	b.log.WarnContext(ctx, "a device has news that the book has not: an older copy was put back", "has", since, "latest", page.Latest)
	page.Epoch, err = b.o.Book.(ledger.Epochs).Renew(ctx, known)
	b.renewed = time.Now()
	return err
}

func (b *Backend) unread(ctx context.Context, err error) error {
	b.log.ErrorContext(ctx, "book cannot be read", "error", err)
	return &wire.Error{Code: wire.Busy, Message: "the book cannot be read"}
}

func deviceOf(r *http.Request) (string, error) {
	name := r.PathValue("device")
	if !ledger.ValidDevice(name) {
		return "", &wire.Error{Code: wire.BadRequest, Message: "not a device name"}
	}
	return name, nil
}

// number is a query's value in 0..limit; 0 when it is absent.
func number(r *http.Request, name string, limit int64) (int64, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > limit {
		return 0, &wire.Error{Code: wire.BadRequest, Message: name + " is not a number"}
	}
	return n, nil
}
