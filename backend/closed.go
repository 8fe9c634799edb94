package backend

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/wire"
)

// A terminal shows a closed shift as an address for the owner's phone. The page
// there proves two things and no more: that the figures are those which the
// terminal had at its close, because only the terminal and this backend can make
// the address (see wire.Close); and what this backend knows of the same orders,
// from the provider's own word. It does not prove that the counted sum lies in a
// drawer, nor anything about orders that never reached this backend.

const (
	closedPath = "/z/"
	maxClosed  = 3000 // orders of one shift that are counted for a page
)

//go:embed closed.html
var closedHTML string

var closedSheet = newSheet("closed", closedHTML)

// closedPage is what the owner reads, in both languages.
type closedPage struct {
	Class, ID, EN string
	Rows          []closedRow
}

type closedRow struct{ ID, EN, Is string }

// readClosed is GET: a terminal's figures of a shift beside this backend's.
func (b *Backend) readClosed(r *http.Request) (any, error) {
	select {
	case b.reading <- struct{}{}:
		defer func() { <-b.reading }()
	default:
		return closedSheet.show(http.StatusServiceUnavailable, closedPage{Class: busyPage.Class, ID: busyPage.ID, EN: busyPage.EN})
	}
	c, device, err := b.closedOf(r.Context(), r.PathValue("token"))
	switch {
	case errors.Is(err, errNoOrder):
		return closedSheet.show(http.StatusNotFound, closedPage{Class: strangePage.Class, ID: strangePage.ID, EN: strangePage.EN})
	case err == nil && !b.receipts.take("close "+c.Known):
		return closedSheet.show(http.StatusTooManyRequests, closedPage{Class: hastyPage.Class, ID: hastyPage.ID, EN: hastyPage.EN})
	}
	var own takings
	if err == nil {
		own, err = b.takings(r.Context(), device, c.First, c.Last)
	}
	if err != nil {
		b.log.ErrorContext(r.Context(), "book cannot be read", "error", err)
		return closedSheet.show(http.StatusServiceUnavailable, closedPage{Class: busyPage.Class, ID: busyPage.ID, EN: busyPage.EN})
	}
	page := compareClosed(c, own)
	page.Rows = closedRows(c, device, own)
	b.log.InfoContext(r.Context(), "closed shift shown", "device", device, "shift", c.Shift, "verdict", page.Class)
	return closedSheet.show(http.StatusOK, page)
}

// closedOf is what a token proves, and whose it is. errNoOrder is for every token
// that proves nothing.
func (b *Backend) closedOf(ctx context.Context, token string) (wire.Close, string, error) {
	c, proof, ok := wire.ParseClose(token)
	if !ok || !b.confirms() {
		return wire.Close{}, "", errNoOrder
	}
	device, _, err := ledger.ParseOrder(c.Known)
	if err != nil {
		return wire.Close{}, "", errNoOrder
	}
	f, ok, err := b.o.Book.Order(ctx, c.Known)
	if err != nil {
		return wire.Close{}, "", err
	}
	if !ok || !c.Proves(b.confirmKey(device, f.Journal), device, proof) {
		return wire.Close{}, "", errNoOrder
	}
	return c, device, nil
}

// takings is what a book has of a device's orders.
type takings struct {
	sales, taken int64
	whole        bool // all of them were looked at
}

// takings counts the orders of a device from first to last that are settled with
// what was asked, as the terminal counts them.
func (b *Backend) takings(ctx context.Context, device string, first, last int64) (t takings, err error) {
	if first == 0 {
		return takings{whole: true}, nil
	}
	if last-first >= maxClosed {
		return takings{}, nil
	}
	for n := first; n <= last; n++ {
		f, ok, err := b.o.Book.Order(ctx, fmt.Sprintf("%s-%0*d", device, wire.OrderDigits, n))
		if err != nil {
			return takings{}, err
		}
		if ok && f.State == ledger.Settled && f.Paid == f.Amount {
			t.sales, t.taken = t.sales+1, t.taken+f.Amount
		}
	}
	t.whole = true
	return t, nil
}

// compareClosed says whether the two agree about the orders of the shift.
func compareClosed(c wire.Close, own takings) closedPage {
	sales, taken := c.Sales-c.Old, c.Taken-c.OldTaken
	switch {
	case !own.whole:
		return closedPage{Class: "wait", ID: "Terlalu banyak penjualan untuk dihitung di sini.", EN: "Too many sales to be counted here."}
	case sales == own.sales && taken == own.taken:
		return closedPage{Class: "yes", ID: "COCOK", EN: "The device and the server agree."}
	case sales <= own.sales && taken <= own.taken:
		return closedPage{Class: "wait", ID: "Di server ada lebih: dibayar sesudah tutup, atau belum diketahui alat.",
			EN: "The server has more: paid after the close, or not known to the device by then."}
	}
	return closedPage{Class: "no", ID: "TIDAK COCOK", EN: "The device counted money that the server does not have."}
}

func closedRows(c wire.Close, device string, own takings) []closedRow {
	n := func(v int64) string { return strconv.FormatInt(v, 10) }
	counted := "–"
	if c.Counted >= 0 {
		counted = rupiah(c.Counted)
	}
	known := "–"
	if own.whole {
		known = n(own.sales) + " · " + rupiah(own.taken)
	}
	rows := []closedRow{
		{"Alat, shift", "Device, shift", device + ", " + n(c.Shift)},
		{"Ditutup, jam alat (WIB)", "Closed, by the device's clock (UTC+7)", time.Unix(c.ToS, 0).In(time.FixedZone("WIB", 7*60*60)).Format("2006-01-02 15:04")},
		{"Alat: penjualan shift ini", "Device: sales of this shift", n(c.Sales-c.Old) + " · " + rupiah(c.Taken-c.OldTaken)},
		{"Server: penjualan yang sama", "Server: the same sales", known},
	}
	if c.Old > 0 {
		rows = append(rows, closedRow{"Alat: dari shift sebelumnya", "Device: of earlier shifts", n(c.Old) + " · " + rupiah(c.OldTaken)})
	}
	return append(rows,
		closedRow{"Hitungan orang", "Counted by a person", counted},
		closedRow{"Belum pasti saat tutup", "Not sure at the close", n(c.Unsure)},
		closedRow{"Melewati peringatan", "Warnings overruled", n(c.Overs)},
		closedRow{"Kepala catatan", "Head of the record", c.Head})
}
