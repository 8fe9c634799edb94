package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
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

// TestMechanicInspects: a till without a backend and with a good card, by its own
// journal, which stays its.
func TestMechanicInspects(t *testing.T) {
	path := filepath.Join(t.TempDir(), "till.db")
	own, _, err := openBook(t.Context(), path, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	if err := own.Append(t.Context(), []terminal.Record{{Kind: terminal.KindJoined, Next: 1, At: 1}}); err != nil {
		t.Fatal(err)
	}
	events := make(chan terminal.Event)
	// A port on which nothing listens.
	s := settings{device: "toko-1", journal: path, backend: &url.URL{Scheme: "http", Host: "127.0.0.1:1"}}
	m := newMechanic(newTill(s, slog.New(slog.DiscardHandler), nil, nil), &own, events)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- m.serve(ctx) }()
	m.Do(terminal.ChoreInspect)
	got, ok := (<-events).(terminal.Inspected)
	want := terminal.Inspected{terminal.LookJournal: {Is: terminal.ShapeGood, Figure: 1},
		terminal.LookBackend: {Is: terminal.ShapeBad, Why: terminal.TroubleNetwork}, terminal.LookDisk: got[terminal.LookDisk]}
	if !ok || got != want || got[terminal.LookDisk].Is == terminal.ShapeUnknown {
		t.Errorf("got %+v, want %+v", got, want)
	}
	stop()
	if err := errors.Join(<-done, own.Append(t.Context(), []terminal.Record{{Kind: terminal.KindWrongPIN, At: 2}}), own.Close()); err != nil {
		t.Error(err)
	}
}

// TestUpdateNews: what a technician reads is the keeper's word, then the till's own.
func TestUpdateNews(t *testing.T) {
	const runs = "20261121T000000Z-v1"
	for _, c := range []struct {
		name  string
		state update.State
		tech  asking
		want  terminal.UpdateNews
	}{
		{"nothing", update.State{}, asking{}, terminal.UpdateNews{Phase: terminal.UpdateNone}},
		{"came back", update.State{Why: "not well"}, asking{}, terminal.UpdateNews{Phase: terminal.UpdateRefused}},
		{"a stick", update.State{Phase: update.Ready, Version: "v2"}, asking{}, terminal.UpdateNews{Phase: terminal.UpdateLoaded, Version: "v2"}},
		{"being written", update.State{Phase: update.Installing, Version: "v2"}, asking{}, terminal.UpdateNews{Phase: terminal.UpdateInstalling, Version: "v2"}},
		{"written", update.State{Phase: update.Installed, Version: "v2"}, asking{}, terminal.UpdateNews{Phase: terminal.UpdateInstalled, Version: "v2"}},
		{"offered", update.State{Why: "not well"}, asking{offered: "v3"}, terminal.UpdateNews{Phase: terminal.UpdateLoading, Version: "v3"}},
		{"silence", update.State{}, asking{unreached: true}, terminal.UpdateNews{Phase: terminal.UpdateUnreached, Why: terminal.TroubleBackend}},
	} {
		b := newBench(t, window.Usual)
		b.keeperSays(c.state)
		b.u.tech = c.tech
		c.want.Runs = runs
		if got := b.u.news(); got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}

// TestUpdateAtNoon: a technician has an update fetched and installed at once, in
// spite of the hour, and not while there is a sale.
func TestUpdateAtNoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, "02:00-04:00")
		sum := strings.Repeat("ab", 32)
		offer := wire.Update{Board: "pi3", Version: "20261122T000000Z", Size: 7, SHA256: sum}
		silent := true
		b.u.fetch.HTTP = &http.Client{Transport: trip(func(*http.Request) (int, []byte) {
			if silent {
				return http.StatusBadGateway, nil
			}
			body, _ := json.Marshal(offer)
			return http.StatusOK, body
		})}
		m := newMechanic(b.u.t, nil, b.events)
		b.u.t.update = b.u
		shows := func(s terminal.Screen) {
			b.shows(s)
			b.u.t.faces.wanted.set(terminal.View{Screen: s})
		}
		shows(terminal.Updates{})
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go m.serve(ctx)
		news := func(want terminal.UpdatePhase, version string) {
			t.Helper()
			if got := (<-b.events).(terminal.UpdateNews); got.Phase != want || got.Version != version {
				t.Errorf("got %+v, want phase %d of %q", got, want, version)
			}
		}
		m.Do(terminal.ChoreLook)
		news(terminal.UpdateUnreached, "")
		silent = false
		m.Do(terminal.ChoreLook)
		news(terminal.UpdateLoading, offer.Version)
		b.keeperSays(update.State{Phase: update.Ready, Version: offer.Version})
		news(terminal.UpdateLoaded, offer.Version)
		watched := make(chan error, 1)
		go func() { watched <- b.u.watch(ctx, b.events) }()
		time.Sleep(time.Minute)
		if got := b.left("ask"); got != "" {
			t.Errorf("before anybody wants it: asked %q", got)
		}
		m.Do(terminal.ChoreUpdate)
		news(terminal.UpdateLoaded, offer.Version)
		shows(terminal.Offering{})
		time.Sleep(time.Minute)
		if got := b.left("ask"); got != "" {
			t.Errorf("with a code on the glass: asked %q", got)
		}
		shows(terminal.Closed{})
		time.Sleep(2 * weighEvery)
		if got := b.left("ask"); got != "install ready\n" {
			t.Errorf("asked %q", got)
		}
		b.keeperSays(update.State{Phase: update.Installed, Version: offer.Version})
		go func() {
			for range b.events {
			}
		}()
		if err := <-watched; !errors.Is(err, errRestart) {
			t.Errorf("got %v, want %v", err, errRestart)
		}
		close(b.events)
		stop()
		synctest.Wait()
	})
}

// TestNoUpdates: a till that is not updated by itself says so, and which version it is.
func TestNoUpdates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		events := make(chan terminal.Event)
		till := newTill(settings{}, slog.New(slog.DiscardHandler), nil, nil)
		till.faces.wanted.set(terminal.View{Screen: terminal.Updates{}})
		m := newMechanic(till, nil, events)
		ctx, stop := context.WithCancel(t.Context())
		go m.serve(ctx)
		for range cap(m.chores) + 2 { // so many that the last go nowhere
			m.Do(terminal.ChoreLook)
		}
		if got := (<-events).(terminal.UpdateNews); got.Phase != terminal.UpdateNever || got.Runs == "" {
			t.Errorf("got %+v", got)
		}
		stop()
		synctest.Wait()
	})
}
