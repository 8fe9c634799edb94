package main

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"kasir/backend"
	"kasir/backend/identity"
	"kasir/backend/ledger/sqlite"
)

const (
	idlers   = 1000 // devices that wait by mutual TLS
	idleGoal = 60e3 // bytes of the backend's memory for each
	idleTime = 2 * time.Minute
)

// drawer keeps cards in memory.
type drawer struct {
	mu    sync.Mutex
	cards map[string]identity.Card
	at    map[string]int64
}

func (d *drawer) Card(_ context.Context, name string) (identity.Card, int64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.cards[name], d.at[name], nil
}

func (d *drawer) Put(_ context.Context, c identity.Card, version int64) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if version != d.at[c.Name]+1 {
		return identity.ErrStale
	}
	d.cards[c.Name], d.at[c.Name] = c, version
	return nil
}

func (d *drawer) Cards(context.Context, string, int) ([]identity.Card, error) { return nil, nil }

// idle measures what a device that waits for news by mutual TLS costs its backend
// in memory. The devices are another process.
func idle(ctx context.Context) ([]row, error) {
	ctx, cancel := context.WithTimeout(ctx, idleTime)
	defer cancel()
	dir, err := os.MkdirTemp("", "kasir-bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	book, err := sqlite.Open(ctx, filepath.Join(dir, "book"))
	if err != nil {
		return nil, err
	}
	defer book.Close()
	text, err := identity.NewAuthority(time.Now())
	if err != nil {
		return nil, err
	}
	ca, err := identity.ParseAuthority(text)
	if err != nil {
		return nil, err
	}
	cards := &drawer{cards: map[string]identity.Card{}, at: map[string]int64{}}
	b, err := backend.New(backend.Options{Book: book, Provider: instant{}, NotifyKey: benchSecret, Devices: identity.New(cards, ca, nil), Sandbox: true})
	if err != nil {
		return nil, err
	}
	work, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- b.Run(work) }()
	defer func() { stop(); <-ended }()
	conf, err := ca.TLS()
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	server := &http.Server{Handler: b.Handler()}
	go server.Serve(tls.NewListener(listener, conf))
	defer server.Close()

	pass, err := passes(ca, cards)
	if err != nil {
		return nil, err
	}
	before := inUse()
	leave, err := wait(ctx, listener.Addr().String(), pass)
	if err != nil {
		return nil, err
	}
	after := inUse()
	err = leave()
	each := (after - before) / idlers
	return []row{{"memory of an idle device by mutual TLS, 1,000 of them, against 60 kB", fmt.Sprintf("%.1fkB", each/1e3), fmt.Sprintf("%.0fkB", idleGoal/1e3),
		each / idleGoal, 1, false}}, err
}

// inUse is how much memory the backend has, after a clean-up: heap and stacks.
func inUse() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapInuse + m.StackInuse)
}

func idler(n int) string { return fmt.Sprintf("I%05d", n) }

// passes are a key and a certificate for each device, as PEM in one file's text;
// the key is the same, which costs the backend neither more nor less.
func passes(ca *identity.Authority, cards *drawer) (string, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", err
	}
	print, err := identity.Fingerprint(&key.PublicKey)
	if err != nil {
		return "", err
	}
	secret, err := pemOf("PRIVATE KEY", key)
	if err != nil {
		return "", err
	}
	var all strings.Builder
	for n := range idlers {
		der, ends, err := ca.Device(idler(n), &key.PublicKey, time.Now())
		if err != nil {
			return "", err
		}
		cards.cards[idler(n)], cards.at[idler(n)] = identity.Card{Name: idler(n), Key: print, Ends: ends.UnixMilli()}, 1
		cert, _ := pemOf("CERTIFICATE", der)
		all.WriteString(secret + cert + "\n")
	}
	return all.String(), nil
}

// wait has another process be the devices; leave ends it.
func wait(ctx context.Context, address, pass string) (leave func() error, err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := exec.CommandContext(ctx, self, "-idle-at", address)
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, err
	}
	leave = func() error { return errors.Join(in.Close(), c.Wait()) }
	if _, err := io.WriteString(in, pass+"end\n"); err != nil {
		return nil, errors.Join(err, leave())
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "waiting\n" {
		return nil, errors.Join(fmt.Errorf("devices did not wait: %q", line), err, leave())
	}
	return leave, nil
}
