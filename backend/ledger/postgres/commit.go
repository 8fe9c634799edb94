package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"kasir/backend/ledger"
	"kasir/backend/pgdb"
)

const (
	sqlOrders = `SELECT book_orders($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`
	sqlFacts  = `INSERT INTO facts (order_id, n, kind, at_ms, body)
		SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[], $5::text[])`
	sqlDevices = `WITH told AS (
			INSERT INTO devices (device, next, latest) SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[])
			ON CONFLICT (device) DO UPDATE SET next = greatest(devices.next, excluded.next), latest = devices.latest + excluded.latest
			RETURNING device, latest)
		INSERT INTO news (device, seq, order_id) SELECT n.device, t.latest - n.behind, n.order_id
			FROM unnest($4::text[], $5::bigint[], $6::text[]) AS n (device, behind, order_id) JOIN told AS t USING (device)`
	sqlTell = `SELECT pg_notify('` + channel + `', $1)`
)

// errEntry is for an entry that cannot be written anywhere.
var errEntry = errors.New("not an entry")

const tries = 3 // of a transaction that the server undid to resolve a deadlock

// Commit makes entries durable: when it returns nil they are on disk, together
// with whatever else was waiting to be committed.
func (b *Book) Commit(ctx context.Context, entries []ledger.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	a := &ask{entries: entries, done: make(chan error, 1)}
	lead, err := b.q.enter(a)
	if err != nil {
		return fmt.Errorf("commit to book: %w", err)
	}
	if lead {
		// In a goroutine of its own: whoever leads must not answer for the
		// patience of those behind him.
		go b.lead(context.WithoutCancel(ctx))
	}
	if err := b.q.wait(ctx, a); err != nil {
		return fmt.Errorf("commit to book: %w", err)
	}
	return nil
}

// lead commits until nobody waits.
func (b *Book) lead(ctx context.Context) {
	for group := b.q.next(); len(group) > 0; group = b.q.next() {
		b.settle(ctx, group)
		// Those who were just answered often have more: with it the next commit is one
		// of many, and without it one of whoever came first.
		runtime.Gosched()
	}
}

// settle commits a group and gives each its answer. Where one of them is wrong
// the halves are tried by themselves, so that it takes no other with it.
func (b *Book) settle(ctx context.Context, group []*ask) {
	err := b.commit(ctx, group...)
	var no *pgconn.PgError
	ours := errors.Is(err, ledger.ErrStale) || errors.Is(err, pgdb.ErrLost) || errors.Is(err, errEntry) || errors.As(err, &no)
	if half := len(group) / 2; ours && half > 0 {
		b.settle(ctx, group[:half])
		b.settle(ctx, group[half:])
		return
	}
	for _, a := range group {
		a.done <- err
	}
}

// commit is one transaction, of as few statements as what there is to commit
// allows: it is their number that costs, and not that of the rows.
func (b *Book) commit(ctx context.Context, group ...*ask) error {
	batch := &pgx.Batch{}
	var holding []int64
	var rung []string
	var rest []ledger.Entry
	for _, a := range group {
		rest = append(rest, a.entries...)
	}
	for len(rest) > 0 {
		w, n, err := gather(rest)
		if err != nil {
			return err
		}
		w.queue(batch)
		if b.o.Shared {
			holding = append(holding, w.keys...)
		}
		rung = append(rung, w.rung()...)
		rest = rest[n:]
	}
	if !b.o.Quiet {
		for _, text := range payloads(rung) {
			batch.Queue(sqlTell, text)
		}
	}
	return b.transact(ctx, holding, batch)
}

// transact sends a batch as one transaction, again where the server says so.
func (b *Book) transact(ctx context.Context, holding []int64, batch *pgx.Batch) (err error) {
	for range tries {
		err = b.db.Session.Do(ctx, holding, func(ctx context.Context, c *pgx.Conn) error {
			return c.SendBatch(ctx, batch).Close()
		})
		var no *pgconn.PgError
		if !errors.As(err, &no) {
			return err
		}
		switch no.Code {
		case "KS001":
			return ledger.ErrStale
		case "40P01", "40001": // deadlock, serialization: nothing was done
		default:
			return err
		}
	}
	return err
}

