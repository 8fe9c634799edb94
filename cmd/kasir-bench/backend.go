package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"kasir/backend"
	"kasir/backend/ledger"
	"kasir/backend/ledger/postgres"
	"kasir/backend/ledger/sqlite"
	"kasir/backend/midtrans"
	"kasir/backend/pgdb"
	"kasir/backend/pgdb/pgtest"
)

const (
	clients     = 64                     // that charge at one time
	chargeFor   = 300 * time.Millisecond // each way of keeping a book is measured for so long: a backend has 10,000 open charges at most
	commitFor   = 2 * time.Second        // each way of committing
	rounds      = 15                     // of all ways in turn; the medians are told
	benchSecret = "SB-Mid-server-bench"
	benchAmount = 25_000 // rupiah of each charge
)

// instant is a provider that answers at once, so that what is measured is ours.
type instant struct{ backend.Provider }

func (instant) Charge(_ context.Context, r midtrans.ChargeRequest) (midtrans.Transaction, error) {
	return midtrans.Transaction{TransactionID: "T-" + r.OrderID, OrderID: r.OrderID, Status: midtrans.StatusPending,
		GrossAmount: midtrans.Amount(r.GrossAmount), QRString: "00020101021226620014COM.GO-JEK.WWW", Currency: "IDR",
		TransactionTime: time.Now(), ExpiryTime: time.Now().Add(15 * time.Minute)}, nil
}

func (instant) Status(context.Context, string) (midtrans.Transaction, error) {
	return midtrans.Transaction{}, midtrans.ErrUnknown
}

// single is a book that makes a transaction of its own for every request.
type single struct{ ledger.Book }

func (s single) Commit(ctx context.Context, entries []ledger.Entry) error {
	for i := range entries {
		if err := s.Book.Commit(ctx, entries[i:i+1]); err != nil {
			return err
		}
	}
	return nil
}

// nowhere is a book that keeps nothing.
type nowhere struct{ ledger.Book }

func (nowhere) Commit(context.Context, []ledger.Entry) error { return nil }
func (nowhere) Watched(context.Context, string, int) ([]ledger.Facts, error) {
	return nil, nil
}
func (nowhere) Order(context.Context, string) (f ledger.Facts, ok bool, err error) {
	return f, false, nil
}

// charges is how many charges a second a backend on a book makes for its clients, asked
// as tills ask: over connections that stay open.
func charges(ctx context.Context, book ledger.Book, shared ledger.Shared) (float64, error) {
	b, err := backend.New(backend.Options{Book: book, Shared: shared, Provider: instant{}, NotifyKey: benchSecret, Local: true, Sandbox: true, DeviceRate: -1, AddressRate: -1})
	if err != nil {
		return 0, err
	}
	ctx, stop := context.WithCancel(ctx)
	over := make(chan error, 1)
	go func() { over <- b.Run(ctx) }()
	defer func() { stop(); <-over }()
	server := httptest.NewServer(b.Handler())
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}
	defer client.CloseIdleConnections()
	var done atomic.Int64
	var failed atomic.Pointer[error]
	var all sync.WaitGroup
	began := time.Now()
	for c := range clients {
		all.Go(func() {
			for n := 1; time.Since(began) < chargeFor && ctx.Err() == nil; n++ {
				if err := charge(ctx, client, fmt.Sprintf("%s/v1/charges/C%d-%08d", server.URL, c, n)); err != nil {
					failed.CompareAndSwap(nil, &err)
					return
				}
				done.Add(1)
			}
		})
	}
	all.Wait()
	if err := failed.Load(); err != nil {
		return 0, *err
	}
	return float64(done.Load()) / time.Since(began).Seconds(), nil
}

// chargeText is what a till sends to have a charge made.
var chargeText = fmt.Sprintf(`{"amount":%d,"journal":"0123456789abcdef0123456789abcdef"}`, benchAmount)

// charge makes one charge, which must be answered with its code.
func charge(ctx context.Context, client *http.Client, url string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPut, url, strings.NewReader(chargeText))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	res, err := client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	return pending(res)
}

// pending is nil for the answer to a charge that can be paid now.
func pending(res *http.Response) error {
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || !bytes.Contains(body, []byte(`"pending"`)) {
		return errors.Join(fmt.Errorf("charge: HTTP %d: %s", res.StatusCode, body), err)
	}
	return nil
}

// backendRows measures a backend under many clients, for both engines.
func backendRows(ctx context.Context) ([]row, error) {
	dir, err := os.MkdirTemp("", "kasir-bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	rows, floor, err := inFiles(ctx, dir)
	if err != nil {
		return rows, err
	}
	pg, err := pgtest.Start(ctx)
	if err != nil {
		return rows, err
	}
	more, err := inPostgres(ctx, pg, floor)
	return append(rows, more...), errors.Join(err, pg.Stop())
}

func perSecond(n float64) string { return fmt.Sprintf("%.0f/s", n) }

// inFiles holds a backend on SQLite against one that makes a transaction for each
// request, and against one that keeps nothing, whose rate is the floor. Each round has
// a new file for each.
func inFiles(ctx context.Context, dir string) (rows []row, floor float64, err error) {
	var nothing, group, each []float64
	for n := range rounds {
		none, err := charges(ctx, nowhere{}, nil)
		if err != nil {
			return nil, 0, err
		}
		nothing = append(nothing, none)
		for _, way := range []struct {
			name string
			of   func(ledger.Book) ledger.Book
			to   *[]float64
		}{
			{"group", func(b ledger.Book) ledger.Book { return b }, &group},
			{"single", func(b ledger.Book) ledger.Book { return single{b} }, &each},
		} {
			book, err := sqlite.Open(ctx, filepath.Join(dir, fmt.Sprint(way.name, n)))
			if err != nil {
				return nil, 0, err
			}
			got, err := charges(ctx, way.of(book), nil)
			if err = errors.Join(err, book.Close()); err != nil {
				return nil, 0, err
			}
			*way.to = append(*way.to, got)
		}
	}
	floor = middle(nothing)
	a, b := middle(group), middle(each)
	return []row{
		{"durable charges, 64 clients, SQLite, against a transaction each", perSecond(a), perSecond(b), a / b, 5, true},
		{"the same against a handler that keeps nothing", perSecond(a), perSecond(floor), a / floor, 0.4, true},
	}, floor, nil
}

func middle(rates []float64) float64 {
	slices.Sort(rates)
	return rates[len(rates)/2]
}

func inPostgres(ctx context.Context, pg *pgtest.Server, floor float64) ([]row, error) {
	address, err := pg.Create(ctx)
	if err != nil {
		return nil, err
	}
	db, err := pgdb.Open(ctx, address, nil)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	book, err := postgres.Open(ctx, db, postgres.Options{Shared: true})
	if err != nil {
		return nil, err
	}
	group, err := charges(ctx, book, book)
	if err != nil {
		return nil, err
	}
	together, err := commits(ctx, book)
	if err != nil {
		return nil, err
	}
	each, err := notifyEach(ctx, pg)
	if err != nil {
		return nil, err
	}
	wake, err := wakes(ctx, address, book)
	if err != nil {
		return nil, err
	}
	return []row{
		{"durable charges, 64 clients, PostgreSQL, against keeping nothing", perSecond(group), perSecond(floor), group / floor, 0.4, true},
		{"commits with news, 64 writers, against a transaction and NOTIFY each", perSecond(together), perSecond(each), together / each, 5, true},
		{"a commit here until another backend knows, p99, against 20 ms", short(wake), "20ms", over(wake, 20*time.Millisecond), 1, false},
	}, nil
}
