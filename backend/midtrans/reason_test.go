package midtrans

import (
	"errors"
	"maps"
	"strconv"
	"testing"
)

// channelCodes are all codes that were published, by name.
var channelCodes = map[string]struct {
	code string
	want Reason
}{
	"WALLET_NOT_FOUND": {"101", ReasonNotRegistered}, "MERCHANT_NOT_AUTHORIZED": {"102", ReasonMerchant},
	"ILLEGAL_KYC_TYPE": {"103", ReasonNotVerified}, "ILLEGAL_USER_TYPE": {"104", ReasonNotVerified},
	"USER_NOT_FOUND": {"105", ReasonNotRegistered}, "RESERVATION_NOT_FOUND": {"106", ReasonNotFound},
	"VOUCHER_BATCH_NOT_FOUND": {"107", ReasonNotFound}, "SPONSOR_NOT_FOUND": {"108", ReasonMerchant},
	"CURRENTLY_NOT_ALLOWED": {"109", ReasonMerchant}, "UNAUTHORIZED": {"110", ReasonMerchant},
	"PIN_ALREADY_SETUP": {"111", ReasonPIN}, "WALLET_BLOCKED": {"112", ReasonBlocked},
	"INVALID_PIN_FORMAT": {"113", ReasonPIN}, "PHONE_NUMBER_NOT_FOUND": {"114", ReasonNotRegistered},
	"WALLET_PHONE_NUMBER_NOT_MATCHED": {"115", ReasonRequest}, "MERCHANT_NOT_FOUND": {"116", ReasonMerchant},
	"KYC_NOT_AVAILABLE": {"117", ReasonNotVerified}, "WALLET_RULESET_NOT_FOUND": {"118", ReasonTryLater},
	"INCORRECT_PIN": {"119", ReasonPIN}, "PIN_NOT_SETUP": {"120", ReasonPIN}, "NEW_PIN_SAME_AS_OLD_PIN": {"121", ReasonPIN},
	"ILLEGAL_RECEIVER": {"122", ReasonMerchant}, "KYC_NOT_APPROVED": {"123", ReasonNotVerified}, "KYC_PENDING": {"124", ReasonNotVerified},
	"PIN_IS_REQUIRED": {"125", ReasonPIN}, "CUSTOMER_WALLET_BLOCKED": {"126", ReasonBlocked},
	"SERVICE_PROVIDER_WALLET_BLOCKED": {"127", ReasonMerchant}, "LEDGER_WALLET_NOT_FOUND": {"128", ReasonTryLater},
	"WALLET_ALREADY_EXISTS": {"129", ReasonDuplicate}, "SERVICE_BLOCKED": {"130", ReasonMerchant},
	"LINKED_WALLET_NOT_FOUND": {"131", ReasonNotLinked}, "TRANSACTION_IN_PROGRESS": {"132", ReasonInProgress},
	"SETTLEMENT_FAILED": {"133", ReasonTryLater}, "MERCHANT_INFORMATION_CACHE_STORE_FAILED": {"134", ReasonTryLater},
	"TRANSACTION_NOT_FOUND": {"135", ReasonNotFound}, "INVALID_MERCHANT_IDENTIFIER": {"142", ReasonMerchant},
	"AMEND_RESERVATION_INVALID_AMOUNT": {"151", ReasonRequest}, "INVALID_PAYMENT_OPTION": {"153", ReasonToken},
	"GENERIC_SERVICE_ERROR": {"900", ReasonTryLater}, "ATTRIBUTE_NOT_AVAILABLE_ERROR": {"901", ReasonRequest},
	"MALFORMED_JSON": {"902", ReasonRequest}, "FORBIDDEN_OPERATION": {"903", ReasonMerchant},
	"success": {"0", ReasonNone}, "success, formerly": {"200", ReasonNone}, "insufficient balance": {"201", ReasonInsufficient},
	"field cannot be blank": {"303", ReasonRequest}, "malformed data": {"310", ReasonRequest}, "caller authentication": {"1001", ReasonMerchant},
	"merchant not active": {"1703", ReasonMerchant}, "currency not supported": {"2701", ReasonRequest}, "duplicate transaction": {"2901", ReasonDuplicate},
	"invalid scheme": {"2903", ReasonRequest}, "fraud validation": {"4060", ReasonFraud}, "authorization expired": {"5009", ReasonExpired},
}

func TestChannelReasons(t *testing.T) {
	unnamed := maps.Clone(channelReasons)
	for name, c := range channelCodes {
		if got := ChannelReason(c.code); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
		delete(unnamed, c.code)
	}
	for code := range unnamed {
		t.Errorf("code %s has a reason, but was never published", code)
	}
	if got := ChannelReason("999"); got != ReasonOther {
		t.Errorf("a code of tomorrow: got %q", got)
	}
}

// TestReasonOf has the status codes the provider makes of the wallet's.
func TestReasonOf(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		want Reason
	}{
		{"nil", nil, ReasonNone},
		{"unknown", &UnknownError{Op: "x", Err: errors.New("y")}, ReasonTryLater},
		{"somebody else's", errors.New("x"), ReasonOther},
		{"our own word", &APIError{Code: 404, Reason: ReasonNotLinked}, ReasonNotLinked},
		{"token, in a sentence", &APIError{Code: 400, Validation: []string{"GoPay token is invalid for the payment"}}, ReasonToken},
		{"page, in a sentence", &APIError{Code: 400, Validation: []string{"GoPay challenge token is already expired"}}, ReasonExpired},
		{"the wallet's code first", &APIError{Code: 402, ChannelCode: "112"}, ReasonBlocked},
		{"a wallet's code of tomorrow", &APIError{Code: 402, ChannelCode: "999"}, ReasonOther},
		{"no wallet, by its code", &APIError{Code: 404, ChannelCode: "101"}, ReasonNotRegistered},
		{"no wallet, in a sentence", &APIError{Code: 404, Message: "GoPay Wallet doesn't exist."}, ReasonNotRegistered},
		{"no transaction", &APIError{Code: 404, Message: "Transaction doesn't exist."}, ReasonNotFound},
		{"a code of tomorrow", &APIError{Code: 499}, ReasonOther},
	} {
		if got := ReasonOf(c.err); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	for code, want := range map[int]Reason{400: ReasonRequest, 401: ReasonMerchant, 402: ReasonMerchant, 404: ReasonNotFound, 406: ReasonDuplicate,
		410: ReasonBlocked, 411: ReasonToken, 412: ReasonState, 413: ReasonRequest, 414: ReasonRefund, 429: ReasonTryLater} {
		if got := ReasonOf(&APIError{Code: code}); got != want {
			t.Errorf("%s: got %q, want %q", strconv.Itoa(code), got, want)
		}
	}
}

func TestDenyReason(t *testing.T) {
	for _, c := range []struct {
		name string
		tr   Transaction
		want Reason
	}{
		{"no money", Transaction{Status: StatusDeny, ChannelResponseCode: "201"}, ReasonInsufficient},
		{"fraud detection", Transaction{Status: StatusDeny, FraudStatus: "deny"}, ReasonFraud},
		{"no word", Transaction{Status: StatusDeny}, ReasonOther},
		{"passing", read(t, "charge_deny_900.json"), ReasonTryLater},
		{"not denied", Transaction{Status: StatusPending, ChannelResponseCode: "201"}, ReasonNone},
	} {
		if got := c.tr.Reason(); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}
