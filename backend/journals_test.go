package backend

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"kasir/backend/archive/vault"
	"kasir/backend/meter"
	"kasir/backend/wire"
)

// openCopies is where a town keeps copies of journals.
func openCopies(t *testing.T) *vault.Vault {
	t.Helper()
	v, err := vault.Open(t.Context(), filepath.Join(t.TempDir(), "journals.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	return v
}

// chained are rows with hashes that fit, one for each order that was settled with
// an amount.
func chained(prev wire.Hash, from int64, paid ...wire.JournalRow) (rows []wire.JournalRow) {
	for i, r := range paid {
		r.Kind = wire.RowSettled
		r.Hold([]byte(`{}`))
		r.Hash = r.Follows(from+int64(i), prev)
		prev = r.Hash
		rows = append(rows, r)
	}
	return rows
}

// TestJournals: what a till says is paid is held against the book; a journal that
// was put back is an alarm for its owner, whom the page tells.
func TestJournals(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, func(o *Options) { o.Journals, o.Meter = openCopies(t), meter.New("test") })
		w.put("KASIR-00000001", 25_000)
		w.pay("KASIR-00000001")
		for w.get("KASIR-00000001").State != wire.Settled {
		}
		rows := chained(wire.JournalGenesis(journal), 1, wire.JournalRow{Order: "KASIR-00000001", Amount: 25_000},
			wire.JournalRow{Order: "KASIR-00000002", Amount: 9_000}, wire.JournalRow{Order: "KASIR-00000001", Amount: 24_000})
		page := wire.JournalPage{Journal: journal, Head: 3, Rows: []wire.JournalRow{}}
		send := func(want int64) {
			t.Helper()
			var got wire.JournalTaken
			if status := w.request("POST", "/v1/devices/KASIR/journal", page, &got); status != http.StatusOK || got.Next != want {
				t.Errorf("HTTP %d, row %d is wanted next, want %d", status, got.Next, want)
			}
		}
		send(1)
		page.From, page.Prev, page.Rows, page.Asked = 1, wire.JournalGenesis(journal), rows, 1
		send(4)
		left, more, err := w.backend.archive.Doubtful(t.Context(), 10)
		if err != nil || more || len(left) != 2 || left[0].Order != "KASIR-00000001" || left[0].Amount != 24_000 || left[1].Order != "KASIR-00000002" {
			t.Errorf("doubts %+v, %v", left, err)
		}
		w.put("KASIR-00000002", 9_000)
		w.pay("KASIR-00000002")
		for w.get("KASIR-00000002").State != wire.Settled {
		}
		if left, _, _ := w.backend.archive.Doubtful(t.Context(), 10); len(left) != 1 {
			t.Errorf("doubts after the book had it: %+v", left)
		}
		page = wire.JournalPage{Journal: journal, Head: 2, Rows: []wire.JournalRow{}}
		send(0)
		send(0)
		waits, err := w.backend.archive.Stopped(t.Context(), 10)
		if err != nil || len(waits) != 1 || waits[0].Device != "KASIR" || waits[0].Flag != "rollback" {
			t.Errorf("waits for a person: %+v, %v", waits, err)
		}
		if got := strings.Count(w.logged(), "alarm: a device's journal is not what it was"); got != 1 {
			t.Errorf("%d lines in the log, want 1", got)
		}
	})
}

// TestJournalsRefused: what is not a page of the device's own journal is refused,
// and bounded before it is looked at.
func TestJournalsRefused(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := settle(t, func(o *Options) { o.Journals = openCopies(t) })
		packed := func(text []byte) []byte {
			var b bytes.Buffer
			z := gzip.NewWriter(&b)
			z.Write(text)
			z.Close()
			return b.Bytes()
		}
		good, _ := json.Marshal(wire.JournalPage{Journal: journal, Rows: []wire.JournalRow{}})
		bomb := packed(make([]byte, 4<<20))
		for name, tt := range map[string]struct {
			body     []byte
			encoding string
			want     int
		}{
			"as it is":         {good, "", 200},
			"compressed":       {packed(good), "gzip", 200},
			"not compressed":   {good, "gzip", 400},
			"in another way":   {good, "br", 400},
			"cut":              {packed(good)[:20], "gzip", 400},
			"a bomb":           {bomb, "gzip", 413},
			"too long":         {make([]byte, wire.MaxJournalPage+1), "", 413},
			"no page":          {[]byte(`[]`), "", 400},
			"no journal":       {[]byte(`{"journal":"x","head":1,"rows":[]}`), "", 400},
			"a hash too short": {[]byte(`{"journal":"` + journal + `","head":1,"from":1,"prev":"00","rows":[]}`), "", 400},
		} {
			r := from("127.0.0.1:99", "/v1/devices/KASIR/journal")
			r.Method, r.Host = "POST", "127.0.0.1"
			r = here(r)
			r.Body = body(tt.body)
			r.Header.Set("Content-Encoding", tt.encoding)
			if got := w.handle(r); got.Code != tt.want {
				t.Errorf("%s: HTTP %d %s, want %d", name, got.Code, got.Body, tt.want)
			}
		}
		if len(bomb) > 64<<10 {
			t.Errorf("a bomb of %d bytes is none", len(bomb))
		}
	})
	bubble(t, func(t *testing.T) {
		w := settle(t, nil)
		if status := w.request("POST", "/v1/devices/KASIR/journal", wire.JournalPage{Journal: journal, Rows: []wire.JournalRow{}}, nil); status != http.StatusNotFound {
			t.Errorf("a backend that keeps none: HTTP %d", status)
		}
	})
	bubble(t, func(t *testing.T) {
		c := openChain(t)
		d := c.enrolled("toko-1")
		if got := d.ask("POST", "/v1/devices/toko-2/journal", wire.JournalPage{Journal: journal, Rows: []wire.JournalRow{}}, nil); got != wire.Forbidden {
			t.Errorf("another device's journal: %q", got)
		}
	})
}
