package backend

import (
	"net/http"
	"strings"
	"testing"

	"kasir/backend/archive"
	"kasir/backend/archive/archivetest"
	"kasir/backend/reconcile"
	"kasir/backend/wire"
)

// TestFindings: whoever has the merchant's token, and nobody else, is told which
// journals wait for a person, and says what was found.
func TestFindings(t *testing.T) {
	const journals = "/v1/merchant/journals"
	id := archivetest.ID(1)
	bubble(t, func(t *testing.T) {
		store := openCopies(t)
		s := openShop(t, func(o *Options) { o.Journals = store })
		archivetest.Put(t, store, archive.Copy{Device: "TOKO", Journal: id, Branch: 1, AtMS: 5, Flag: archive.Fork, FlagSeq: 2, FlagMS: 7},
			archivetest.Rows(1, wire.JournalGenesis(id), 3))
		var found archive.Findings
		want := archive.Finding{Device: "TOKO", Journal: id, Flag: archive.Fork, Row: 2, FoundMS: 7, Kept: 3}
		if status := s.call("GET", journals, nil, &found); status != http.StatusOK || len(found.Journals) != 1 || found.Journals[0] != want || len(found.Sales) != 0 || found.More {
			t.Errorf("HTTP %d %+v", status, found)
		}
		path, why := journals+"/TOKO/"+id, closing{Who: "Bu Sri", Reason: "a new card"}
		for _, bad := range []closing{{}, {Who: "Bu Sri"}, {Who: "Bu\nSri", Reason: why.Reason}, {Who: strings.Repeat("x", reconcile.MaxWho+1), Reason: why.Reason}} {
			s.refused(wire.BadRequest, "POST", path, bad)
		}
		s.refused(wire.NotFound, "POST", journals+"/LAIN/"+id, why)
		if status, _, _ := s.as("", "GET", journals, nil); status != http.StatusUnauthorized {
			t.Errorf("without a token: HTTP %d", status)
		}
		if status := s.call("POST", path, why, &found); status != http.StatusOK || len(found.Journals) != 0 {
			t.Errorf("HTTP %d %+v", status, found)
		}
		s.refused(wire.NotFound, "POST", path, why)
		if c, _, err := store.Copy(t.Context(), "TOKO", id); err != nil || c.Seen != "Bu Sri: a new card" {
			t.Errorf("%+v, %v", c, err)
		}
	})
	bubble(t, func(t *testing.T) {
		s := openShop(t, nil)
		s.refused(wire.NotFound, "GET", journals, nil)
	})
}
