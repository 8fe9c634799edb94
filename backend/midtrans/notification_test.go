package midtrans

import (
	"errors"
	"os"
	"strings"
	"testing"
)

const docsKey = "SB-Mid-server-abc123cde456"

func TestSignatureVectors(t *testing.T) {
	for _, c := range []struct{ order, code, gross, key, want string }{
		{"order102", "200", "789000.00", docsKey, "7a534ba126892530ef6777d5506574e7c144a387ed6f0c6c35371ee746d2c2d00061f0ff9e2fc049e745092374c6e96187dd7af3e916233cf14806c341d1f9d7"},
		{"order102", "201", "789000.00", docsKey, "e8d4cbeb415d99af2adad29b43b28f19c57d637b11e128be74d410b5fc7f071de092a67517760de8a40ccf211ce83aad33081dd94c70bd0d80e409588dd2bc79"},
		{"order102", "202", "789000.00", docsKey, "d9ce793e8f722a1948645256cc8fb063e65d84b12555b203c0f78b1bd38fa4ca0f385e9c91da55432e6a74d547a86833dfdba11fc7f4fc8001f81bb465bf11b5"},
		{"order102", "407", "789000.00", docsKey, "3f105e18b1d68da9f12054344cb7d16ab027f7b69728756589546226e083e305fc93d35d9b54fe8d41d77a91211bc696066c9e6e6a653432f648db6b72e72eef"},
		{"1111", "200", "100000.00", "askvnoibnosifnboseofinbofinfgbiufglnbfg", "edc076b21793ebe3e17926350f5b8ae67d902fe657b3d0aa31b932d5c127e2375d308a2bc94f3265ac2d80a1f181a79b997ac178a236fcff35af263fc4d4c231"},
	} {
		if got := Signature(c.order, c.code, c.gross, c.key); got != c.want {
			t.Errorf("Signature(%s, %s, %s): got %s, want %s", c.order, c.code, c.gross, got, c.want)
		}
	}
	const account = "00000269-7836-49e5-bc65-e592afafec14"
	for _, c := range []struct{ status, code, want string }{
		{"ENABLED", "200", "2149a62437e867818cd58913f7f0d9c5c3c9185abf7662db526d3a41748831281ecd3e16f331b392bbf8fa783474b2d4d728a964a8bc14165c77f56e9b148b88"},
		{"DISABLED", "204", "d1bba46f3579fd0679e1ecfdceaf70f060e6e370f2b0206c2cdd100ba213efafaeb1181801d4104b42fca19594faac1b6fb4e63053ff7a1109fab90c41408020"},
	} {
		if got := AccountSignature(account, c.status, c.code, docsKey); got != c.want {
			t.Errorf("AccountSignature(%s): got %s, want %s", c.status, got, c.want)
		}
	}
}

func sample(t *testing.T, name string) string {
	t.Helper()
	body, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestVerify(t *testing.T) {
	genuine := sample(t, "notify_qris_settlement.json")
	for _, c := range []struct {
		name string
		body string
		key  string
		want error
	}{
		{"genuine", genuine, docsKey, nil},
		{"upper-case hex", strings.ReplaceAll(genuine, "7a534ba1", "7A534BA1"), docsKey, nil},
		{"another state is not covered", strings.Replace(genuine, `"settlement"`, `"expire"`, 1), docsKey, nil},
		{"another key", genuine, docsKey + "x", ErrSignature},
		{"another amount", strings.Replace(genuine, "789000.00", "78900.00", 1), docsKey, ErrSignature},
		{"the same amount, written otherwise", strings.Replace(genuine, "789000.00", "789000", 1), docsKey, ErrSignature},
		{"another order", strings.Replace(genuine, "order102", "order103", 1), docsKey, ErrSignature},
		{"another code", strings.Replace(genuine, `"200"`, `"201"`, 1), docsKey, ErrSignature},
		{"short signature", strings.Replace(genuine, "7a534ba1", "", 1), docsKey, ErrSignature},
		{"a seed's sample, signed with a key nobody published", sample(t, "notify_settlement_2019.json"), docsKey, ErrSignature},
	} {
		n, err := ParseNotification([]byte(c.body))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := n.Verify(c.key); !errors.Is(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

// TestVerifyNumbers has the signed fields as numbers: their text is what counts.
func TestVerifyNumbers(t *testing.T) {
	body := `{"transaction_id":"t","transaction_status":"settlement","order_id":1111,"status_code":200,"gross_amount":100000.00,` +
		`"signature_key":"` + Signature("1111", "200", "100000.00", docsKey) + `"}`
	n, err := ParseNotification([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Verify(docsKey); err != nil {
		t.Error(err)
	}
	if n.OrderID != "1111" || n.GrossAmount != 100000 || n.StatusCode != 200 || !n.Paid() {
		t.Errorf("got %+v", n)
	}
}

func TestParseNotificationRefuses(t *testing.T) {
	genuine := sample(t, "notify_qris_settlement.json")
	without := func(field string) string {
		return strings.Replace(genuine, `"`+field+`"`, `"x_`+field+`"`, 1)
	}
	inside := func(extra string) string { return strings.Replace(genuine, "{", "{"+extra+",", 1) }
	for name, body := range map[string]string{
		"empty":              "",
		"not JSON":           "<html>",
		"an array":           "[" + genuine + "]",
		"a string":           `"settlement"`,
		"two objects":        genuine + genuine,
		"cut":                genuine[:len(genuine)/2],
		"twice":              inside(`"order_id":"order999"`),
		"twice, other case":  inside(`"ORDER_ID":"order999"`),
		"twice, long s":      inside(`"ſtatus_code":"201"`),
		"twice, deep":        inside(`"metadata":{"a":{"b":1,"b":2}}`),
		"deep":               inside(`"x":` + strings.Repeat("[", 100) + strings.Repeat("]", 100)),
		"parts of a rupiah":  strings.Replace(genuine, "789000.00", "789000.01", 1),
		"amount is a list":   strings.Replace(genuine, `"789000.00"`, `["789000.00"]`, 1),
		"code is a word":     strings.Replace(genuine, `"200"`, `"ok"`, 1),
		"no order":           without("order_id"),
		"no transaction":     without("transaction_id"),
		"no state":           without("transaction_status"),
		"no code":            without("status_code"),
		"no amount":          without("gross_amount"),
		"no signature":       without("signature_key"),
		"an empty signature": strings.Replace(genuine, `"signature_key": "`, `"signature_key": "", "rest": "`, 1),
		"too large":          inside(`"x":"` + strings.Repeat("x", MaxNotification) + `"`),
	} {
		if n, err := ParseNotification([]byte(body)); err == nil {
			t.Errorf("%s: read as %+v", name, n)
		}
	}
	if _, err := ParseNotification([]byte(inside(`"tomorrow":{"a":[1,{"b":null}]}`))); err != nil {
		t.Errorf("unknown fields: %v", err)
	}
}

func FuzzParseNotification(f *testing.F) {
	for _, name := range []string{"notify_qris_settlement.json", "notify_snap_2023.json", "status_fee.json"} {
		body, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		n, err := ParseNotification(body)
		if err != nil {
			return
		}
		if n.RawOrderID == "" || n.SignatureKey == "" || n.GrossAmount < 0 {
			t.Errorf("accepted %q as %+v", body, n)
		}
		if n.Verify("a key that nobody has") == nil {
			t.Errorf("verified %q", body)
		}
	})
}
