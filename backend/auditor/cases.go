package auditor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"kasir/backend/merchant"
	"kasir/backend/reconcile"
)

// Case is a mismatch in the queue, by its id.
type Case struct {
	ID string `json:"id"`
	reconcile.Case
}

// judge opens, keeps and ends cases as a comparison has it.
func (a *Auditor) judge(ctx context.Context, statement string, result reconcile.Result) error {
	for _, m := range result.Mismatched {
		err := a.change(ctx, m.ID(), func(c reconcile.Case) (reconcile.Case, bool, error) {
			after, changed := c.See(m, statement, time.Now().UnixMilli())
			return after, changed, nil
		})
		if err != nil {
			return err
		}
	}
	matched := map[string]bool{}
	for _, m := range result.Matched {
		matched[m.Order] = true
	}
	var turned []string
	err := each(func(after string) ([]merchant.Paper, error) { return a.shelf.Open(ctx, kindCase, after, page) },
		func(p merchant.Paper) error {
			if matched[p.Key] {
				turned = append(turned, p.ID)
			}
			return nil
		})
	for _, id := range turned {
		err = errors.Join(err, a.change(ctx, id, func(c reconcile.Case) (reconcile.Case, bool, error) {
			after, changed := c.Turn(statement, time.Now().UnixMilli())
			return after, changed, nil
		}))
	}
	return err
}

// change makes the next version of a case, again when somebody else was faster.
func (a *Auditor) change(ctx context.Context, id string, to func(reconcile.Case) (reconcile.Case, bool, error)) error {
	for range 5 {
		var c reconcile.Case
		version, err := a.filed(ctx, kindCase, id, &c)
		if err != nil {
			return err
		}
		after, changed, err := to(c)
		if err != nil || !changed {
			return err
		}
		err = a.file(ctx, merchant.Paper{Kind: kindCase, ID: id, Version: version, Key: after.Order, Open: after.State == reconcile.Waiting}, after)
		if !errors.Is(err, merchant.ErrStale) {
			return err
		}
	}
	return fmt.Errorf("change case %s: %w", id, merchant.ErrStale)
}

// Close ends a case: who says why it is as it is. It fails with ErrNoCase,
// reconcile.ErrEnded or reconcile.ErrNoReason.
func (a *Auditor) Close(ctx context.Context, id, who, reason string) (Case, error) {
	var out reconcile.Case
	err := a.change(ctx, id, func(c reconcile.Case) (reconcile.Case, bool, error) {
		if c.State == "" {
			return c, false, ErrNoCase
		}
		after, err := c.Close(who, reason, time.Now().UnixMilli())
		out = after
		return after, true, err
	})
	if err == nil {
		a.log.Info("case closed", "case", id, "who", out.Who)
	}
	return Case{id, out}, err
}

// Cases is up to limit cases after the one with this id; waiting leaves out those
// that are closed or turned up.
func (a *Auditor) Cases(ctx context.Context, waiting bool, after string, limit int) ([]Case, error) {
	list := a.shelf.All
	if waiting {
		list = a.shelf.Open
	}
	papers, err := list(ctx, kindCase, after, limit)
	if err != nil {
		return nil, err
	}
	found, err := bodies[reconcile.Case](papers)
	out := make([]Case, len(found))
	for i, c := range found {
		out[i] = Case{papers[i].ID, c}
	}
	return out, err
}

func bodies[T any](papers []merchant.Paper) ([]T, error) {
	out := make([]T, len(papers))
	for i, p := range papers {
		if err := json.Unmarshal(p.Body, &out[i]); err != nil {
			return nil, fmt.Errorf("read %s %s: %w", p.Kind, p.ID, err)
		}
	}
	return out, nil
}