// payloads are the names of devices, each once, in texts that can be told.
func payloads(devices []string) (all []string) {
	slices.Sort(devices)
	var text strings.Builder
	for _, d := range slices.Compact(devices) {
		if text.Len()+1+len(d) > pgdb.MaxPayload {
			all = append(all, text.String())
			text.Reset()
		}
		text.WriteString(d + " ")
	}
	if text.Len() > 0 {
		all = append(all, text.String())
	}
	return all
}

// wave is entries of different orders, in columns.
type wave struct {
	ids, names, states, bodies []string
	before, versions, amounts  []int64
	times                      []int64
	settled, paid              []*int64
	watched, alarmed           []bool
	parts                      []int32

	factIDs, factKinds, factBodies []string
	factNs, factTimes              []int64

	count map[string]*[2]int64 // by device: next number, how many news
	news  []ledger.Facts
	keys  []int64
}

// gather takes as many entries as name each order once, and says how many.
func gather(entries []ledger.Entry) (*wave, int, error) {
	w := &wave{count: make(map[string]*[2]int64)}
	seen := make(map[string]bool, len(entries))
	for i, e := range entries {
		if seen[e.Facts.Order] {
			return w, i, nil
		}
		seen[e.Facts.Order] = true
		if err := w.add(e); err != nil {
			return nil, 0, fmt.Errorf("%w: order %s: %w", errEntry, e.Facts.Order, err)
		}
	}
	return w, len(entries), nil
}

func (w *wave) add(e ledger.Entry) error {
	f := e.Facts
	before := f.Version - int64(len(e.Records))
	if len(e.Records) == 0 || before < 0 {
		return errors.New("nothing to enter")
	}
	body, err := json.Marshal(f)
	if err != nil {
		return err
	}
	w.ids, w.before, w.versions = append(w.ids, f.Order), append(w.before, before), append(w.versions, f.Version)
	w.watched, w.names, w.states = append(w.watched, f.Watched()), append(w.names, f.Device), append(w.states, string(f.State))
	w.amounts, w.times, w.bodies = append(w.amounts, f.Amount), append(w.times, f.AskedMS), append(w.bodies, string(body))
	w.settled, w.paid, w.alarmed = append(w.settled, some(f.SettledMS)), append(w.paid, some(f.Paid)), append(w.alarmed, f.Alarm != "")
	w.parts, w.keys = append(w.parts, int32(partOf(f.Device))), append(w.keys, key(partOf(f.Device)))
	for i, r := range e.Records {
		body, err := json.Marshal(r)
		if err != nil {
			return err
		}
		w.factIDs, w.factNs = append(w.factIDs, f.Order), append(w.factNs, before+int64(i)+1)
		w.factKinds, w.factTimes, w.factBodies = append(w.factKinds, string(r.Kind)), append(w.factTimes, r.AtMS), append(w.factBodies, string(body))
	}
	c := w.count[f.Device]
	if c == nil {
		c = new([2]int64)
		w.count[f.Device] = c
	}
	c[0] = max(c[0], f.Number+1)
	if e.News {
		c[1]++
		w.news = append(w.news, f)
	}
	return nil
}

// some is nil for 0, which no row has.
func some(n int64) *int64 {
	if n == 0 {
		return nil
	}
	return &n
}

// queue adds the wave's statements. Devices are counted in the order of their
// names, so that two backends never wait for one another.
func (w *wave) queue(b *pgx.Batch) {
	b.Queue(sqlOrders, w.ids, w.before, w.versions, w.watched, w.parts, w.names, w.states, w.amounts, w.times, w.bodies,
		w.settled, w.paid, w.alarmed)
	b.Queue(sqlFacts, w.factIDs, w.factNs, w.factKinds, w.factTimes, w.factBodies)
	var devices, newsDevices, orders []string
	var next, counts, behind []int64
	for d := range w.count {
		devices = append(devices, d)
	}
	slices.Sort(devices)
	for _, d := range devices {
		next, counts = append(next, w.count[d][0]), append(counts, w.count[d][1])
	}
	left := make(map[string]int64, len(w.count))
	for _, f := range w.news {
		left[f.Device]++
		newsDevices, orders = append(newsDevices, f.Device), append(orders, f.Order)
		behind = append(behind, w.count[f.Device][1]-left[f.Device])
	}
	b.Queue(sqlDevices, devices, next, counts, newsDevices, behind, orders)
}

func (w *wave) rung() (devices []string) {
	for _, f := range w.news {
		devices = append(devices, f.Device)
	}
	return devices
}
