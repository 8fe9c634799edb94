// Package cabinet keeps devices' cards on a merchant.Shelf, a paper for each with
// all its versions: who was enrolled, held and revoked, and when, can be read back
// for ever. It works on whatever engine the shelf has, and knows not what is on a
// card. Next rooms to visit: backend/identity, and backend/merchant/shelf.
package cabinet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"kasir/backend/identity"
	"kasir/backend/merchant"
)

// Cabinet is an identity.Store on a shelf.
type Cabinet struct{ shelf merchant.Shelf }

var _ identity.Store = Cabinet{}

// On is a cabinet on a shelf, which stays the caller's to close.
func On(shelf merchant.Shelf) Cabinet { return Cabinet{shelf} }

// putTime bounds a write, whose caller may have gone.
const putTime = 20 * time.Second

// Card implements identity.Store.
func (s Cabinet) Card(ctx context.Context, name string) (c identity.Card, version int64, err error) {
	p, ok, err := s.shelf.Get(ctx, merchant.KindDevice, name)
	if err != nil || !ok {
		return c, 0, err
	}
	c, err = read(p)
	return c, p.Version, err
}

// Put implements identity.Store.
func (s Cabinet) Put(ctx context.Context, c identity.Card, version int64) error {
	body, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("write card of %s: %w", c.Name, err)
	}
	ctx, cancel := context.WithTimeout(ctx, putTime)
	defer cancel()
	err = s.shelf.Put(ctx, merchant.Paper{Kind: merchant.KindDevice, ID: c.Name, Version: version, AtMS: time.Now().UnixMilli(), Body: body})
	if errors.Is(err, merchant.ErrStale) {
		return identity.ErrStale
	}
	return err
}

// Cards implements identity.Store.
func (s Cabinet) Cards(ctx context.Context, after string, limit int) ([]identity.Card, error) {
	found, err := s.shelf.All(ctx, merchant.KindDevice, after, limit)
	if err != nil {
		return nil, err
	}
	all := make([]identity.Card, 0, len(found))
	for _, p := range found {
		c, err := read(p)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

func read(p merchant.Paper) (c identity.Card, err error) {
	if err = json.Unmarshal(p.Body, &c); err != nil {
		err = fmt.Errorf("read card of %s: %w", p.ID, err)
	}
	return c, err
}
