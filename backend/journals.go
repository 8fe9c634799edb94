package backend

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"net/http"

	"kasir/backend/archive"
	"kasir/backend/ledger"
	"kasir/backend/office"
	"kasir/backend/wire"
)

// openArchive makes the keeper of devices' journals; there is none without a place
// for them.
func (b *Backend) openArchive() {
	if b.o.Journals == nil {
		return
	}
	b.archive = archive.New(archive.Options{Store: b.o.Journals, Paid: b.paidInBook, Log: b.log,
		Alarm: func(f archive.Flag) { b.o.Meter.Alarm("journal_" + string(f)) }})
}

// paidInBook reports whether the ledger has an order as settled with an amount.
func (b *Backend) paidInBook(ctx context.Context, order string, amount int64) (bool, error) {
	f, ok, err := b.o.Book.Order(ctx, order)
	return ok && f.State == ledger.Settled && f.Paid == amount, err
}

// takeJournal takes a page of a device's journal, and what the device says of
// itself with it.
func (b *Backend) takeJournal(r *http.Request) (any, error) {
	name, err := deviceOf(r)
	if err != nil {
		return nil, err
	}
	body, err := unpacked(r)
	if err != nil {
		return nil, err
	}
	var p wire.JournalPage
	if err := json.Unmarshal(body, &p); err != nil {
		return nil, &wire.Error{Code: wire.BadRequest, Message: "the body is not a page of a journal"}
	}
	if err := p.Check(); err != nil {
		return nil, &wire.Error{Code: wire.BadRequest, Message: clip(err.Error(), maxWord)}
	}
	if b.archive == nil {
		return nil, &wire.Error{Code: wire.NotFound, Message: "this backend keeps no journals"}
	}
	b.describe(r.Context(), name, office.Says{Version: p.Version, Board: p.Board, Unsent: p.Unsent}, p.Clock)
	out, err := b.archive.Take(r.Context(), name, p)
	if err != nil {
		b.log.ErrorContext(r.Context(), "journal not kept", "device", name, "error", err)
		return nil, &wire.Error{Code: wire.Busy, Message: "not kept; try again"}
	}
	return out, nil
}

// unpacked is a body that may be compressed; what it comes to is bounded as well.
func unpacked(r *http.Request) ([]byte, error) {
	body, err := readBody(r, wire.MaxJournalPage)
	if err != nil {
		return nil, err
	}
	switch r.Header.Get("Content-Encoding") {
	case "", "identity":
		return body, nil
	case "gzip":
	default:
		return nil, &wire.Error{Code: wire.BadRequest, Message: "the body is packed in an unknown way"}
	}
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err == nil {
		body, err = io.ReadAll(io.LimitReader(z, wire.MaxJournalPage+1))
	}
	switch {
	case err != nil:
		return nil, &wire.Error{Code: wire.BadRequest, Message: "the body cannot be unpacked"}
	case len(body) > wire.MaxJournalPage:
		return nil, &wire.Error{Code: wire.TooLarge, Message: "the body is too long when it is unpacked"}
	}
	return body, nil
}
