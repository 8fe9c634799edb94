package main

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestWatchNetwork: each change is said once; what cannot be found out is none.
func TestWatchNetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var in, fails atomic.Bool
		var said []bool // the watcher's until it ends
		in.Store(true)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error)
		go func() {
			done <- watchNetwork(ctx, func() (bool, error) {
				if fails.Load() {
					return false, errors.New("no list of interfaces")
				}
				return in.Load(), nil
			}, func(bad bool) { said = append(said, bad) })
		}()
		set := func(is, broken bool) {
			in.Store(is)
			fails.Store(broken)
			time.Sleep(3 * networkEvery)
			synctest.Wait()
		}
		set(true, false)
		set(false, true)
		set(false, false)
		set(true, true)
		set(true, false)
		set(false, false)
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if want := []bool{true, false, true}; !slices.Equal(said, want) {
			t.Errorf("said %v, want %v", said, want)
		}
	})
}

func TestOwnMachine(t *testing.T) {
	for text, want := range map[string]bool{"http://127.0.0.1:8100": true, "http://localhost": true, "http://[::1]:1": true,
		"https://kasir.example": false, "http://192.168.1.2": false} {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := ownMachine(u); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
	if _, err := attached(); err != nil {
		t.Errorf("the interfaces of this machine: %v", err)
	}
}
