package backend

import (
	"context"
	"errors"
	"net/http"
	"os"
	"time"

	"kasir/backend/updates"
	"kasir/backend/wire"
)

// newestUpdate tells a device which system there is for its board. Whether it
// takes it is the device's to decide.
func (b *Backend) newestUpdate(r *http.Request) (any, error) {
	board := r.PathValue("board")
	if !wire.ValidBoard(board) {
		return nil, &wire.Error{Code: wire.BadRequest, Message: "not a board's name"}
	}
	if b.o.Updates == nil {
		return nil, b.noUpdate(r.Context(), updates.ErrNone)
	}
	u, err := b.o.Updates.Newest(board)
	if err != nil {
		return nil, b.noUpdate(r.Context(), err)
	}
	return u, nil
}

// readUpdate is a bundle's bytes. Devices ask for a piece at a time, and so lose no
// more than that with a connection.
func (b *Backend) readUpdate(r *http.Request) (any, error) {
	board, sum := r.PathValue("board"), r.PathValue("sha256")
	if !wire.ValidBoard(board) || !wire.ValidSHA256(sum) {
		return nil, &wire.Error{Code: wire.BadRequest, Message: "not a board's name and a sha256"}
	}
	if b.o.Updates == nil {
		return nil, b.noUpdate(r.Context(), updates.ErrNone)
	}
	f, err := b.o.Updates.Open(board, sum)
	if err != nil {
		return nil, b.noUpdate(r.Context(), err)
	}
	return &bundle{f, sum}, nil
}

func (b *Backend) noUpdate(ctx context.Context, err error) error {
	if errors.Is(err, updates.ErrNone) {
		return &wire.Error{Code: wire.NotFound, Message: "there is no such update"}
	}
	b.log.ErrorContext(ctx, "updates cannot be read", "error", err)
	return &wire.Error{Code: wire.Busy, Message: "updates cannot be read"}
}

// bundle is an answer that is a file.
type bundle struct {
	file *os.File
	sum  string
}

// serve writes as much of the file as was asked for (RFC 9110, Range), and closes
// it. Its name on the way is its sum, so a piece is never taken for one of another.
func (f *bundle) serve(w http.ResponseWriter, r *http.Request) {
	defer f.file.Close()
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Etag", `"`+f.sum+`"`)
	http.ServeContent(w, r, "", time.Time{}, f.file)
}
