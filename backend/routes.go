package backend

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/near"
	"kasir/backend/office"
	"kasir/backend/wallet"
	"kasir/backend/wire"
)

// notifyPath is where the provider's notifications come, and below it.
const notifyPath = "/v1/notifications/midtrans"

// handler answers a request with something to write as JSON, or an error.
type handler func(*http.Request) (any, error)

// methods is what a path takes.
type methods map[string]handler

// route is a path, what it takes, and who may use it.
type route struct {
	path    string
	methods methods
	door    func(*http.Request) error // nil: everybody
}

// table is every path there is; openapi.json describes exactly these.
func (b *Backend) table() []route {
	return append([]route{
		{"/v1/charges/{order}", methods{http.MethodPut: b.open, http.MethodGet: b.look, http.MethodDelete: b.cancel}, b.admitTerminal},
		{"/v1/devices/{device}", methods{http.MethodGet: b.hello}, b.admitTerminal},
		{"/v1/devices/{device}/events", methods{http.MethodGet: b.events}, b.admitTerminal},
		{"/v1/devices/{device}/journal", methods{http.MethodPost: b.takeJournal}, b.admitTerminal},
		{"/v1/links/{link}", methods{http.MethodPut: b.putLink, http.MethodGet: b.getLink}, b.admitTerminal},
		{"/v1/customers", methods{http.MethodPost: b.find}, b.admitTerminal},
		{"/v1/customers/{customer}", methods{http.MethodGet: b.getCustomer, http.MethodDelete: b.unlink}, b.admitTerminal},
		{"/v1/updates/{board}", methods{http.MethodGet: b.newestUpdate}, b.admitTerminal},
		{"/v1/updates/{board}/{sha256}", methods{http.MethodGet: b.readUpdate}, b.admitTerminal},
		{"/v1/enrol", methods{http.MethodPost: b.enrol}, nil},
		{"/v1/renew", methods{http.MethodPost: b.renew}, b.admitRenewal},
		{"/v1/identity", methods{http.MethodGet: b.standing}, b.admitRenewal},
		{notifyPath, methods{http.MethodPost: b.notified}, nil},
		{notifyPath + "/account", methods{http.MethodPost: b.accountNotified}, nil},
		{receiptPath + "{token}", methods{http.MethodGet: b.readReceipt, http.MethodPost: b.endByReceipt}, nil},
		{closedPath + "{token}", methods{http.MethodGet: b.readClosed}, nil},
		{"/healthz", methods{http.MethodGet: b.health}, nil},
		{"/readyz", methods{http.MethodGet: b.ready}, nil},
	}, b.merchantTable()...)
}

// routes is the backend's face: every answer is JSON but for pages that payers
// see, every refusal a wire.Error.
func (b *Backend) routes() http.Handler {
	mux := http.NewServeMux()
	for _, r := range b.table() {
		mux.Handle(r.path, b.serve(r))
	}
	if b.office != nil {
		mux.Handle(office.Prefix, b.office.Handler())
	}
	mux.Handle("/", b.serve(route{path: "/"}))
	return b.gate(mux)
}

// serve makes a path of its methods. Its door may turn a request away first.
func (b *Backend) serve(way route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		body, err := b.guarded(way.methods, way.door, r)
		if r.Context().Err() != nil {
			panic(http.ErrAbortHandler) // nobody is there to read an answer
		}
		status := http.StatusOK
		switch f := body.(type) {
		case *bundle:
			f.serve(w, r) // bytes, as many as were asked for
		case stream:
			b.count(way, r.Method, status, began)
			f.run(w)
			return
		default:
			status = b.write(w, body, err)
		}
		b.count(way, r.Method, status, began)
		if b.log.Enabled(r.Context(), slog.LevelDebug) {
			b.log.DebugContext(r.Context(), "request", "method", r.Method, "path", loggable(r), "status", status, "took", time.Since(began))
		}
	})
}

