package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kasir/backend/ledger"
	"kasir/backend/ledger/postgres"
	"kasir/backend/pgdb"
	"kasir/backend/pgdb/pgtest"
)

// entry is a new order with news of it.
func entry(device string, n int64) ledger.Entry {
	r := ledger.Record{Kind: ledger.KindAsked, Order: fmt.Sprintf("%s-%08d", device, n), Device: device, Number: n, Amount: 25_000,
		Journal: "0123456789abcdef0123456789abcdef", AtMS: time.Now().UnixMilli(), LifetimeMS: 900_000, PaymentType: "qris"}
	var c ledger.Charge
	c.Apply(r)
	return ledger.Entry{Facts: c.Facts, Records: []ledger.Record{r}, News: true}
}

// rate is how often a second work is done by as many writers as there are clients.
func rate(ctx context.Context, work func(writer int, n int64) error) (float64, error) {
	var done atomic.Int64
	var all sync.WaitGroup
	errs := make([]error, clients)
	began := time.Now()
	for w := range clients {
		all.Go(func() {
			for n := int64(1); time.Since(began) < commitFor && ctx.Err() == nil; n++ {
				if errs[w] = work(w, n); errs[w] != nil {
					return
				}
				done.Add(1)
			}
		})
	}
	all.Wait()
	return float64(done.Load()) / time.Since(began).Seconds(), errors.Join(errs...)
}

// commits is the rate of our commits, each of one order with news.
func commits(ctx context.Context, book *postgres.Book) (float64, error) {
	parts := make([]int, 0, clients)
	for w := range clients {
		parts = append(parts, book.PartOf(fmt.Sprintf("W%d", w)))
	}
	if _, _, err := book.Claim(ctx, parts); err != nil {
		return 0, err
	}
	return rate(ctx, func(w int, n int64) error {
		return book.Commit(ctx, []ledger.Entry{entry(fmt.Sprintf("W%d", w), n)})
	})
}

// notifyEach is the rate of the usual way: as many connections as writers, and
// for every order a transaction that writes the same rows and notifies.
func notifyEach(ctx context.Context, pg *pgtest.Server) (float64, error) {
	address, err := pg.Create(ctx)
	if err != nil {
		return 0, err
	}
	db, err := pgdb.Open(ctx, address, nil)
	if err != nil {
		return 0, err
	}
	defer db.Close()
	if _, err := postgres.Open(ctx, db, postgres.Options{}); err != nil {
		return 0, err
	}
	conf, err := pgxpool.ParseConfig(address)
	if err != nil {
		return 0, err
	}
	conf.MaxConns, conf.MinConns = clients, clients
	pool, err := pgxpool.NewWithConfig(ctx, conf)
	if err != nil {
		return 0, err
	}
	defer pool.Close()
	return rate(ctx, func(w int, n int64) error {
		e := entry(fmt.Sprintf("W%d", w), n)
		facts, _ := json.Marshal(e.Facts)
		record, _ := json.Marshal(e.Records[0])
		b := &pgx.Batch{}
		b.Queue(`INSERT INTO orders (order_id, version, watched, part, device, state, amount, asked_ms, alarmed, body) VALUES ($1, 1, true, 0, $2, 'asked', $3, $4, false, $5)`,
			e.Facts.Order, e.Facts.Device, e.Facts.Amount, e.Facts.AskedMS, string(facts))
		b.Queue(`INSERT INTO facts (order_id, n, kind, at_ms, body) VALUES ($1, 1, 'asked', $2, $3)`, e.Facts.Order, e.Facts.AskedMS, string(record))
		b.Queue(`INSERT INTO devices (device, next, latest) VALUES ($1, $2, 1) ON CONFLICT (device) DO UPDATE SET next = $2, latest = devices.latest + 1`, e.Facts.Device, n+1)
		b.Queue(`INSERT INTO news (device, seq, order_id) SELECT device, latest, $2 FROM devices WHERE device = $1`, e.Facts.Device, e.Facts.Order)
		b.Queue(`SELECT pg_notify('kasir_news', $1)`, e.Facts.Device)
		return pool.SendBatch(ctx, b).Close()
	})
}

// wakes is the slowest of a hundred between a commit and the moment another
// backend is told of it, with a commit every few milliseconds.
func wakes(ctx context.Context, address string, book *postgres.Book) (time.Duration, error) {
	db, err := pgdb.Open(ctx, address, nil)
	if err != nil {
		return 0, err
	}
	defer db.Close()
	other, err := postgres.Open(ctx, db, postgres.Options{})
	if err != nil {
		return 0, err
	}
	heard, ready := make(chan string, 64), make(chan bool, 8)
	other.OnNews(func(devices []string) { heard <- strings.Join(devices, " ") }, func() { ready <- true })
	<-ready
	if _, _, err := book.Claim(ctx, []int{book.PartOf("WAKE")}); err != nil {
		return 0, err
	}
	var all []time.Duration
	for n := range int64(500) {
		if err := book.Commit(ctx, []ledger.Entry{entry("WAKE", n+1)}); err != nil {
			return 0, err
		}
		began := time.Now()
		select {
		case <-heard:
			all = append(all, time.Since(began))
		case <-time.After(10 * time.Second):
			return 0, errors.New("wake another backend: it heard nothing")
		}
	}
	slices.Sort(all)
	return all[len(all)*99/100], nil
}
