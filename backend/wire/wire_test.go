package wire

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite golden files")

// messages is one of every message, with every field set at least once.
var messages = map[string]any{
	"open": Open{Amount: 25_000, Journal: "0123456789abcdef0123456789abcdef"},
	"update": Update{Board: "zero2w", Version: "20261121T152030Z-v1.2.0", Size: 48_123_904,
		SHA256: "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"},
	"error": Error{Code: OrderConflict, Message: "the order exists with another amount"},
	"hello": Hello{Device: "KASIR", Next: 43, Latest: 97, Sandbox: true, Time: 1_760_000_000_000},
	"hello_confirm": Hello{Device: "KASIR", Next: 1, ConfirmKey: "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
		ConfirmURL: "https://toko.example", Time: 1_760_000_000_000},
	"charge_asked": Charge{OrderID: "KASIR-00000042", Amount: 25_000, State: Asked},
	"charge_pending": Charge{OrderID: "KASIR-00000042", Amount: 25_000, State: Pending,
		TransactionID: "513f1f01-c9da-474c-9fc9-d5c64364b709", QR: "00020101021226...6304A623", ExpiresIn: 899_000},
	"charge_overdue": Charge{OrderID: "KASIR-00000042", Amount: 25_000, State: Pending,
		TransactionID: "513f1f01-c9da-474c-9fc9-d5c64364b709", QR: "00020101021226...6304A623", ExpiresIn: -1_500},
	"charge_settled": Charge{OrderID: "KASIR-00000042", Amount: 25_000, State: Settled,
		TransactionID: "513f1f01-c9da-474c-9fc9-d5c64364b709", Paid: 25_000, SettledAt: 1_760_000_030_000, Issuer: "gopay"},
	"charge_cancelled":  Charge{OrderID: "KASIR-00000042", Amount: 25_000, State: Cancelled},
	"charge_expired":    Charge{OrderID: "KASIR-00000042", Amount: 25_000, State: Expired, TransactionID: "T1"},
	"charge_mismatched": Charge{OrderID: "KASIR-00000042", Amount: 25_000, State: Mismatched, TransactionID: "c032f87c", Paid: 2_500},
	"charge_denied": Charge{OrderID: "KASIR-00000042", Amount: 25_000, State: Denied,
		Reason: &Reason{Code: ReasonBusy, Message: "GENERIC_SERVICE_ERROR", Retry: true}},
	"open_linked": Open{Amount: 25_000, Journal: "0123456789abcdef0123456789abcdef", Customer: "c-7f3a"},
	"charge_verify": Charge{OrderID: "KASIR-00000042", Amount: 250_000, State: Pending, TransactionID: "T1",
		VerifyURL: "https://api.midtrans.com/v2/gopay/redirect/gppr_6123269e/charge", ExpiresIn: 299_000},
	"link_open":    LinkOpen{Phone: "081234567890", Journal: "0123456789abcdef0123456789abcdef"},
	"link_asked":   Link{LinkID: "KASIR-00000043", State: LinkAsked, Phone: "****7890"},
	"link_waiting": Link{LinkID: "KASIR-00000043", State: LinkWaiting, Phone: "****7890", URL: "https://api.midtrans.com/v2/gopay/redirect/gpar_a1b2/link", ExpiresIn: 899_000},
	"link_done":    Link{LinkID: "KASIR-00000043", State: LinkDone, Phone: "****7890", Customer: "c-7f3a"},
	"link_expired": Link{LinkID: "KASIR-00000043", State: LinkExpired, Phone: "****7890"},
	"link_failed": Link{LinkID: "KASIR-00000043", State: LinkFailed, Phone: "****7890",
		Reason: &Reason{Code: ReasonNoWallet, Message: "User Not Found"}},
	"journal_page": JournalPage{Journal: journalID, Head: 9, Asked: 8, From: 8, Prev: Hash{1, 2, 3}, Rows: []JournalRow{
		{Kind: RowSettled, Order: "KASIR-00000042", Amount: 25_000, Day: 20261121, At: 1_795_237_200_123, Text: `{"kind":"settled"}`, Hash: Hash{4}},
		{Kind: "opened", Order: "KASIR-00000043", At: 1_795_237_200_456, Raw: []byte{0xff}, Hash: Hash{5}},
	}, Version: "v1.2.0", Board: "pi3", Clock: 1_795_237_200_789, Unsent: 1},
	"journal_withheld": JournalPage{Journal: journalID, Head: 8, From: 8, Rows: []JournalRow{{Kind: RowCrew, At: 1, Withheld: true, Hash: Hash{6}}}},
	"journal_hello":    JournalPage{Journal: journalID, Head: 9, Rows: []JournalRow{}},
	"taken":            JournalTaken{Next: 10},
	"find":             Find{Phone: "081234567890"},
	"customer":         Customer{ID: "c-7f3a", Phone: "****7890", State: CustomerLinked},
	"customer_gone":    Customer{ID: "c-7f3a", Phone: "****7890", State: CustomerUnlinked},
	"enrol":            Enrol{Device: "KASIR", Request: []byte("PKCS #10"), Proof: []byte("0123456789abcdef0123456789abcdef")},
	"renewal":          Renewal{Request: []byte("PKCS #10")},
	"identity":         Identity{Certificate: []byte("X.509"), Authority: []byte("X.509"), Proof: []byte("0123456789abcdef0123456789abcdef")},
	"standing":         Standing{Device: "KASIR"},
	"standing_held":    Standing{Device: "KASIR", Renew: true, NewKey: true, Quarantined: "its card was copied"},
	"events_none":      Events{Latest: 97, Events: []Event{}},
	"events": Events{Latest: 98, Events: []Event{
		{Seq: 97, Charge: Charge{OrderID: "KASIR-00000042", Amount: 25_000, State: Cancelled}},
		{Seq: 98, Charge: Charge{OrderID: "KASIR-00000042", Amount: 25_000, State: Settled, Paid: 25_000, SettledAt: 1_760_000_030_000}},
	}},
}

