package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kasir/backend/wire"
	"kasir/cmd/kasir/update"
	"kasir/cmd/kasir/update/window"
	"kasir/terminal"
)

// bench is a till's part of an update with nothing behind it: the test says what the
// glass shows and what the keeper does.
type bench struct {
	*testing.T
	u      *updating
	events chan terminal.Event
	log    bytes.Buffer
}

func newBench(t *testing.T, hours string) *bench {
	t.Helper()
	w, err := window.Parse(hours)
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	b := &bench{T: t, events: make(chan terminal.Event)}
	for _, dir := range []string{"run/kasir", "run/kasir-update", "inbox", "etc"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range map[string]string{"etc/kasir-board": "pi3\n", "etc/kasir-version": "20261121T000000Z-v1\n"} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := settings{device: "toko-1", backend: &url.URL{Scheme: "http", Host: "backend.test"}, updates: filepath.Join(root, "inbox"),
		updateRoot: root, window: w, zone: time.UTC}
	b.u = newUpdating(newTill(s, slog.New(slog.NewTextHandler(&b.log, nil)), nil, io.Discard))
	b.shows(terminal.Idle{})
	return b
}

func (b *bench) shows(s terminal.Screen) { b.u.seen(terminal.View{Screen: s}) }

func (b *bench) keeperSays(s update.State) {
	b.Helper()
	text, err := json.Marshal(s)
	if err == nil {
		err = os.WriteFile(filepath.Join(b.u.paths.Keeper, "state"), text, 0o600)
	}
	if err != nil {
		b.Fatal(err)
	}
}

// left is the text of a file that the till left for others; "" without one.
func (b *bench) left(name string) string {
	b.Helper()
	text, err := os.ReadFile(filepath.Join(b.u.paths.Till, name))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		b.Fatal(err)
	}
	return string(text)
}

// TestRestart: the device restarts when the till is at rest, at the hour, or at once
// for a technician; and never with a sale.
func TestRestart(t *testing.T) {
	for _, c := range []struct {
		name   string
		hours  string // it is midnight when the test begins
		screen terminal.Screen
		state  update.State
		want   bool
	}{
		{"at night", "00:00-04:00", terminal.Idle{}, update.State{Phase: update.Installed}, true},
		{"at noon", "02:00-04:00", terminal.Idle{}, update.State{Phase: update.Installed}, false},
		{"at once", "02:00-04:00", terminal.Idle{}, update.State{Phase: update.Installed, AtOnce: true}, true},
		{"a sale at night", "00:00-04:00", terminal.Offering{}, update.State{Phase: update.Installed}, false},
		{"a sale, at once", "02:00-04:00", terminal.Entering{}, update.State{Phase: update.Installed, AtOnce: true}, false},
		{"late money, at once", "02:00-04:00", terminal.Late{}, update.State{Phase: update.Installed, AtOnce: true}, false},
		{"being installed", "00:00-04:00", terminal.Idle{}, update.State{Phase: update.Installing, AtOnce: true}, false},
		{"nothing", "00:00-04:00", terminal.Idle{}, update.State{}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, c.hours)
				b.shows(c.screen)
				b.keeperSays(c.state)
				ctx, stop := context.WithTimeout(t.Context(), time.Hour)
				defer stop()
				go func() {
					for {
						select {
						case <-b.events:
						case <-ctx.Done():
							return
						}
					}
				}()
				err := b.u.watch(ctx, b.events)
				if got := errors.Is(err, errRestart); got != c.want || !got && err != nil {
					t.Errorf("got %v, want a restart: %v\n%s", err, c.want, b.log.String())
				}
			})
		})
	}
}

// TestNoKeyAfter: a key that was before the decision stops it, and one that comes
// after it goes nowhere.
func TestNoKeyAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, "00:00-00:00")
		b.keeperSays(update.State{Phase: update.Installed, AtOnce: true})
		ctx, stop := context.WithCancel(t.Context())
		pressed := make(chan terminal.Key)
		keys := 0
		ended := make(chan error, 1)
		go b.u.t.forward(ctx, pressed, b.events)
		go func() { ended <- b.u.watch(ctx, b.events) }()
		go func() {
			for {
				select {
				case e := <-b.events:
					if _, key := e.(terminal.Key); key {
						keys++
						time.Sleep(weighEvery) // the card is slow: the decision falls meanwhile
						b.shows(terminal.Entering{Amount: 1})
					}
				case <-ctx.Done():
					return
				}
			}
		}()
		time.Sleep(weighEvery - time.Millisecond)
		pressed <- '1'
		time.Sleep(10 * weighEvery)
		synctest.Wait()
		if len(ended) > 0 || keys != 1 {
			t.Fatalf("after a key: ended %v, %d keys", len(ended) > 0, keys)
		}
		b.shows(terminal.Idle{})
		time.Sleep(2 * weighEvery)
		if err := <-ended; !errors.Is(err, errRestart) {
			t.Fatalf("got %v, want %v", err, errRestart)
		}
		pressed <- '2'
		time.Sleep(time.Minute)
		synctest.Wait()
		if keys != 1 {
			t.Error("a key came through after the decision")
		}
		stop()
	})
}

