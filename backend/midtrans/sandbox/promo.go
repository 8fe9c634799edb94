package sandbox

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"kasir/backend/midtrans"
)

// The one promotion there is: a tenth of the amount back, for the wallet whose
// number is known for promotions.
const (
	promoPercent = 10
	promoFrom    = 10_000 // rupiah
	promoID      = "CASHBACK|5a1d3c1e-6e0b-4a0e-9d2f-0b1c2d3e4f50|7c0e9a52-3b1f-4c86-8f57-2d9b6a1e0c43|"
)

type promotion struct {
	ID          string         `json:"id"`
	Code        string         `json:"code"`
	Type        string         `json:"type"`
	Payable     string         `json:"actual_payable_amount"`
	Amount      string         `json:"promotion_amount"`
	Minimum     string         `json:"minimum_applicable_amount"`
	Currency    string         `json:"currency"`
	Description string         `json:"description"`
	Short       string         `json:"short_description"`
	Title       string         `json:"title"`
	From        string         `json:"valid_from"`
	Till        string         `json:"valid_till"`
	TNC         string         `json:"tnc_url"`
	Limit       int            `json:"limit_per_user"`
	Source      string         `json:"source"`
	Value       map[string]any `json:"promotion_value"`
}

// promotions is what an account is offered for an amount in rupiah at now.
func (s *Sandbox) promotions(a account, amount int64, now time.Time) []promotion {
	if !s.wallet(a.phone()).Promo || amount < promoFrom {
		return []promotion{}
	}
	day := now.In(midtrans.Zone)
	from := time.Date(day.Year(), day.Month(), 1, 0, 0, 0, 0, midtrans.Zone)
	till := from.AddDate(0, 1, 0)
	return []promotion{{
		ID:   promoID + "|" + from.Format(time.DateOnly) + "|" + till.Format(time.DateOnly),
		Code: "10PCCASHBACK", Type: "CASHBACK", Payable: midtrans.Amount(amount).String(),
		Amount: midtrans.Amount(amount * promoPercent / 100).String(), Minimum: midtrans.Amount(promoFrom).String(),
		Currency: "IDR", Description: "10 percent cashback", Short: "10% cashback", Title: "10PCCASHBACK",
		From: midtrans.FormatTime(from), Till: midtrans.FormatTime(till), Limit: 15, Source: "GOPAY_PROMO",
		Value: map[string]any{"money": map[string]string{"type": "PERCENTAGE", "value": strconv.Itoa(promoPercent)}},
	}}
}

// cashback is what the chosen promotions give the payer of an amount.
func (s *Sandbox) cashback(a account, chosen []string, amount int64, now time.Time) int64 {
	for _, p := range s.promotions(a, amount, now) {
		if slices.Contains(chosen, p.ID) {
			return amount * promoPercent / 100
		}
	}
	return 0
}

// promo is GET /v2/gopay/promo/{id}?gross_amount=N&currency=IDR.
func (s *Sandbox) promo(w http.ResponseWriter, r *http.Request) {
	id, gross := r.PathValue("id"), r.FormValue("gross_amount")
	whole, parts, _ := strings.Cut(gross, ".")
	amount, err := strconv.ParseInt(whole, 10, 64)
	bad := err != nil || amount < 1 || amount > midtrans.MaxGoPay || strings.Trim(parts, "0") != ""
	currency := r.FormValue("currency")
	s.perform(w, r, scene{order: id, op: OpPromo}, func() (reply, entry) {
		switch a := s.accounts.byID[id]; {
		case gross == "":
			return refuse(s.ids.uuid(), 400, "gross_amount is required"), entry{}
		case bad:
			return refuse(s.ids.uuid(), 400, "gross_amount is invalid"), entry{}
		case currency != "" && currency != "IDR":
			return refuse(s.ids.uuid(), 400, "The currency is not supported for the country"), entry{}
		case a == nil || a.Status != midtrans.AccountEnabled:
			d := accountDocument{StatusCode: "400", StatusMessage: "Account doesn’t exist", ID: s.ids.uuid()}
			return say(http.StatusBadRequest, 400, d), entry{}
		default:
			return s.promoAnswer(*a, amount), entry{}
		}
	})
}

func (s *Sandbox) promoAnswer(a account, amount int64) reply {
	d := struct {
		AccountID   string      `json:"account_id"`
		StatusCode  string      `json:"status_code"`
		Recommended string      `json:"recommended_promotion_id,omitempty"`
		Promotions  []promotion `json:"promotions"`
	}{AccountID: a.ID, StatusCode: "200", Promotions: s.promotions(a, amount, time.Now())}
	if len(d.Promotions) > 0 {
		d.Recommended = d.Promotions[0].ID
	}
	return say(http.StatusOK, 200, d)
}