func (b *Backend) guarded(m methods, door func(*http.Request) error, r *http.Request) (body any, err error) {
	defer func() {
		if v := recover(); v != nil {
			// What a panic says may quote a request: its type and place will do.
			b.log.ErrorContext(r.Context(), "panic in a request", "method", r.Method, "path", loggable(r),
				"type", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
			body, err = nil, &wire.Error{Code: wire.Internal, Message: "a fault of ours"}
		}
	}()
	if m == nil {
		return nil, &wire.Error{Code: wire.NotFound, Message: "no such path"}
	}
	if door != nil {
		if err := door(r); err != nil {
			return nil, err
		}
	}
	if v, ok := visitorOf(r); ok {
		if err := b.paceDevice(v.Name); err != nil {
			return nil, b.turnedAway(r, v.Name, err)
		}
	}
	h, ok := m[r.Method]
	if !ok {
		return nil, &wire.Error{Code: wire.BadMethod, Message: r.Method + " is not for this path"}
	}
	return h(r)
}

// write answers with body, or with err as a wire.Error.
func (b *Backend) write(w http.ResponseWriter, body any, err error) int {
	status := http.StatusOK
	if err != nil {
		e := refusalOf(err)
		status, body = wire.Status(e.Code), e
		if status == http.StatusTooManyRequests {
			w.Header().Set("Retry-After", retryAfterOf(err))
		}
		b.o.Meter.Refused(e.Code)
	}
	kind := "application/json"
	text, err := json.Marshal(body)
	if d, ok := body.(document); ok {
		status, kind, text = d.status, d.kind, d.text
		if d.policy != "" {
			w.Header().Set("Content-Security-Policy", d.policy)
			w.Header().Set("Referrer-Policy", "no-referrer")
			w.Header().Set("Vary", "Accept-Language")
		}
	} else if err != nil {
		b.log.Error("answer cannot be written", "error", err)
		status, text = http.StatusInternalServerError, []byte(`{"code":"internal","message":"a fault of ours"}`)
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	if status == http.StatusServiceUnavailable {
		h.Set("Retry-After", "1")
	}
	w.WriteHeader(status)
	w.Write(append(text, '\n'))
	return status
}

// refusalOf is an error in the words of the protocol.
func refusalOf(err error) *wire.Error {
	var e *wire.Error
	if no := identityRefusal(err); no != nil {
		return no
	}
	switch {
	case errors.As(err, &e):
		return e
	case errors.Is(err, ledger.ErrConflict), errors.Is(err, wallet.ErrConflict):
		return &wire.Error{Code: wire.OrderConflict, Message: err.Error()}
	case errors.Is(err, ledger.ErrTaken), errors.Is(err, wallet.ErrTaken):
		return &wire.Error{Code: wire.OrderTaken, Message: err.Error()}
	case errors.Is(err, errNoOrder), errors.Is(err, errNoCustomer), errors.Is(err, errNoLink), errors.Is(err, errNoWallets):
		return &wire.Error{Code: wire.NotFound, Message: err.Error()}
	case errors.Is(err, errFull), errors.Is(err, errBook), errors.Is(err, errClosed):
		return &wire.Error{Code: wire.Busy, Message: "nothing was decided; try again"}
	}
	return &wire.Error{Code: wire.Internal, Message: "the outcome is unknown; ask"}
}

// admitLocal lets terminals and programs in that are on this very machine, and
// come in the clear. A request that came through a proxy is not from this
// machine, nor is one that was sent to another name (a web page that has its
// name point at us).
func (b *Backend) admitLocal(r *http.Request) error {
	if !b.o.Local || r.TLS != nil {
		return &wire.Error{Code: wire.Forbidden, Message: "without a certificate only what is on this machine is served: listen on 127.0.0.1, or enrol"}
	}
	if near.Proxied(r) {
		return &wire.Error{Code: wire.Forbidden, Message: "terminals are not served through a proxy"}
	}
	if !near.Here(r) {
		return &wire.Error{Code: wire.Forbidden, Message: "terminals are served on loopback only"}
	}
	return nil
}

// readBody reads a bounded body.
func readBody(r *http.Request, limit int64) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	if err != nil {
		return nil, &wire.Error{Code: wire.BadRequest, Message: "the body cannot be read"}
	}
	if int64(len(body)) > limit {
		// As much again is taken in, so that whoever is still writing gets to
		// read the refusal instead of a broken connection.
		io.CopyN(io.Discard, r.Body, limit)
		return nil, &wire.Error{Code: wire.TooLarge, Message: fmt.Sprintf("the body is over %d bytes", limit)}
	}
	return body, nil
}