// TestLoad: an update comes in the background, and is asked for at its hour.
func TestLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, "02:00-04:00")
		text := bytes.Repeat([]byte("bundle "), 1000)
		sum := sha256.Sum256(text)
		offer := wire.Update{Board: "pi3", Version: "20261122T000000Z", Size: int64(len(text)), SHA256: hex.EncodeToString(sum[:])}
		broken := 3
		b.u.fetch.HTTP = &http.Client{Transport: trip(func(r *http.Request) (int, []byte) {
			switch {
			case broken > 0:
				broken--
				return http.StatusBadGateway, nil
			case strings.HasSuffix(r.URL.Path, "/pi3"):
				body, _ := json.Marshal(offer)
				return http.StatusOK, body
			}
			return http.StatusPartialContent, text
		})}
		b.u.fetch.Free = func() (int64, error) { return 1 << 40, nil }
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 2)
		go func() { done <- b.u.load(ctx) }()
		go func() { done <- b.u.watch(ctx, b.events) }()
		time.Sleep(110 * time.Minute) // it is 01:50
		synctest.Wait()
		if got := b.left("ask"); got != "" || b.u.have(update.State{}) == "" {
			t.Errorf("before its hour: asked %q, has %q\n%s", got, b.u.have(update.State{}), b.log.String())
		}
		time.Sleep(11 * time.Minute)
		synctest.Wait()
		if got, want := b.left("ask"), "install "+offer.SHA256+".raucb\n"; got != want {
			t.Errorf("asked %q, want %q\n%s", got, want, b.log.String())
		}
		// One that came back is neither asked for nor fetched again.
		b.keeperSays(update.State{Bad: []string{offer.SHA256}})
		if err := os.Remove(filepath.Join(b.u.paths.Till, "ask")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(90 * time.Minute)
		synctest.Wait()
		files, err := os.ReadDir(b.u.t.updates)
		if got := b.left("ask"); got != "" || err != nil || len(files) > 0 {
			t.Errorf("a bad one: asked %q, %d files, %v", got, len(files), err)
		}
		stop()
		if err := errors.Join(<-done, <-done); err != nil {
			t.Error(err)
		}
	})
}

// trip answers requests without a network, with the part that they ask for.
type trip func(*http.Request) (int, []byte)

func (f trip) RoundTrip(r *http.Request) (*http.Response, error) {
	status, body := f(r)
	h := http.Header{}
	if part := r.Header.Get("Range"); part != "" {
		h.Set("Content-Range", fmt.Sprintf("%s/%d", strings.Replace(part, "=", " ", 1), len(body)))
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(bytes.NewReader(body)), Request: r}, nil
}

// TestTillRestarts is the whole program: a technician's update is installed, the till
// finishes what it does, says so on its glass, and leaves word.
func TestTillRestarts(t *testing.T) {
	t.Parallel()
	s, dir, b := openShop(t), t.TempDir(), newBench(t, window.Usual)
	c := s.till(dir, "-update", b.u.t.updates, "-update-root", b.u.t.updateRoot)
	c.sees(terminal.Idle{})
	c.press("1")
	await(t, "a digit", func() bool { return strings.Contains(c.log.String(), "to=entering") })
	b.keeperSays(update.State{Phase: update.Installed, AtOnce: true})
	await(t, "word of its health", func() bool { return strings.Contains(b.left("health"), "calm no") })
	time.Sleep(weighEvery / 2)
	if got := b.left("restarting") + b.left("ask"); got != "" {
		t.Fatalf("in the middle of an amount: %q", got)
	}
	c.press("c")
	await(t, "a restart", func() bool { return b.left("ask") == "restart\n" })
	c.sees(terminal.Restarting{})
	if _, err := os.Stat(filepath.Join(b.u.paths.Till, "restarting")); err != nil {
		t.Error(err)
	}
	c.end(ok)
}
