package office

import (
	"context"
	"path/filepath"
	"testing"

	"kasir/backend/archive"
	"kasir/backend/archive/archivetest"
	"kasir/backend/archive/vault"
	"kasir/backend/wire"
)

// TestJournals: a journal that is not what it was, and money that only a device
// knows of, wait for a person; the owner closes the one with a reason, and the
// other ends by itself.
func TestJournals(t *testing.T) {
	store, err := vault.Open(t.Context(), filepath.Join(t.TempDir(), "j.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	paid := false
	keeper := archive.New(archive.Options{Store: store, Paid: func(context.Context, string, int64) (bool, error) { return paid, nil }})
	o := settle(t, func(o *Options) { o.Journals = keeper })
	rows := archivetest.Rows(1, wire.JournalGenesis(journalID), 2)
	page := wire.JournalPage{Journal: journalID, Head: 2, Asked: 1, From: 1, Prev: wire.JournalGenesis(journalID), Rows: []wire.JournalRow{rows[0].JournalRow, rows[1].JournalRow}}
	if _, err := keeper.Take(t.Context(), "TOKO", page); err != nil {
		t.Fatal(err)
	}
	o.Heard(t.Context(), "TOKO", Says{Version: "v1"})
	b := o.logIn("sri", Owner)
	b.get("/owner/devices").want(200, "Jurnal", "2 baris tersimpan")
	b.get("/owner/attention").want(200, "Kata alat sudah lunas, di buku belum", "/owner/sale/TOKO-00000001", Rupiah(200))

	page.Head, page.Rows = 1, nil // an older copy was put back
	if _, err := keeper.Take(t.Context(), "TOKO", page); err != nil {
		t.Fatal(err)
	}
	o.forget()
	paid = true
	b.get("/owner/devices").want(200, "Salinan lama jurnal dipasang kembali", "/owner/attention#journals")
	b.get("/owner/attention").want(200, "Salinan lama jurnal dipasang kembali", "<b>TOKO</b>", journalID)
	b.post("/owner/attention", "device", "TOKO", "journal", journalID, "reason", "x").want(422, "Alasan")
	b.post("/owner/attention", "device", "KAFE", "journal", journalID, "reason", "kartu diganti").want(404)
	o.logIn("budi", Clerk).get("/owner/attention").post("/owner/attention", "device", "TOKO", "journal", journalID, "reason", "kartu diganti").want(403)
	b.get("/owner/attention").post("/owner/attention", "device", "TOKO", "journal", journalID, "reason", "kartu diganti").goes("/owner/attention")
	b.get("/owner/attention").want(200, "Semua beres")
	c, _, err := keeper.Copy(t.Context(), "TOKO", journalID)
	if err != nil || c.Seen != "sri: kartu diganti" {
		t.Errorf("seen by %q, %v", c.Seen, err)
	}
}
