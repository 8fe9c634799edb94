package merchant

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"kasir/backend/wire"
)

// Kind is what a paper is about. The words are stored: never reuse one for
// another meaning.
type Kind string

// Kinds, and what names a paper of each.
const (
	KindCharge       Kind = "charge"       // how a charge is to be paid, by order id
	KindRefund       Kind = "refund"       // by the refund's key
	KindSnap         Kind = "snap"         // a checkout page, by order id
	KindUser         Kind = "user"         // a wallet linked on one, by derived user id
	KindSubscription Kind = "subscription" // by the merchant's name for it
	KindSecret       Kind = "secret"       // the salt of user ids
	KindDevice       Kind = "device"       // a device's card, by its name; written by identity/cabinet
)

// Paper is one thing that was asked for, as it stands now. Earlier versions
// are kept too.
type Paper struct {
	Kind    Kind
	ID      string
	Version int64  // 1, 2, 3 ...
	Key     string // what papers of a kind are found by besides ID; "" for nothing
	Open    bool   // something is still to be asked or done
	AtMS    int64  // Unix milliseconds; for reports
	Body    []byte // JSON
}

// ErrStale is Put's answer to a paper that somebody else changed meanwhile.
var ErrStale = errors.New("the paper has changed meanwhile")

// Shelf is where papers are kept. It may be used by many goroutines; every
// method is bounded in what it returns and honours its context.
type Shelf interface {
	// Put makes p durable. It fails with ErrStale unless p.Version is one more
	// than what is stored.
	Put(ctx context.Context, p Paper) error
	// Get is a paper; ok is false when there is none.
	Get(ctx context.Context, kind Kind, id string) (p Paper, ok bool, err error)
	// Keyed is up to limit papers of a kind with this key, by id, after the
	// given one.
	Keyed(ctx context.Context, kind Kind, key, after string, limit int) ([]Paper, error)
	// Open is up to limit open papers of a kind, by id, after the given one.
	Open(ctx context.Context, kind Kind, after string, limit int) ([]Paper, error)
	// All is up to limit papers of a kind, by id, after the given one.
	All(ctx context.Context, kind Kind, after string, limit int) ([]Paper, error)
	// Search is up to q.Limit orders, newest first: of KindSnap the pages, of
	// KindSubscription the charges, each as a Paper whose ID is the order's,
	// whose AtMS is when it was asked for, and whose Body is one Recurred.
	Search(ctx context.Context, kind Kind, q Span) ([]Paper, error)
	Close() error
}

// Span is a part of what there is by time. Fields that are zero exclude nothing.
type Span struct {
	FromMS int64 // asked for at or after, Unix milliseconds
	ToMS   int64 // asked for before
	Limit  int   // 1 or more

	// BeforeMS and BeforeOrder are of the last one of the page before.
	BeforeMS    int64
	BeforeOrder string
}

// Bounded is q with what it leaves open said: to the end of time, from the newest.
func (q Span) Bounded() Span {
	if q.ToMS == 0 {
		q.ToMS = math.MaxInt64
	}
	if q.BeforeOrder == "" {
		q.BeforeMS = math.MaxInt64
	}
	return q
}

// sheet is a paper whose body is a T.
type sheet[T any] struct {
	version int64
	Is      T
}

// read takes a paper off the shelf; a paper that is not there has version 0.
func read[T any](ctx context.Context, s Shelf, kind Kind, id string) (sheet[T], error) {
	var out sheet[T]
	p, ok, err := s.Get(ctx, kind, id)
	if err != nil || !ok {
		return out, unshelved(err)
	}
	return opened[T](p)
}

func opened[T any](p Paper) (sheet[T], error) {
	out := sheet[T]{version: p.Version}
	if err := json.Unmarshal(p.Body, &out.Is); err != nil {
		return out, unshelved(fmt.Errorf("read %s %s: %w", p.Kind, p.ID, err))
	}
	return out, nil
}

func (s sheet[T]) there() bool { return s.version > 0 }

// filing is how a paper is filed.
type filing struct {
	kind    Kind
	id, key string
	open    bool
}

// write files the sheet's next version.
func write[T any](ctx context.Context, shelf Shelf, f filing, s *sheet[T]) error {
	body, err := json.Marshal(s.Is)
	if err != nil {
		return fmt.Errorf("write %s: %w", f.kind, err)
	}
	// What is decided is written even when whoever asked has gone.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), shelfTime)
	defer cancel()
	err = shelf.Put(ctx, Paper{Kind: f.kind, ID: f.id, Key: f.key, Open: f.open,
		Version: s.version + 1, AtMS: time.Now().UnixMilli(), Body: body})
	if err != nil {
		return unshelved(err)
	}
	s.version++
	return nil
}

const shelfTime = 20 * time.Second // for one paper, waiting for the file included

// unshelved says that the shelf could not be used: nothing was decided.
func unshelved(err error) error {
	if err == nil {
		return nil
	}
	return errors.Join(&wire.Error{Code: wire.Busy, Message: "nothing was decided; try again"}, err)
}
