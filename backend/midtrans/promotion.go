package midtrans

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Promotion is something a linked wallet may get off a charge of one amount.
// Its ID goes into GoPayOptions.PromotionIDs as it is, bars and all.
type Promotion struct {
	ID          string
	Code        string
	Type        string // CASHBACK, ...
	Title       string
	Short       string // short_description
	Description string
	Payable     Amount // rupiah the owner pays with it
	Off         Amount // rupiah it is worth
	Minimum     Amount // rupiah from which it applies
	Currency    string
	ValidFrom   time.Time
	ValidTill   time.Time
	TermsURL    string
	PerUser     int // how often one owner gets it
	Source      string
}

type rawPromotion struct {
	ID          loose   `json:"id"`
	Code        loose   `json:"code"`
	Type        loose   `json:"type"`
	Title       loose   `json:"title"`
	Short       loose   `json:"short_description"`
	Description loose   `json:"description"`
	Payable     loose   `json:"actual_payable_amount"`
	Off         loose   `json:"promotion_amount"`
	Minimum     loose   `json:"minimum_applicable_amount"`
	Currency    loose   `json:"currency"`
	ValidFrom   loose   `json:"valid_from"`
	ValidTill   loose   `json:"valid_till"`
	TermsURL    loose   `json:"tnc_url"`
	PerUser     numeric `json:"limit_per_user"`
	Source      loose   `json:"source"`
}

// UnmarshalJSON reads a promotion; a sum that is not whole rupiah is an error.
func (p *Promotion) UnmarshalJSON(b []byte) error {
	var raw rawPromotion
	if err := json.Unmarshal(b, &raw); err != nil {
		return fmt.Errorf("read promotion: %w", err)
	}
	got := Promotion{
		ID: string(raw.ID), Code: string(raw.Code), Type: string(raw.Type), Title: string(raw.Title), Short: string(raw.Short),
		Description: string(raw.Description), Currency: string(raw.Currency), ValidFrom: moment(raw.ValidFrom),
		ValidTill: moment(raw.ValidTill), TermsURL: string(raw.TermsURL), Source: string(raw.Source),
	}
	var err error
	for _, sum := range []struct {
		text loose
		to   *Amount
	}{{raw.Payable, &got.Payable}, {raw.Off, &got.Off}, {raw.Minimum, &got.Minimum}} {
		if *sum.to, err = amountOf(sum.text); err != nil {
			return fmt.Errorf("read promotion: %w", err)
		}
	}
	if raw.PerUser != "" {
		if got.PerUser, err = strconv.Atoi(string(raw.PerUser)); err != nil {
			return fmt.Errorf("read promotion: limit_per_user: %w", err)
		}
	}
	*p = got
	return nil
}

// Promotions are those that a linked wallet can use for one amount.
type Promotions struct {
	AccountID   string      `json:"account_id"`
	Recommended string      `json:"recommended_promotion_id"` // the ID of the best one, or ""
	Promotions  []Promotion `json:"promotions"`               // none is no error
}

func (p Promotions) said() (int, string) {
	return http.StatusOK, strconv.Itoa(len(p.Promotions)) + " promotions"
}

// Promotions asks what a linked wallet gets off a charge of gross rupiah. The
// merchant must be enabled for promotions. An account that is not linked is an
// *APIError with ReasonNotLinked.
func (c *Client) Promotions(ctx context.Context, account string, gross int64) (Promotions, error) {
	const op = "promotions"
	if err := checkID(op, account); err != nil {
		return Promotions{}, err
	}
	if gross < 1 || gross > MaxGoPay {
		return Promotions{}, unsent(op, fmt.Sprintf("gross_amount %d is not in 1..%d", gross, MaxGoPay))
	}
	query := url.Values{"gross_amount": {strconv.FormatInt(gross, 10)}, "currency": {"IDR"}}
	q := call{op: op, method: http.MethodGet, path: "/v2/gopay/promo/" + url.PathEscape(account) + "?" + query.Encode(), id: account}
	return exchange(ctx, c, q, judgePromotions)
}

func judgePromotions(q call, status int, body []byte) (Promotions, error) {
	_, r, err := verdict(q, status, body, 200)
	switch {
	case err != nil && strings.HasPrefix(string(r.StatusMessage), "Account doesn") && !errors.Is(err, ErrUnknown):
		e := r.refused(http.StatusNotFound, status) // said with a 400, which would be our mistake
		e.Reason = ReasonNotLinked
		return Promotions{}, e
	case err != nil:
		return Promotions{}, err
	}
	var got Promotions
	if err := json.Unmarshal(body, &got); err != nil {
		return Promotions{}, &UnknownError{Op: q.op, Err: err}
	}
	if got.AccountID != q.id {
		return Promotions{}, q.doubt("HTTP %d: an answer about account %.60q", status, got.AccountID)
	}
	return got, nil
}