// TestGolden: the words on the wire are a promise between releases. A golden
// file that changes means that devices in the field may not understand.
func TestGolden(t *testing.T) {
	for name, message := range messages {
		path := filepath.Join("testdata", name+".json")
		got, err := json.MarshalIndent(message, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, '\n')
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s:\n got %s\nwant %s", path, got, want)
		}
		back := reflect.New(reflect.TypeOf(message))
		if err := json.Unmarshal(want, back.Interface()); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if !reflect.DeepEqual(back.Elem().Interface(), message) {
			t.Errorf("%s reads back as %+v", path, back.Elem())
		}
	}
}

// TestEveryGoldenHasAMessage: no file is left over from a message that is gone.
func TestEveryGoldenHasAMessage(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(messages) {
		t.Errorf("%d golden files for %d messages", len(files), len(messages))
	}
}

// TestNewFieldsAreReadOver: an older device hears a newer backend.
func TestNewFieldsAreReadOver(t *testing.T) {
	var c Charge
	text := `{"order_id":"K-00000001","amount":1,"state":"pending","loyalty":{"points":3},"reason":null}`
	if err := json.Unmarshal([]byte(text), &c); err != nil || c.OrderID != "K-00000001" || c.Reason != nil {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestFinal(t *testing.T) {
	for state, want := range map[State]bool{Asked: false, Pending: false, Settled: true, Cancelled: true, Expired: true, Denied: true, Mismatched: false, "new": false} {
		if got := state.Final(); got != want {
			t.Errorf("%s: final %v, want %v", state, got, want)
		}
	}
}

func TestLinkFinal(t *testing.T) {
	for state, want := range map[LinkState]bool{LinkAsked: false, LinkWaiting: false, LinkDone: true, LinkExpired: true, LinkFailed: true, "new": false} {
		if got := state.Final(); got != want {
			t.Errorf("%s: final %v, want %v", state, got, want)
		}
	}
}

func TestStatus(t *testing.T) {
	for code, want := range map[string]int{
		BadRequest: 400, Unauthorized: 401, Forbidden: 403, NotFound: 404, BadMethod: 405, OrderConflict: 409,
		OrderTaken: 409, TooLarge: 413, AmountRefused: 422, TooMany: 429, Internal: 500, Busy: 503,
		CodeRefused: 403, CodeUsed: 409, Revoked: 403, CertExpired: 403, Quarantined: 403, NotSettled: 409, RefundTooMuch: 422, RefundOff: 409, SubscriptionRefused: 409, "a new one": 500,
	} {
		if got := Status(code); got != want || http.StatusText(got) == "" {
			t.Errorf("%s: %d, want %d", code, got, want)
		}
	}
	var err error = &Error{Code: NotFound, Message: "no such order"}
	if got, want := err.Error(), "not_found: no such order"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestLimitsAgree: an order id fits, and a page of events does not exceed what
// a terminal reads.
func TestLimitsAgree(t *testing.T) {
	if got := MaxDeviceID + 1 + OrderDigits; got > MaxOrderID {
		t.Errorf("an order id has %d characters, at most %d", got, MaxOrderID)
	}
	if MaxWait < 10*time.Second || MaxWait > time.Minute {
		t.Errorf("a long poll of %s", MaxWait)
	}
}
