package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// How notifications travel from the provider to the backend.
const (
	notesNow   = "now"
	notesLate  = "late"  // 20 seconds
	notesNever = "never" // none arrives
)

// faults are the provider's faults for that.
var faults = map[string]string{
	notesNow:   `[]`,
	notesLate:  `[{"kind":"delay-notification","delay":"20s"}]`,
	notesNever: `[{"kind":"drop-notification"}]`,
}

// situation is all the page shows besides the glass itself.
type situation struct {
	Power         bool            `json:"power"`
	Network       bool            `json:"network"`
	Backend       bool            `json:"backend"`
	Notifications string          `json:"notifications"`
	Lang          string          `json:"lang"`
	Till          json.RawMessage `json:"till,omitempty"`  // as the till's own /state says; none without power
	Order         *order          `json:"order,omitempty"` // the provider's newest
	Provider      string          `json:"provider"`        // address of its own page
}

// order is as much of the provider's order as the page needs.
type order struct {
	ID     string `json:"order_id"`
	Amount int64  `json:"amount"`
	Status string `json:"transaction_status"`
}

func (p *page) state(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	s := situation{Network: !p.shop.road.isCut(), Notifications: p.notes, Provider: p.shop.provider.base}
	p.mu.Unlock()
	s.Backend = p.shop.backendRuns()
	if base := p.shop.tillBase(); base != "" {
		var till struct{ Lang string }
		raw, err := p.ask(r.Context(), http.MethodGet, base+"/state", "")
		if err == nil && json.Unmarshal(raw, &till) == nil {
			s.Power, s.Till = true, raw
			p.shop.speak(till.Lang)
		}
	}
	s.Lang = p.shop.spoken()
	if all, err := p.orders(r.Context()); err == nil && len(all) > 0 {
		s.Order = &all[len(all)-1]
	}
	tell(w, http.StatusOK, s)
}

// turn is one switch.
func (p *page) turn(w http.ResponseWriter, r *http.Request) {
	var err error
	to := r.PathValue("to")
	switch which := r.PathValue("which") + " " + to; which {
	case "network on", "network off":
		p.shop.road.setCut(to == "off")
	case "power off":
		p.shop.powerCut()
	case "power on":
		err = p.shop.powerOn(r.Context())
	case "backend off":
		p.shop.backendOff()
	case "backend on":
		err = p.shop.backendOn(r.Context())
	case "notifications now", "notifications late", "notifications never":
		err = p.post(r.Context(), to)
	case "lang id", "lang en":
		err = p.speak(r.Context(), to)
	default:
		http.NotFound(w, r)
		return
	}
	if err != nil {
		tell(w, http.StatusBadGateway, map[string]string{"error": err.Error()})
		return
	}
	p.state(w, r)
}

// post changes how notifications travel.
func (p *page) post(ctx context.Context, how string) error {
	if _, err := p.ask(ctx, http.MethodPost, p.shop.provider.base+"/sandbox/faults", faults[how]); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.notes = how
	return nil
}

// speak has the till change its language, now or at its next power-on.
func (p *page) speak(ctx context.Context, lang string) error {
	p.shop.speak(lang)
	base := p.shop.tillBase()
	if base == "" {
		return nil
	}
	var till struct{ Lang string }
	raw, err := p.ask(ctx, http.MethodGet, base+"/state", "")
	if err == nil {
		err = json.Unmarshal(raw, &till)
	}
	if err != nil || till.Lang == lang {
		return err
	}
	_, err = p.ask(ctx, http.MethodPost, base+"/key", "l")
	return err
}

// expire lets the newest open order run out, as the provider's clock would.
func (p *page) expire(w http.ResponseWriter, r *http.Request) {
	all, err := p.orders(r.Context())
	for i := len(all) - 1; err == nil && i >= 0; i-- {
		if all[i].Status != "pending" {
			continue
		}
		at := p.shop.provider.base + "/sandbox/" + url.PathEscape(all[i].ID) + "/expire"
		if _, err = p.ask(r.Context(), http.MethodPost, at, ""); err == nil {
			p.state(w, r)
			return
		}
	}
	if err == nil {
		err = errors.New("expire order: none is open")
	}
	tell(w, http.StatusConflict, map[string]string{"error": err.Error()})
}

// orders are the provider's, oldest first.
func (p *page) orders(ctx context.Context) (all []order, err error) {
	raw, err := p.ask(ctx, http.MethodGet, p.shop.provider.base+"/sandbox/orders", "")
	if err == nil {
		err = json.Unmarshal(raw, &all)
	}
	return all, err
}

const maxAnswer = 16 << 20 // bytes; the provider lists every order of the day

// ask asks one of the shop's programs.
func (p *page) ask(ctx context.Context, method, at, body string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, at, bytes.NewReader([]byte(body)))
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w", at, err)
	}
	res, err := p.asks.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask: %w", err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	switch {
	case err != nil:
		return nil, fmt.Errorf("ask %s: %w", at, err)
	case res.StatusCode >= http.StatusBadRequest:
		return nil, fmt.Errorf("ask %s: %s", at, res.Status)
	}
	return answer, nil
}

func tell(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v) // a page that has gone is not our trouble
}
