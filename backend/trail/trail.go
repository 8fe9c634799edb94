// Package trail gives every request a name, and writes it into each line of the
// log that is about the request: so that one complaint ("it said 503 at ten past
// four, and this number") leads to what happened behind it, through a proxy and
// across several backends.
//
// It knows neither HTTP nor what is logged. Next room: package backend, which
// names requests at its door.
package trail

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"strings"
)

// Header carries a request's name: in a request of a proxy that is trusted, and
// in every answer.
const Header = "X-Request-Id"

// MaxID is the longest name that is taken from somebody else, in characters.
const MaxID = 64

// key is what a log calls it.
const key = "request"

type nameKey struct{}

// New is a name that nobody else has: 16 hexadecimal digits.
func New() string {
	id := make([]byte, 8)
	rand.Read(id) // never fails
	return hex.EncodeToString(id)
}

// Valid reports whether a name of somebody else's may stand in our log: letters,
// digits and - _ . only, so that it can end no line and begin no field.
func Valid(id string) bool {
	const fine = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
	return id != "" && len(id) <= MaxID && strings.Trim(id, fine) == ""
}

// With is ctx for the request of this name.
func With(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, nameKey{}, id)
}

// ID is the name of the request that ctx is of, "" for none.
func ID(ctx context.Context) string {
	id, _ := ctx.Value(nameKey{}).(string)
	return id
}

// Logger is log, and names the request in every line that is written with its
// context (InfoContext and the like).
func Logger(log *slog.Logger) *slog.Logger {
	if _, already := log.Handler().(handler); already {
		return log
	}
	return slog.New(handler{log.Handler()})
}

type handler struct{ slog.Handler }

func (h handler) Handle(ctx context.Context, r slog.Record) error {
	if id := ID(ctx); id != "" {
		r = r.Clone() // others may hold the record's back
		r.AddAttrs(slog.String(key, id))
	}
	return h.Handler.Handle(ctx, r)
}

func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return handler{h.Handler.WithAttrs(attrs)}
}

func (h handler) WithGroup(name string) slog.Handler { return handler{h.Handler.WithGroup(name)} }
