package midtrans

import (
	"errors"
	"strings"
)

// Reason is why a wallet or the provider said no, in a word that does not
// change: to decide on, to store, and to translate for people.
type Reason string

// Reasons.
const (
	ReasonNone          Reason = ""                     // nobody said no, or nobody said why
	ReasonNotRegistered Reason = "not_registered"       // no wallet with this number
	ReasonBlocked       Reason = "blocked"              // the wallet or its owner is blocked
	ReasonNotVerified   Reason = "not_verified"         // the owner's identity is not checked yet, or too weakly
	ReasonInsufficient  Reason = "insufficient_balance" // not enough money
	ReasonPIN           Reason = "pin"                  // wrong, missing or not set up
	ReasonExpired       Reason = "authorization_ended"  // the PIN page or the link is too old: start again
	ReasonToken         Reason = "token_invalid"        // the payment option's token is not good any more: read it again
	ReasonNotLinked     Reason = "not_linked"           // the account is not, or no longer, linked
	ReasonFraud         Reason = "suspected_fraud"      // refused by fraud detection
	ReasonInProgress    Reason = "in_progress"          // the wallet still works on an earlier one
	ReasonDuplicate     Reason = "duplicate"            // there is one already
	ReasonNotFound      Reason = "not_found"            // the provider knows no such thing
	ReasonState         Reason = "wrong_state"          // too late or too early for this: ask what became of it
	ReasonRefund        Reason = "refund_rejected"      // an impossible amount, or the merchant's balance is too small
	ReasonMerchant      Reason = "merchant_not_enabled" // the merchant's set-up, not the payer
	ReasonRequest       Reason = "bad_request"          // we asked wrongly
	ReasonTryLater      Reason = "try_later"            // a passing trouble
	ReasonOther         Reason = "other"                // a code nobody explained
)

// channelReasons are the wallet's codes (channel_response_code) that were
// published with a name: the provider's table of GoPay response codes, and what
// its other pages mention. What is only somebody's internal trouble is worth
// another try later.
var channelReasons = map[string]Reason{
	"0": ReasonNone, "200": ReasonNone,
	"101": ReasonNotRegistered, "105": ReasonNotRegistered, "114": ReasonNotRegistered,
	"131": ReasonNotLinked,
	"112": ReasonBlocked, "126": ReasonBlocked,
	"103": ReasonNotVerified, "104": ReasonNotVerified, "117": ReasonNotVerified, "123": ReasonNotVerified, "124": ReasonNotVerified,
	"201": ReasonInsufficient,
	"111": ReasonPIN, "113": ReasonPIN, "119": ReasonPIN, "120": ReasonPIN, "121": ReasonPIN, "125": ReasonPIN,
	"5009": ReasonExpired,
	"153":  ReasonToken,
	"4060": ReasonFraud,
	"132":  ReasonInProgress,
	"129":  ReasonDuplicate, "2901": ReasonDuplicate,
	"106": ReasonNotFound, "107": ReasonNotFound, "135": ReasonNotFound,
	"102": ReasonMerchant, "108": ReasonMerchant, "109": ReasonMerchant, "110": ReasonMerchant, "116": ReasonMerchant, "122": ReasonMerchant,
	"127": ReasonMerchant, "130": ReasonMerchant, "142": ReasonMerchant, "903": ReasonMerchant, "1001": ReasonMerchant, "1703": ReasonMerchant,
	"115": ReasonRequest, "151": ReasonRequest, "303": ReasonRequest, "310": ReasonRequest, "901": ReasonRequest, "902": ReasonRequest,
	"2701": ReasonRequest, "2903": ReasonRequest,
	"118": ReasonTryLater, "128": ReasonTryLater, "133": ReasonTryLater, "134": ReasonTryLater, channelTrouble: ReasonTryLater,
}

// statusReasons are the provider's own codes, where the wallet gave none.
var statusReasons = map[int]Reason{
	400: ReasonRequest, 401: ReasonMerchant, 402: ReasonMerchant, 403: ReasonRequest, 405: ReasonRequest,
	404: ReasonNotFound, 406: ReasonDuplicate, 410: ReasonBlocked, 411: ReasonToken, 412: ReasonState,
	413: ReasonRequest, 414: ReasonRefund, 429: ReasonTryLater,
}

// ChannelReason is the reason behind a wallet's own code; ReasonOther for one
// that was never published, ReasonNone for "".
func ChannelReason(code string) Reason {
	if code == "" {
		return ReasonNone
	}
	if r, known := channelReasons[code]; known {
		return r
	}
	return ReasonOther
}

// Reason is why a denied transaction was denied; ReasonNone for one that was
// not.
func (t Transaction) Reason() Reason {
	if t.Status != StatusDeny && t.Status != StatusFailure {
		return ReasonNone
	}
	if r := ChannelReason(t.ChannelResponseCode); r != ReasonNone {
		return r
	}
	if t.FraudStatus == "deny" {
		return ReasonFraud
	}
	return ReasonOther
}

// ReasonOf is why a call was refused. For an unknown outcome it is
// ReasonTryLater, and for nil ReasonNone.
func ReasonOf(err error) Reason {
	var refused *APIError
	switch {
	case err == nil:
		return ReasonNone
	case errors.Is(err, ErrUnknown):
		return ReasonTryLater
	case !errors.As(err, &refused):
		return ReasonOther
	case refused.Reason != ReasonNone:
		return refused.Reason
	}
	for _, text := range refused.Validation {
		if r, known := validationReasons[text]; known {
			return r
		}
	}
	if r := ChannelReason(refused.ChannelCode); r != ReasonNone {
		return r
	}
	if r, known := statusTexts[strings.ToLower(strings.TrimSuffix(refused.Message, "."))]; known {
		return r
	}
	if r, known := statusReasons[refused.Code]; known {
		return r
	}
	return ReasonOther
}

// statusTexts are status messages, in small letters and without the full stop,
// that say what the wallet's code would, where that was left out: 404 alone
// would be any thing that is not there.
var statusTexts = map[string]Reason{
	"gopay wallet doesn't exist": ReasonNotRegistered, // the wallet's 101
}

// validationReasons are sentences that say more than the 400 beside them.
var validationReasons = map[string]Reason{
	"GoPay token is invalid for the payment":   ReasonToken,
	"GoPay challenge token is already expired": ReasonExpired,
}
