package wire

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
)

// Error is a refusal. Code decides, Message explains to whoever reads the log.
type Error struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

func (e *Error) Error() string { return fmt.Sprintf("%s: %s", e.Code, e.Message) }

// Error codes, each with its HTTP status in Status.
const (
	BadRequest    = "bad_request"    // not understood; sending it again will not help
	AmountRefused = "amount_refused" // outside 1..MaxAmount
	OrderConflict = "order_conflict" // the order id exists with another amount
	OrderTaken    = "order_taken"    // the order id belongs to another journal
	NotFound      = "not_found"
	Unauthorized  = "unauthorized"
	Forbidden     = "forbidden"
	TooLarge      = "too_large"
	BadMethod     = "method_not_allowed"
	TooMany       = "too_many_requests"
	Busy          = "busy"     // try again later; nothing was decided
	Internal      = "internal" // outcome unknown; ask

	// To devices with certificates.
	CodeRefused = "code_refused"        // a code of enrolment that is wrong, or ran out
	CodeUsed    = "code_used"           // another device enrolled with it
	Revoked     = "revoked"             // the certificate was taken back: enrol again
	CertExpired = "certificate_expired" // renew it; nothing else is answered
	Quarantined = "quarantined"         // no new charges until a person has looked into it

	// To the merchant's programs only.
	NotSettled    = "not_settled"        // there is no money to give back
	RefundTooMuch = "refund_too_much"    // more than was paid and not given back yet
	RefundOff     = "refund_not_enabled" // the provider gives no refunds for this merchant

	SubscriptionRefused = "subscription_refused" // the provider will not change it so
)

var status = map[string]int{
	BadRequest:    http.StatusBadRequest,
	AmountRefused: http.StatusUnprocessableEntity,
	OrderConflict: http.StatusConflict,
	OrderTaken:    http.StatusConflict,
	NotFound:      http.StatusNotFound,
	Unauthorized:  http.StatusUnauthorized,
	Forbidden:     http.StatusForbidden,
	TooLarge:      http.StatusRequestEntityTooLarge,
	BadMethod:     http.StatusMethodNotAllowed,
	TooMany:       http.StatusTooManyRequests,
	Busy:          http.StatusServiceUnavailable,
	Internal:      http.StatusInternalServerError,
	CodeRefused:   http.StatusForbidden,
	CodeUsed:      http.StatusConflict,
	Revoked:       http.StatusForbidden,
	CertExpired:   http.StatusForbidden,
	Quarantined:   http.StatusForbidden,
	NotSettled:    http.StatusConflict,
	RefundTooMuch: http.StatusUnprocessableEntity,
	RefundOff:     http.StatusConflict,

	SubscriptionRefused: http.StatusConflict,
}

// Status is the HTTP status that carries code; 500 for one it does not know.
func Status(code string) int {
	if s, ok := status[code]; ok {
		return s
	}
	return http.StatusInternalServerError
}

// Codes is every code, sorted.
func Codes() []string { return slices.Sorted(maps.Keys(status)) }
