package shelf

import (
	"database/sql"
	"flag"
	"testing"

	"kasir/backend/dbfile"
	"kasir/backend/dbfile/oldtest"
	"kasir/backend/merchant"
)

var update = flag.Bool("update", false, "write what is missing of testdata")

// TestEveryVersion: a shelf of any release is brought up with all that is on it.
func TestEveryVersion(t *testing.T) {
	oldtest.Kind{
		Schema: dbfile.Schema{Application: applicationID, Steps: steps, Readers: 1},
		Fill: func(_ int, db *sql.DB) error {
			_, err := db.Exec(`INSERT INTO papers (kind, id, version, key, open, at_ms, body) VALUES
					('refund', 'a', 2, 'WEB-1', 1, 7, '{"n":2}'), ('snap', 'W-1', 1, '', 0, 8, '{"asked_at_ms":20}'), ('device', 'toko-1', 1, '', 0, 9, '{"name":"toko-1"}');
				INSERT INTO versions (kind, id, version, at_ms, body) VALUES
					('refund', 'a', 1, 6, '{"n":1}'), ('refund', 'a', 2, 7, '{"n":2}'), ('snap', 'W-1', 1, 8, '{"asked_at_ms":20}'), ('device', 'toko-1', 1, 9, '{"name":"toko-1"}')`)
			return err
		},
		Open: func(t *testing.T, path string, _ int) {
			s, err := Open(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			open, err := s.Open(t.Context(), merchant.KindRefund, "", 9)
			if err != nil || len(open) != 1 || open[0].ID != "a" || open[0].Key != "WEB-1" || open[0].Version < 2 {
				t.Fatalf("open %+v, %v", open, err)
			}
			if found, err := s.Search(t.Context(), merchant.KindSnap, merchant.Span{Limit: 9}); err != nil || len(found) != 1 || found[0].ID != "W-1" {
				t.Errorf("searched %+v, %v", found, err)
			}
			if p, ok, err := s.Get(t.Context(), merchant.KindDevice, "toko-1"); err != nil || !ok || string(p.Body) != `{"name":"toko-1"}` {
				t.Errorf("card %+v, %v, %v", p, ok, err)
			}
			next := open[0]
			next.Version++
			if err := s.Put(t.Context(), next); err != nil { // and it goes on
				t.Error(err)
			}
		},
	}.Run(t, *update)
}
