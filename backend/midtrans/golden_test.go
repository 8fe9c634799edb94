package midtrans

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write golden files")

// TestGolden reads every published sample and compares what was understood
// with the golden file beside it.
func TestGolden(t *testing.T) {
	samples, err := filepath.Glob("testdata/*.json")
	if err != nil || len(samples) < 8 {
		t.Fatalf("found %d samples, %v", len(samples), err)
	}
	for _, sample := range samples {
		t.Run(filepath.Base(sample), func(t *testing.T) {
			body, err := os.ReadFile(sample)
			if err != nil {
				t.Fatal(err)
			}
			var tr Transaction
			if err := json.Unmarshal(body, &tr); err != nil {
				t.Fatal(err)
			}
			type understood Transaction // without MarshalJSON: as Go has it
			got, err := json.MarshalIndent(understood(tr), "", "\t")
			if err != nil {
				t.Fatal(err)
			}
			golden := strings.TrimSuffix(sample, "json") + "golden"
			if *update {
				if err := os.WriteFile(golden, append(got, '\n'), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(append(got, '\n'), want) {
				t.Errorf("%s: got\n%s\nwant\n%s", golden, got, want)
			}
		})
	}
}

// TestNothingLost writes every sample again and compares field by field, so that
// a golden file cannot bless a field that was forgotten.
func TestNothingLost(t *testing.T) {
	// One sample has every oddity at once; it is written the usual way.
	tidy := strings.NewReplacer(
		`"status_code": 200`, `"status_code": "200"`, `"gross_amount": 10071.00`, `"gross_amount": "10071.00"`,
		`"SETTLEMENT"`, `"settlement"`, `"expire_time"`, `"expiry_time"`, `"custom_field2": 17`, `"custom_field2": "17"`,
		`,
  "a_field_of_tomorrow": {"deep": [1, 2, 3]}`, ``,
	)
	samples, err := filepath.Glob("testdata/*.json")
	if err != nil || len(samples) < 8 {
		t.Fatalf("found %d samples, %v", len(samples), err)
	}
	for _, sample := range samples {
		body, err := os.ReadFile(sample)
		if err != nil {
			t.Fatal(err)
		}
		v := any(new(Transaction))
		if strings.Contains(sample, "notify_") {
			v = new(Notification)
		}
		if err := json.Unmarshal(body, v); err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		equalJSON(t, sample, b, []byte(tidy.Replace(string(body))))
	}
}

func read(t *testing.T, name string) Transaction {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	var tr Transaction
	if err := json.Unmarshal(body, &tr); err != nil {
		t.Fatal(err)
	}
	return tr
}

func TestPaid(t *testing.T) {
	for _, c := range []struct {
		name string
		tr   Transaction
		want bool
	}{
		{"settlement", Transaction{StatusCode: 200, Status: "settlement", FraudStatus: "accept"}, true},
		{"fraud silent", Transaction{StatusCode: 200, Status: "settlement"}, true},
		{"capture", Transaction{StatusCode: 200, Status: "capture"}, true},
		{"challenge", Transaction{StatusCode: 200, Status: "settlement", FraudStatus: "challenge"}, false},
		{"fraud", Transaction{StatusCode: 200, Status: "settlement", FraudStatus: "deny"}, false},
		{"pending", Transaction{StatusCode: 201, Status: "pending", FraudStatus: "accept"}, false},
		{"other code", Transaction{StatusCode: 201, Status: "settlement"}, false},
		{"expire, fraud accept", Transaction{StatusCode: 202, Status: "expire", FraudStatus: "accept"}, false},
		{"pending with 200", Transaction{StatusCode: 200, Status: "pending"}, false},
		{"refund", Transaction{StatusCode: 200, Status: "refund"}, false},
		{"nothing", Transaction{}, false},
		{"sample", read(t, "notify_settlement_2019.json"), true},
		{"numbers and upper case", read(t, "status_fee.json"), true},
	} {
		if got := c.tr.Paid(); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestFee(t *testing.T) {
	tr := read(t, "status_fee.json")
	if got, want := tr.OriginalAmount(), Amount(10000); got != want {
		t.Errorf("original: got %v, want %v", got, want)
	}
	if got, want := tr.SettledAmount(), Amount(10071); got != want {
		t.Errorf("settled: got %v, want %v", got, want)
	}
	for _, c := range []struct {
		name string
		fee  *Fee
	}{
		{"none", nil},
		{"does not add up", &Fee{Original: 10000, Gross: 10071, Imposed: 70}},
		{"about another sum", &Fee{Original: 10000, Gross: 10070, Imposed: 70}},
		{"all fee", &Fee{Original: 0, Gross: 10071, Imposed: 10071}},
	} {
		tr.Extra.Fee = c.fee
		if got, want := tr.OriginalAmount(), tr.GrossAmount; got != want {
			t.Errorf("%s: got %v, want %v", c.name, got, want)
		}
	}
}

func TestMetadataIsFree(t *testing.T) {
	for _, metadata := range []string{
		`null`, `"text"`, `[1]`, `{"extra_info":"text"}`, `{"extra_info":{"gross_amount_info":[]}}`,
		`{"extra_info":{"gross_amount_info":{"original_amount":"ten"}}}`,
		`{"extra_info":{"user_id":{}}}`, `{"extra_info":{"gross_amount_info":{"original_amount":"1","gross_amount":"1"}}}`,
	} {
		var tr Transaction
		if err := json.Unmarshal([]byte(`{"order_id":"a","metadata":`+metadata+`}`), &tr); err != nil {
			t.Errorf("%s: %v", metadata, err)
		}
		if tr.Extra.Fee != nil {
			t.Errorf("%s: found a fee: %+v", metadata, tr.Extra.Fee)
		}
	}
}
