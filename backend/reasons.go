package backend

import (
	"errors"
	"net/http"

	"kasir/backend/ledger"
	"kasir/backend/midtrans"
	"kasir/backend/wire"
)

// walletReasons says in a terminal's words why a wallet was not linked or not
// charged, and whether a fresh attempt may well succeed. What is not here is
// rejected.
var walletReasons = map[midtrans.Reason]ledger.Reason{
	midtrans.ReasonNotRegistered: {Code: wire.ReasonNoWallet},
	midtrans.ReasonBlocked:       {Code: wire.ReasonBlocked},
	midtrans.ReasonInsufficient:  {Code: wire.ReasonBalance},
	midtrans.ReasonNotLinked:     {Code: wire.ReasonNotLinked},
	midtrans.ReasonFraud:         {Code: wire.ReasonFraud},
	midtrans.ReasonPIN:           {Code: wire.ReasonUnproved, Retry: true},
	midtrans.ReasonExpired:       {Code: wire.ReasonUnproved, Retry: true},
	midtrans.ReasonToken:         {Code: wire.ReasonBusy, Retry: true}, // it changed between reading and charging
	midtrans.ReasonInProgress:    {Code: wire.ReasonBusy, Retry: true},
	midtrans.ReasonTryLater:      {Code: wire.ReasonBusy, Retry: true},
	midtrans.ReasonMerchant:      {Code: wire.ReasonChannelOff},
	midtrans.ReasonRequest:       {Code: wire.ReasonInvalid},
	midtrans.ReasonDuplicate:     {Code: wire.ReasonDuplicate, Retry: true},
}

// walletReason is why, with the provider's words for the log.
func walletReason(why midtrans.Reason, message string) ledger.Reason {
	r, known := walletReasons[why]
	if !known {
		r.Code = wire.ReasonRejected
	}
	r.Message = clip(message, maxWord)
	return r
}

// walletRefusal is why a call about a wallet was refused: the wallet's reason,
// where the provider did not turn us away before it asked the wallet. A call
// of unknown outcome was not refused.
func walletRefusal(err error, otherwise ledger.Reason) ledger.Reason {
	var no *midtrans.APIError
	if errors.Is(err, midtrans.ErrUnknown) || !errors.As(err, &no) {
		return otherwise
	}
	if no.Code == http.StatusUnauthorized || no.Code == http.StatusTooManyRequests {
		return refusal(no)
	}
	return walletReason(midtrans.ReasonOf(err), otherwise.Message)
}
