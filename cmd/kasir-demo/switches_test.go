package main

import (
	"net/http"
	"testing"
	"time"
)

func TestPowerCut(t *testing.T) {
	t.Parallel()
	d := openDemo(t, "en")
	d.await("idle")
	d.press("7000\n")
	before := d.await("offering").order
	page := d.scan()
	d.post("/demo/switch/power/off")
	if s := d.look(); s.Power || s.Till != nil || s.Lang != "en" {
		t.Errorf("without power: got %+v", s.situation)
	}
	d.do(http.StatusServiceUnavailable, http.MethodGet, "/till/", "", nil)
	d.do(http.StatusNotFound, http.MethodPost, "/demo/scan", "", nil)
	d.post("/demo/switch/lang/id")
	d.post("/demo/switch/power/on")
	d.post("/demo/switch/power/on") // it is on already
	s := d.await("offering")
	if again := d.scan(); again != page || s.order != before || s.lang != "id" {
		t.Errorf("after the power cut: got %s, %s, %s; want %s, %s, id", s.order, again, s.lang, before, page)
	}
	d.post("/demo/switch/power/off")
	d.pay()
	d.post("/demo/switch/power/on")
	d.await("thanks")
	d.settled(before, 7000)
}

func TestNetworkCut(t *testing.T) {
	t.Parallel()
	d := openDemo(t, "id")
	d.await("idle")
	d.post("/demo/switch/network/off")
	d.press("5z\n")
	d.await("offline")
	if s := d.look(); s.Network || s.Order != nil {
		t.Errorf("cut off: got %+v", s.situation)
	}
	d.post("/demo/switch/network/on")
	d.await("offering")
	d.post("/demo/expire")
	d.await("ended")
}

// TestNetworkCutWhilePaying: the phone has its own network; the till catches up.
func TestNetworkCutWhilePaying(t *testing.T) {
	t.Parallel()
	d := openDemo(t, "id")
	d.await("idle")
	d.press("6z\n")
	before := d.await("offering").order
	d.post("/demo/switch/network/off")
	d.pay()
	if s := d.look(); s.screen == "thanks" {
		t.Errorf("paid over a cut cable: got %+v", s.situation)
	}
	d.post("/demo/switch/network/on")
	d.await("thanks")
	d.settled(before, 600)
}

func TestLostNotifications(t *testing.T) {
	t.Parallel()
	d := openDemo(t, "id")
	d.await("idle")
	d.post("/demo/switch/notifications/never")
	if got := d.look().Notifications; got != notesNever {
		t.Errorf("notifications: got %s, want %s", got, notesNever)
	}
	d.press("12345\n")
	d.await("offering")
	d.pay()
	d.await("thanks")
	d.post("/demo/switch/notifications/now")
}

func TestBackendCut(t *testing.T) {
	t.Parallel()
	d := openDemo(t, "id")
	d.await("idle")
	d.press("8z\n")
	before := d.await("offering").order
	d.post("/demo/switch/backend/off")
	d.post("/demo/switch/backend/off") // it is off already
	d.pay()
	if s := d.look(); s.Backend || !s.Power || s.screen == "thanks" {
		t.Errorf("without a backend: got %+v", s.situation)
	}
	d.post("/demo/switch/backend/on")
	d.post("/demo/switch/backend/on") // it is on already
	if s := d.await("thanks"); !s.Backend || s.order != before {
		t.Errorf("got %+v, want order %s paid", s.situation, before)
	}
	d.settled(before, 800)
	select {
	case err := <-d.shop.broken:
		t.Errorf("a switch ended the demo: %v", err)
	default:
	}
}

func TestLanguage(t *testing.T) {
	t.Parallel()
	d := openDemo(t, "en")
	d.await("idle")
	for _, want := range []string{"id", "id", "en"} {
		d.post("/demo/switch/lang/" + want)
		for deadline := time.Now().Add(5 * time.Second); d.look().lang != want; {
			if time.Now().After(deadline) {
				t.Fatalf("the till speaks %s, want %s", d.look().lang, want)
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
}
