package main

import (
	"context"
	"log/slog"

	"kasir/backend"
	"kasir/backend/merchant"
)

// merchant is what the merchant's programs are served with, and their shelf, to
// be closed afterwards; without a token there is none. In a file it stands beside
// the book and has its name with ".merchant" after it.
func (c config) merchant(ctx context.Context, key string, kept *storage, log *slog.Logger) (merchant.Shelf, backend.Merchant, error) {
	none := backend.Merchant{PublicURL: c.publicURL}
	if c.tokenFile == "" {
		return nil, none, nil
	}
	token, err := readSecret("merchant token", c.tokenFile)
	if err != nil {
		return nil, none, err
	}
	client, err := c.client(key, log)
	if err != nil {
		return nil, none, err
	}
	papers, err := kept.papers(ctx)
	if err != nil {
		return nil, none, err
	}
	desk, err := merchant.New(ctx, merchant.Options{Shelf: papers, Provider: client, Turns: kept.turns, Logger: log})
	if err != nil {
		papers.Close()
		return nil, none, err
	}
	return papers, backend.Merchant{Token: token, Desk: desk, Papers: papers, PublicURL: c.publicURL}, nil
}
