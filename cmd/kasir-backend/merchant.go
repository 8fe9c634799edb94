package main

import (
	"context"
	"log/slog"

	"kasir/backend"
	"kasir/backend/merchant"
	"kasir/backend/merchant/shelf"
)

// shelfOf keeps a shelf that is not there from being one that is.
func shelfOf(papers *shelf.Shelf) merchant.Shelf {
	if papers == nil {
		return nil
	}
	return papers
}

// merchant is what the merchant's programs are served with, and the file that
// must be closed afterwards; without a token none of them is. The file stands beside the
// book and has its name with ".merchant" after it.
func (c config) merchant(ctx context.Context, key string, log *slog.Logger) (*shelf.Shelf, backend.Merchant, error) {
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
	papers, err := shelf.Open(ctx, c.db+".merchant")
	if err != nil {
		return nil, none, err
	}
	desk, err := merchant.New(ctx, merchant.Options{Shelf: papers, Provider: client, Logger: log})
	if err != nil {
		papers.Close()
		return nil, none, err
	}
	return papers, backend.Merchant{Token: token, Desk: desk, Papers: papers, PublicURL: c.publicURL}, nil
}
