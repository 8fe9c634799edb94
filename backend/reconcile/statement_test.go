package reconcile

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

var wib = time.FixedZone("WIB", 7*3600)

func read(t *testing.T, text string) (Statement, error) {
	t.Helper()
	return Read(strings.NewReader(text), Default(), wib)
}

func TestRead(t *testing.T) {
	at := time.Date(2026, 11, 20, 13, 5, 0, 0, wib).UnixMilli()
	for name, tt := range map[string]struct {
		text string
		want []Line
	}{
		"the API's names": {
			"order_id,transaction_id,gross_amount,transaction_status,settlement_time\ntoko-1-00000012,abc,25000.00,settlement,2026-11-20 13:05:00\n",
			[]Line{{Number: 2, Act: Payment, Order: "toko-1-00000012", TransactionID: "abc", Amount: 25000, Net: 25000_00, AtMS: at, Status: "settlement"}},
		},
		"an export for people: byte order mark, semicolons, thousands, net": {
			"\xef\xbb\xbf\"Order ID\";\"Transaction ID\";Amount;MDR;\"Net Amount\"\r\n;t-1;\"Rp 25.000\";175;24.825\r\n\r\n",
			[]Line{{Number: 2, Act: Payment, TransactionID: "t-1", Amount: 25000, Fee: 175_00, Net: 24825_00}},
		},
		"a fee of sen, and the net that follows": {
			"order id\tamount\tfee\na\t12345\t86.42\n",
			[]Line{{Number: 2, Act: Payment, Order: "a", Amount: 12345, Fee: 86_42, Net: 12258_58}},
		},
		"the fee that follows": {
			"order_id,amount,net\na,1000,993\n",
			[]Line{{Number: 2, Act: Payment, Order: "a", Amount: 1000, Fee: 7_00, Net: 993_00}},
		},
		"a refund with its minus, and one without": {
			"order_id,type,amount,fee,net\na,refund,-1000,-7,-993\nb,Refund,1000,7,993\nc,refund,1000,,-1000\n",
			[]Line{{Number: 2, Act: Refund, Order: "a", Amount: 1000, Fee: 7_00, Net: 993_00},
				{Number: 3, Act: Refund, Order: "b", Amount: 1000, Fee: 7_00, Net: 993_00},
				{Number: 4, Act: Refund, Order: "c", Amount: 1000, Net: 1000_00}},
		},
		"a fee line belongs to no order": {
			"order_id,type,amount\n,payout,-2500\n", []Line{{Number: 2, Act: Other, Amount: -2500, Net: -2500_00}},
		},
	} {
		got, err := read(t, tt.text)
		if err != nil || !reflect.DeepEqual(got.Lines, tt.want) {
			t.Errorf("%s: %+v, %v; want %+v", name, got.Lines, err, tt.want)
		}
	}
}

// What took no money is passed over, and counted.
func TestReadPassesOver(t *testing.T) {
	got, err := read(t, "order_id,amount,status\na,1000,expire\nb,1000,pending\nc,1000,settlement\n")
	if err != nil || len(got.Lines) != 1 || got.Passed != 2 {
		t.Errorf("got %d lines, %d passed over, %v; want 1 and 2", len(got.Lines), got.Passed, err)
	}
}

func TestReadRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                                     "it is empty",
		"amount\n5\n":                          "neither an order id nor a transaction id",
		"order_id,name\na,b\n":                 "no amount",
		"order_id,amount,amount\na,5,6\n":      `two columns are called "amount"`,
		"order_id,amount\na\n":                 "line 2: has 1 columns, the first line 2",
		"order_id,amount\na,5,6\n":             "line 2: has 3 columns",
		"order_id,amount\n,5\n":                "line 2: has neither an order id",
		"order_id,amount\na,-5\n":              "line 2: a payment of -5 rupiah",
		"order_id,amount\na,5.50\n":            "line 2: an amount of 5.50: rupiah are whole",
		"order_id,amount\na,lots\n":            `line 2: read amount "lots"`,
		"order_id,amount,fee\na,5,x\n":         `line 2: read amount "x"`,
		"order_id,amount,net\na,5,x\n":         `line 2: read amount "x"`,
		"order_id,amount,status\na,5,reversed": `line 2: its status is not known: "reversed"`,
		"order_id,amount,time\na,5,noon\n":     "line 2: its time cannot be read",
		"order_id,amount\n\"a,5\n":             "line 2: extraneous or missing \" in quoted-field",
		"order_id,amount\na,x\nb,y\nc,5\n":     "line 2: read amount \"x\": not an amount in rupiah (and 1 more lines)",
		"order_id,amount\n" + strings.Repeat("a", MaxCell+1) + ",5\n": "column 1 is longer than 512 bytes",
	} {
		if _, err := read(t, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Read(%.40q) = %v, want %q", text, err, want)
		}
	}
	_, err := read(t, "order_id,amount\n"+strings.Repeat("a,x\n", 100))
	if bad := new(BadFile); !errors.As(err, &bad) || len(bad.Lines) != maxBad {
		t.Errorf("a hundred bad lines: %v, want the first %d", err, maxBad)
	}
	if _, err := read(t, "order_id,amount\n"+strings.Repeat("a,1\n", MaxLines+1)); err == nil {
		t.Errorf("%d lines were taken", MaxLines+1)
	}
}

// A merchant's own names come before the usual ones.
func TestReadOwnNames(t *testing.T) {
	names := Default().With(Columns{Amount: []string{"Dibayar"}})
	got, err := Read(strings.NewReader("order_id,amount,dibayar\na,1,2\n"), names, wib)
	if err != nil || len(got.Lines) != 1 || got.Lines[0].Amount != 2 {
		t.Errorf("got %+v, %v; want the amount of its own column", got.Lines, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("order_id,transaction_id,gross_amount,fee,net,type,status,time\na,b,\"25.000,00\",7,24993,qris,settlement,2026-11-20\n")
	f.Add("order;amount\n\"a\"\"b\";Rp 1.000\n;-5\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Read(strings.NewReader(text), Default(), wib)
		if err != nil {
			return
		}
		for _, l := range s.Lines {
			if l.Act != Other && (l.Amount < 0 || (l.Order == "" && l.TransactionID == "")) {
				t.Fatalf("took the line %+v", l)
			}
		}
		r := Compare(s, nil, Span{})
		if len(r.Matched) != 0 || len(r.Mismatched) < r.File.Orders {
			t.Fatalf("with no charge here: %+v", r)
		}
	})
}
