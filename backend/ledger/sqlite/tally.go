package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"kasir/backend/ledger"
)

// tally is one commit: what is written of all its entries together, and what its
// devices' counts are after it.
type tally struct {
	pen  *pen
	from *counts
	of   map[string]ledger.Device // as they are to be

	firsts, facts, news []any   // of rows
	nexts               [][]any // of statements

	body bytes.Buffer
	json *json.Encoder // into it
}

// newTally is for a commit of entries; there is room for all that is written of them.
func newTally(p *pen, from *counts, entries []ledger.Entry) *tally {
	t := &tally{pen: p, from: from, of: make(map[string]ledger.Device)}
	t.json = json.NewEncoder(&t.body)
	var firsts, facts, news int
	for _, e := range entries {
		facts += len(e.Records)
		if e.Facts.Version == int64(len(e.Records)) {
			firsts++
		}
		if e.News {
			news++
		}
	}
	t.firsts, t.facts = make([]any, 0, firsts*p.first.width), make([]any, 0, facts*p.fact.width)
	t.news, t.nexts = make([]any, 0, news*p.news.width), make([][]any, 0, len(entries)-firsts)
	return t
}

// text is v as JSON.
func (t *tally) text(v any) (string, error) {
	t.body.Reset()
	err := t.json.Encode(v)
	return strings.TrimSuffix(t.body.String(), "\n"), err
}

// gather makes what is to be written of an entry.
func (t *tally) gather(e *ledger.Entry) error {
	f := &e.Facts
	before := f.Version - int64(len(e.Records))
	if len(e.Records) == 0 || before < 0 {
		return errors.New("nothing to enter")
	}
	body, err := t.text(f)
	if err != nil {
		return err
	}
	if before == 0 { // what comes here behind the sum never changes
		t.firsts = append(t.firsts, f.Order, f.Version, f.Watched(), string(f.State), f.Alarm != "", body, f.Device, f.Amount, f.AskedMS)
	} else {
		t.nexts = append(t.nexts, []any{f.Order, f.Version, f.Watched(), string(f.State), f.Alarm != "", body, len(e.Records)})
	}
	for i := range e.Records {
		r := &e.Records[i]
		body, err := t.text(r)
		if err != nil {
			return err
		}
		t.facts = append(t.facts, f.Order, before+int64(i)+1, string(r.Kind), r.AtMS, body)
	}
	return nil
}

// add counts an entry for its device, and numbers its news.
func (t *tally) add(ctx context.Context, e *ledger.Entry) error {
	f := &e.Facts
	d, err := t.find(ctx, f.Device)
	if err != nil {
		return err
	}
	d.Next = max(d.Next, f.Number+1)
	if e.News {
		d.Latest++
		t.news = append(t.news, f.Device, d.Latest, f.Order)
	}
	t.of[f.Device] = d
	return nil
}

// find is a device's counts, before or within this commit.
func (t *tally) find(ctx context.Context, device string) (d ledger.Device, err error) {
	if d, ok := t.of[device]; ok {
		return d, nil
	}
	if d, ok := t.from.get(device); ok {
		return d, nil
	}
	err = t.pen.count.QueryRowContext(ctx, device).Scan(&d.Next, &d.Latest)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return d, err
}

// write puts what was gathered, and what has changed of the devices, into the file.
func (t *tally) write(ctx context.Context) error {
	if err := t.writeOrders(ctx); err != nil {
		return fmt.Errorf("orders: %w", err)
	}
	var devices []any
	for name, d := range t.of {
		if was, ok := t.from.get(name); !ok || was != d {
			devices = append(devices, name, d.Next, d.Latest)
		}
	}
	for _, table := range []struct {
		name string
		rows *rows
		args []any
	}{{"facts", &t.pen.fact, t.facts}, {"news", &t.pen.news, t.news}, {"devices", &t.pen.device, devices}} {
		if _, err := table.rows.write(ctx, table.args); err != nil {
			return fmt.Errorf("%s: %w", table.name, err)
		}
	}
	return nil
}

// writeOrders writes the sums: those of new orders first, since one that is changed
// may be among them. Each must continue what is stored.
func (t *tally) writeOrders(ctx context.Context) error {
	written, err := t.pen.first.write(ctx, t.firsts)
	if err != nil {
		return err
	}
	if int(written)*t.pen.first.width != len(t.firsts) {
		return ledger.ErrStale
	}
	for _, args := range t.nexts {
		done, err := t.pen.next.ExecContext(ctx, args...)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n != 1 {
			return errors.Join(err, ledger.ErrStale)
		}
	}
	return nil
}
