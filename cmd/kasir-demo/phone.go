package main

import (
	"context"
	"fmt"
	"image/png"
	"io"
	"net/http"
	"net/url"

	"kasir/backend/qrimage"
)

const maxGlass = 4 << 20 // bytes of a picture of the glass

// scan is what the customer's phone does: it looks at the glass, and knows only
// what it can read there.
func (p *page) scan(w http.ResponseWriter, r *http.Request) {
	text, err := p.read(r.Context())
	if err != nil {
		tell(w, http.StatusNotFound, map[string]string{"error": err.Error()})
		return
	}
	tell(w, http.StatusOK, map[string]string{"qr": text, "pay": "/sandbox/pay?" + url.Values{"qr": {text}}.Encode()})
}

// read is the text of the code on the glass.
func (p *page) read(ctx context.Context) (string, error) {
	base := p.shop.tillBase()
	if base == "" {
		return "", fmt.Errorf("read glass: the till is off")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/glass.png", nil)
	if err != nil {
		return "", fmt.Errorf("read glass: %w", err)
	}
	res, err := p.asks.Do(req)
	if err != nil {
		return "", fmt.Errorf("read glass: %w", err)
	}
	defer res.Body.Close()
	picture, err := png.Decode(io.LimitReader(res.Body, maxGlass))
	if err != nil {
		return "", fmt.Errorf("read glass: %w", err)
	}
	text, err := qrimage.Decode(picture)
	if err != nil {
		return "", fmt.Errorf("read glass: %w", err)
	}
	return text, nil
}
