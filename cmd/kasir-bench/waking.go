package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"kasir/backend"
	"kasir/backend/ledger"
	"kasir/backend/ledger/sqlite"
)

const (
	waiting   = 9000 // devices with a stream each
	wakeTries = 5
	connects  = 64 // that connect at one time
	wakeGoal  = 250 * time.Millisecond
	wakeWait  = 30 * time.Second // for the last of them
)

// rung is a book whose news come from elsewhere, as those of another backend do;
// everything in it is ours. ring says who has some.
type rung struct {
	*sqlite.Book
	ring func([]string)
	had  chan struct{}
}

func (r *rung) PartOf(string) int { return 0 }
func (r *rung) Claim(_ context.Context, parts []int) ([]bool, int64, error) {
	return all(len(parts)), 1, nil
}
func (r *rung) Release(context.Context, []int) error             { return nil }
func (r *rung) Holds(context.Context, []int) error               { return nil }
func (r *rung) Life() int64                                      { return 1 }
func (r *rung) WatchedParts(context.Context) ([]int, error)      { return nil, nil }
func (r *rung) ReleaseCustomers(context.Context, []string) error { return nil }
func (r *rung) Tell(context.Context, []string) error             { return nil }
func (r *rung) Hear(func(string), func())                        {}
func (r *rung) OnNews(ring func(devices []string), _ func())     { r.ring = ring; close(r.had) }
func (r *rung) ClaimCustomers(_ context.Context, c []string) ([]bool, int64, error) {
	return all(len(c)), 1, nil
}
func (r *rung) WatchedOf(context.Context, []int, string, int) ([]ledger.Facts, error) {
	return nil, nil
}
func (r *rung) Orders(context.Context, []string) ([]ledger.Facts, error) { return nil, nil }
func (r *rung) Secret(_ context.Context, _ string, size int) ([]byte, error) {
	secret := make([]byte, size)
	rand.Read(secret) // never fails
	return secret, nil
}

func all(n int) []bool {
	out := make([]bool, n)
	for i := range out {
		out[i] = true
	}
	return out
}

// woken measures how long it takes until each of so many devices, all with a
// stream of news over a connection of its own, has the news that are in the book
// for it: from the ring to the last line at the last device.
func woken(ctx context.Context) ([]row, error) {
	dir, err := os.MkdirTemp("", "kasir-bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file, err := sqlite.Open(ctx, filepath.Join(dir, "book"))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	book := &rung{Book: file, had: make(chan struct{})}
	b, err := backend.New(backend.Options{Book: book, Shared: book, Provider: instant{}, NotifyKey: benchSecret, Local: true, Sandbox: true})
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- b.Run(ctx) }()
	defer func() { stop(); <-ended }()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	server := &http.Server{Handler: b.Handler()}
	go server.Serve(listener)
	defer server.Close()
	<-book.had
	crowd, err := gather(listener.Addr().String())
	defer crowd.leave()
	if err != nil {
		return nil, fmt.Errorf("connect %d devices: %w", waiting, err)
	}
	var took []time.Duration
	for n := range wakeTries {
		d, err := crowd.wake(ctx, book, int64(n+1))
		if err != nil {
			return nil, fmt.Errorf("wake %d devices: %w", waiting, err)
		}
		took = append(took, d)
	}
	usual := median(took)
	return []row{{"9,000 connected devices have their news, from the ring to the last", short(usual), short(wakeGoal), over(usual, wakeGoal), 1, false}}, nil
}

// crowd is many devices that wait.
type crowd struct {
	names []string
	conns []net.Conn
	got   chan struct{} // one for each page with news
	first sync.WaitGroup
}

// gather connects them, and returns when each has its first page.
func gather(address string) (*crowd, error) {
	c := &crowd{got: make(chan struct{}, waiting), names: make([]string, waiting), conns: make([]net.Conn, waiting)}
	places := make(chan struct{}, connects)
	var mu sync.Mutex
	var failed error
	for i := range waiting {
		c.names[i] = fmt.Sprintf("D%05d", i)
		places <- struct{}{}
		c.first.Add(1)
		go func() {
			defer func() { <-places }()
			conn, err := net.Dial("tcp", address)
			if err == nil {
				_, err = fmt.Fprintf(conn, "GET /v1/devices/%s/events?since=0&wait=30 HTTP/1.1\r\nHost: %s\r\nAccept: text/event-stream\r\n\r\n", c.names[i], address)
			}
			if err != nil {
				mu.Lock()
				failed = errors.Join(failed, err)
				mu.Unlock()
				c.first.Done()
				return
			}
			conn.SetReadDeadline(time.Now().Add(wakeWait)) // for the first page
			c.conns[i] = conn
			go c.listen(conn)
		}()
		mu.Lock()
		stop := failed != nil
		mu.Unlock()
		if stop {
			break
		}
	}
	c.first.Wait()
	return c, failed
}

// listen counts the pages with news.
func (c *crowd) listen(conn net.Conn) {
	begun := sync.OnceFunc(c.first.Done)
	defer begun()
	lines := bufio.NewReaderSize(conn, 1024)
	for {
		line, err := lines.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return
		}
		if !bytes.HasPrefix(line, []byte("data:")) {
			continue
		}
		conn.SetReadDeadline(time.Time{})
		begun()
		if bytes.Contains(line, []byte(`"seq"`)) {
			c.got <- struct{}{}
		}
	}
}

func (c *crowd) leave() {
	for _, conn := range c.conns {
		if conn != nil {
			conn.Close()
		}
	}
}

// wake puts news number n for everybody into the book, and then rings.
func (c *crowd) wake(ctx context.Context, book *rung, n int64) (time.Duration, error) {
	entries := make([]ledger.Entry, 0, len(c.names))
	for _, name := range c.names {
		f := ledger.Facts{Order: fmt.Sprintf("%s-%08d", name, n), Device: name, Number: n, Version: 1, Amount: 25_000, State: ledger.Cancelled,
			Journal: strings.Repeat("0", 32), PaymentType: "qris", LifetimeMS: 900_000, AskedMS: time.Now().UnixMilli()}
		entries = append(entries, ledger.Entry{Facts: f, Records: []ledger.Record{{Kind: ledger.KindCancelled}}, News: true})
	}
	if err := book.Commit(ctx, entries); err != nil {
		return 0, err
	}
	began := time.Now()
	book.ring(c.names)
	late := time.After(wakeWait)
	for i := range c.names {
		select {
		case <-c.got:
		case <-late:
			return 0, fmt.Errorf("%d of %d had none in %s", len(c.names)-i, len(c.names), wakeWait)
		}
	}
	return time.Since(began), nil
}
