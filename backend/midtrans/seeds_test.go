package midtrans

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// seeds are all requests, responses and notifications of the four documents
// this package was made from (000 linking, 001 Snap, 002 charge, 003 terminal)
// and what reads them. A file is as published, but for the braces that pages
// had lost: of 000-create-response and 002-notify-expire the first one, and of
// the excerpt 003-charge-deny both and the commas.
var seeds = map[string]func() any{
	"000-create-request.json":    func() any { return new(AccountRequest) },
	"000-create-response.json":   func() any { return new(Account) },
	"000-create-refused.json":    func() any { return new(Account) },
	"000-notify-link.json":       func() any { return new(AccountNotification) },
	"001-snap-request.json":      func() any { return new(SnapRequest) },
	"001-user-response.json":     func() any { return new(SnapUser) },
	"001-user-missing.json":      func() any { return new(refusal) },
	"001-unlink-missing.json":    func() any { return new(refusal) },
	"001-notify-settlement.json": func() any { return new(Notification) },
	"002-charge-request.json":    func() any { return new(ChargeRequest) },
	"002-charge-response.json":   func() any { return new(Transaction) },
	"002-notify-pending.json":    func() any { return new(Notification) },
	"002-notify-settlement.json": func() any { return new(Notification) },
	"002-notify-expire.json":     func() any { return new(Notification) },
	"003-charge-request.json":    func() any { return new(ChargeRequest) },
	"003-charge-response.json":   func() any { return new(Transaction) },
	"003-action-qr.json":         func() any { return new(Action) },
	"003-notify-settlement.json": func() any { return new(Notification) },
	"003-charge-deny.json":       func() any { return new(Transaction) },
}

// perSeed is how many samples each document has.
var perSeed = map[string]int{"000": 4, "001": 5, "002": 5, "003": 5}

// TestSeeds reads every sample and writes it again: field by field nothing is
// lost and nothing is added.
func TestSeeds(t *testing.T) {
	files, err := filepath.Glob("testdata/seeds/*.json")
	if err != nil || len(files) != len(seeds) {
		t.Errorf("%d files, %d readers, %v", len(files), len(seeds), err)
	}
	found := make(map[string]int)
	for _, file := range files {
		found[filepath.Base(file)[:3]]++
	}
	if !maps.Equal(found, perSeed) {
		t.Errorf("samples by document: got %v, want %v", found, perSeed)
	}
	for name, fresh := range seeds {
		t.Run(name, func(t *testing.T) {
			body, err := os.ReadFile(filepath.Join("testdata/seeds", name))
			if err != nil {
				t.Fatal(err)
			}
			v := fresh()
			if err := json.Unmarshal(body, v); err != nil {
				t.Fatal(err)
			}
			again, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			equalJSON(t, name, again, body)
		})
	}
}

// equalJSON compares two documents field by field, numbers digit by digit.
func equalJSON(t *testing.T, what string, got, want []byte) {
	t.Helper()
	var values [2]any
	for i, b := range [][]byte{got, want} {
		d := json.NewDecoder(bytes.NewReader(b))
		d.UseNumber()
		if err := errors.Join(d.Decode(&values[i])); err != nil {
			t.Fatalf("%s: %v in %s", what, err, b)
		}
	}
	if !reflect.DeepEqual(values[0], values[1]) {
		t.Errorf("%s: got\n%s\nwant\n%s", what, got, want)
	}
}

// TestSeedsMean reads the samples for what they say, so that writing them again
// cannot hide a field that was carried along without being understood.
func TestSeedsMean(t *testing.T) {
	var accounts []Account
	for _, name := range []string{"000-create-response", "000-create-refused"} {
		var a Account
		decode(t, name, &a)
		accounts = append(accounts, a)
	}
	if a := accounts[0]; a.ID != accountID || a.Status != AccountPending || a.ActivationURL() == "" || a.ActivationApp() == "" {
		t.Errorf("created: got %+v", a)
	}
	if got := ChannelReason(accounts[1].ChannelResponseCode); got != ReasonNotRegistered {
		t.Errorf("refused: got %q", got)
	}
	var charge, deny Transaction
	decode(t, "002-charge-response", &charge)
	decode(t, "003-charge-deny", &deny)
	if charge.GrossAmount != 10000 || charge.Status != StatusPending || charge.Deeplink() == "" || len(charge.Actions) != 4 || charge.Paid() {
		t.Errorf("charge: got %+v", charge)
	}
	if deny.Status != StatusDeny || !deny.Retriable() || deny.Reason() != ReasonTryLater {
		t.Errorf("deny: got %+v", deny)
	}
	for name, want := range map[string]struct {
		state   string
		paid    bool
		amount  Amount
		account string
	}{
		"001-notify-settlement": {StatusSettlement, true, 100_000, "aaaa-aaaa-4e4f-aaaa-e81fc4f640a5"},
		"002-notify-pending":    {StatusPending, false, 275_000, ""},
		"002-notify-settlement": {StatusSettlement, true, 275_000, ""},
		"002-notify-expire":     {StatusExpire, false, 275_000, ""},
		"003-notify-settlement": {StatusSettlement, true, 100, ""},
	} {
		var n Notification
		decode(t, name, &n)
		if n.Status != want.state || n.Paid() != want.paid || n.GrossAmount != want.amount || n.Extra.AccountID != want.account || n.TransactionTime.IsZero() {
			t.Errorf("%s: got %+v", name, n)
		}
	}
	var user SnapUser
	decode(t, "001-user-response", &user)
	if balance, ok := user.Rupiah(); !ok || balance != 8_000_000 || user.AccountStatus != AccountEnabled {
		t.Errorf("user: got %+v", user)
	}
	for _, name := range []string{"001-user-missing", "001-unlink-missing"} {
		_, err := judgeSnapUser(call{op: "snap user"}, "testww1", AccountEnabled, 404, []byte(sample(t, "seeds/"+name+".json")))
		if !IsNotFound(err) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// TestSeedRequests: every published request is one that this client would send.
func TestSeedRequests(t *testing.T) {
	for _, name := range []string{"002-charge-request", "003-charge-request"} {
		var r ChargeRequest
		decode(t, name, &r)
		if problems := r.check(); problems != nil {
			t.Errorf("%s: %v", name, problems)
		}
	}
	var snap SnapRequest
	decode(t, "001-snap-request", &snap)
	if problems := snap.check(); problems != nil || !snap.GoPay.Tokenization || snap.UserID.String() != "testuser01" {
		t.Errorf("snap: %v in %+v", problems, snap)
	}
	var account AccountRequest
	decode(t, "000-create-request", &account)
	if !account.Phone.valid() || !linkable(account.RedirectURL) {
		t.Errorf("account: got %+v", account)
	}
}

func decode(t *testing.T, name string, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(sample(t, "seeds/"+name+".json")), v); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}
