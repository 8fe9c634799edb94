package midtrans

import (
	"errors"
	"strings"
	"testing"
)

func TestAccountNotification(t *testing.T) {
	const text = `{"account_id":"` + accountID + `","merchant_id":"M099098","payment_type":"gopay","signature_key":"SIGN","status_code":"CODE","account_status":"STATE","status_message":"m"}`
	for _, c := range []struct {
		code, state, sign string
		linked, unlinked  bool
	}{
		{"200", "ENABLED", "2149a62437e867818cd58913f7f0d9c5c3c9185abf7662db526d3a41748831281ecd3e16f331b392bbf8fa783474b2d4d728a964a8bc14165c77f56e9b148b88", true, false},
		{"204", "DISABLED", "d1bba46f3579fd0679e1ecfdceaf70f060e6e370f2b0206c2cdd100ba213efafaeb1181801d4104b42fca19594faac1b6fb4e63053ff7a1109fab90c41408020", false, true},
		{"200", "DISABLED", AccountSignature(accountID, "DISABLED", "200", docsKey), false, false},
		{"204", "ENABLED", AccountSignature(accountID, "ENABLED", "204", docsKey), false, false},
		{"200", "Enabled", AccountSignature(accountID, "Enabled", "200", docsKey), true, false}, // signed as written
	} {
		body := strings.NewReplacer("SIGN", c.sign, "CODE", c.code, "STATE", c.state).Replace(text)
		n, err := ParseAccountNotification([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		if err := n.Verify(docsKey); err != nil {
			t.Errorf("%s %s: %v", c.code, c.state, err)
		}
		if err := n.Verify(docsKey + "x"); !errors.Is(err, ErrSignature) {
			t.Errorf("%s %s with another key: got %v", c.code, c.state, err)
		}
		if n.Linked() != c.linked || n.Unlinked() != c.unlinked {
			t.Errorf("%s %s: linked %v, unlinked %v", c.code, c.state, n.Linked(), n.Unlinked())
		}
		if got, want := n.Key(), accountID+":"+strings.ToUpper(c.state); got != want {
			t.Errorf("key: got %s, want %s", got, want)
		}
		forged := strings.Replace(body, "0000026", "0000027", 1)
		if n, err := ParseAccountNotification([]byte(forged)); err != nil || !errors.Is(n.Verify(docsKey), ErrSignature) {
			t.Errorf("another account was believed: %v", err)
		}
	}
	// The published sample carries the signature of something else.
	n, err := ParseAccountNotification([]byte(sample(t, "seeds/000-notify-link.json")))
	if err != nil || !n.Linked() || !errors.Is(n.Verify(docsKey), ErrSignature) {
		t.Errorf("sample: got %+v, %v", n, err)
	}
}

func TestAccountNotificationRefuses(t *testing.T) {
	good := sample(t, "seeds/000-notify-link.json")
	for name, body := range map[string]string{
		"nothing":      "",
		"array":        "[" + good + "]",
		"two":          good + good,
		"twice a key":  strings.Replace(good, `"account_id"`, `"Account_ID": "x", "account_id"`, 1),
		"no account":   strings.Replace(good, "account_id", "x", 1),
		"no state":     strings.Replace(good, "account_status", "x", 1),
		"no code":      strings.Replace(good, "status_code", "x", 1),
		"no signature": strings.Replace(good, "signature_key", "x", 1),
		"object as id": strings.Replace(good, `"`+accountID+`"`, "{}", 1),
		"too large":    strings.Replace(good, "M099098", strings.Repeat("M", MaxNotification), 1),
		"a payment's":  sample(t, "notify_settlement_2019.json"),
	} {
		if n, err := ParseAccountNotification([]byte(body)); err == nil {
			t.Errorf("%s: got %+v", name, n)
		}
	}
}
