package midtrans

import (
	"errors"
	"fmt"
	"strings"
)

// APIError is a certain refusal: the call changed nothing at the provider.
type APIError struct {
	Code        int      // the body's status_code; the HTTP status when the body has none
	HTTP        int      // the HTTP status; 0: refused here, never sent
	Message     string   // the provider's sentence, for the log
	Validation  []string // what it found wrong with the request, on 400
	ChannelCode string   // the wallet's own code, when it gave one
	RequestID   string   // the provider's id of the request (not of a transaction)

	Reason         Reason // only where this package knows better than the codes: see ReasonOf
	ChannelMessage string // the wallet's own sentence, for the log
}

func (e *APIError) Error() string {
	text := fmt.Sprintf("provider refused: %d %s", e.Code, e.Message)
	if len(e.Validation) > 0 {
		text += ": " + strings.Join(e.Validation, "; ")
	}
	if e.ChannelCode != "" {
		text += " (channel code " + e.ChannelCode + ")"
	}
	return text
}

// ErrUnknown is what every UnknownError is.
var ErrUnknown = errors.New("outcome unknown")

// UnknownError says that nobody here can tell whether the call worked. It
// never wraps an APIError, so that errors.As cannot make a refusal of it.
type UnknownError struct {
	Op  string // charge, status, cancel, expire, create account, ...
	Err error  // why it is not known
	// Answered says that the provider itself did answer, with neither a success
	// nor a refusal. It remembers an Idempotency-Key for successes only: the
	// same call with the same key might then be done twice.
	Answered bool
}

func (e *UnknownError) Error() string { return fmt.Sprintf("%s: outcome unknown: %v", e.Op, e.Err) }

// Unwrap gives the cause, for instance context.DeadlineExceeded.
func (e *UnknownError) Unwrap() error { return e.Err }

// Is makes errors.Is(err, ErrUnknown) true.
func (e *UnknownError) Is(target error) bool { return target == ErrUnknown }

// IsNotFound reports whether the provider itself said that it knows no such
// transaction: body status_code 404. Right after a charge of unknown outcome
// that is not yet a proof of absence.
func IsNotFound(err error) bool { return hasCode(err, 404) }

// IsDuplicate reports a 406: something already exists for this order. Ask what.
func IsDuplicate(err error) bool { return hasCode(err, 406) }

// IsNotModifiable reports a 412: the transaction is past the state in which it
// could be cancelled or expired. It may just have been paid. Ask.
func IsNotModifiable(err error) bool { return hasCode(err, 412) }

// IsNotEnabled reports a 402: the merchant has no such thing, for instance
// refunds, which terminals do not have by default. It is for the merchant and
// the provider to talk about; no repetition helps.
func IsNotEnabled(err error) bool { return hasCode(err, 402) }

func hasCode(err error, code int) bool {
	var refused *APIError
	return errors.As(err, &refused) && refused.Code == code
}
