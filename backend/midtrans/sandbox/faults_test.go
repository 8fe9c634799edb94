package sandbox

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kasir/backend/midtrans"
)

// outcome is what the product's client makes of a charge: ok, unknown, or the
// refusal's code.
func outcome(err error) any {
	var refused *midtrans.APIError
	switch {
	case err == nil:
		return "ok"
	case errors.Is(err, midtrans.ErrUnknown):
		return "unknown"
	case errors.As(err, &refused):
		return refused.Code
	}
	return err
}

// TestAnswerFaults meets a charge with every fault that spoils answers: what
// the client makes of it, and whether the transaction is there afterwards.
func TestAnswerFaults(t *testing.T) {
	for _, c := range []struct {
		fault Fault
		want  any
		done  bool
		took  time.Duration // virtual
	}{
		{Fault{Kind: Error500}, "unknown", false, 0},
		{Fault{Kind: Error500, After: true}, "unknown", true, 0},
		{Fault{Kind: HTML502}, "unknown", false, 0},
		{Fault{Kind: HTML502, After: true}, "unknown", true, 0},
		{Fault{Kind: HTML403}, "unknown", false, 0},
		{Fault{Kind: Hang}, "unknown", false, 15 * time.Second},
		{Fault{Kind: Hang, After: true}, "unknown", true, 15 * time.Second},
		{Fault{Kind: Cut}, "unknown", false, 0},
		{Fault{Kind: Cut, After: true}, "unknown", true, 0},
		{Fault{Kind: Code402}, 402, false, 0},
		{Fault{Kind: Code404}, 404, false, 0},
		{Fault{Kind: Code406}, 406, false, 0},
		{Fault{Kind: Code410}, 410, false, 0},
		{Fault{Kind: Code412}, 412, false, 0},
		{Fault{Kind: Code413}, 413, false, 0},
		{Fault{Kind: Code429, After: true}, 429, false, 0},
		{Fault{Kind: Code503}, "unknown", false, 0},
		{Fault{Kind: Slow, Delay: Delay(5 * time.Second)}, "ok", true, 5 * time.Second},
		{Fault{Kind: Slow, Delay: Delay(time.Minute)}, "unknown", true, 15 * time.Second},
		{Fault{Kind: Huge}, "unknown", true, 0},
		{Fault{Kind: Drip}, "unknown", true, 15 * time.Second},
	} {
		name := string(c.fault.Kind)
		if c.fault.After {
			name += " after"
		}
		t.Run(name, func(t *testing.T) {
			bubble(t, Options{}, func(st *stage) {
				c.fault.Op, c.fault.Count = OpCharge, 1
				st.must(st.Faults().Set(c.fault))
				api, start := st.api(midtrans.Options{}), time.Now()
				q := midtrans.ChargeRequest{PaymentType: "qris", OrderID: "a", GrossAmount: 25000}
				_, err := api.Charge(st.Context(), q)
				if got := outcome(err); got != c.want {
					t.Errorf("got %v (%v), want %v", got, err, c.want)
				}
				if took := time.Since(start); took != c.took {
					t.Errorf("took %v, want %v", took, c.took)
				}
				time.Sleep(2 * time.Minute) // what is slow is done by then
				synctest.Wait()
				tr, err := api.Status(st.Context(), "a")
				if c.done != (err == nil) || !c.done && !midtrans.IsNotFound(err) {
					t.Errorf("afterwards: got %v, %v, want it there: %v", tr.Status, err, c.done)
				}
				if left := st.Faults().List(); len(left) != 0 {
					t.Errorf("still armed: %v", left)
				}
			})
		})
	}
}

// TestLateCharge loses patience with a slow provider: the order is not found,
// and then it is.
func TestLateCharge(t *testing.T) {
	bubble(t, Options{}, func(st *stage) {
		st.must(st.Faults().Set(Fault{Kind: Slow, Op: OpCharge, Delay: Delay(20 * time.Second)}))
		api := st.api(midtrans.Options{})
		if _, err := api.Charge(st.Context(), midtrans.ChargeRequest{PaymentType: "qris", OrderID: "a", GrossAmount: 1}); outcome(err) != "unknown" {
			t.Errorf("charge: got %v", err)
		}
		if _, err := api.Status(st.Context(), "a"); !midtrans.IsNotFound(err) {
			t.Errorf("after 15 s: got %v", err)
		}
		time.Sleep(6 * time.Second)
		if tr, err := api.Status(st.Context(), "a"); err != nil || tr.Status != "pending" {
			t.Errorf("after 21 s: got %q, %v", tr.Status, err)
		}
	})
}

// TestStatementFaults has the faults in what is said about a transaction.
func TestStatementFaults(t *testing.T) {
	charge := midtrans.ChargeRequest{PaymentType: "qris", OrderID: "a", GrossAmount: 25000}
	for _, c := range []struct {
		fault Fault
		check func(t *testing.T, charged, status midtrans.Transaction) bool
	}{
		{Fault{Kind: Deny}, func(_ *testing.T, charged, status midtrans.Transaction) bool {
			return charged.Status == "deny" && charged.Retriable() && status.Status == "deny" && status.StatusCode == 202
		}},
		{Fault{Kind: Deny, Text: "201"}, func(_ *testing.T, charged, _ midtrans.Transaction) bool {
			return charged.Status == "deny" && !charged.Retriable() && charged.ChannelResponseCode == "201"
		}},
		{Fault{Kind: NoQRString}, func(_ *testing.T, charged, _ midtrans.Transaction) bool {
			return charged.QRString == "" && charged.Action("generate-qr-code") != ""
		}},
		{Fault{Kind: WrongAmountQR, Amount: 1}, func(t *testing.T, charged, _ midtrans.Transaction) bool {
			return parse(t, charged.QRString)["54"] == "1" && charged.GrossAmount == 25000
		}},
		{Fault{Kind: WrongMerchantQR, Text: "Toko Lain"}, func(t *testing.T, charged, _ midtrans.Transaction) bool {
			return parse(t, charged.QRString)["59"] == "Toko Lain"
		}},
		{Fault{Kind: BadCRCQR}, func(t *testing.T, charged, _ midtrans.Transaction) bool {
			return parse(t, charged.QRString)["crc"] == "bad"
		}},
		{Fault{Kind: LegacyQR}, func(t *testing.T, charged, _ midtrans.Transaction) bool {
			return parse(t, charged.QRString)["54"] == "25000.00" && strings.Contains(charged.QRString, "5036"+charged.TransactionID)
		}},
		{Fault{Kind: QRLength, Amount: 300}, func(_ *testing.T, charged, _ midtrans.Transaction) bool {
			return len(charged.QRString) == 300
		}},
		{Fault{Kind: PendingUpper}, func(_ *testing.T, _, status midtrans.Transaction) bool {
			return status.Status == "pending" && status.StatusCode == 200 && !status.Paid()
		}},
	} {
		t.Run(string(c.fault.Kind)+c.fault.Text, func(t *testing.T) {
			bubble(t, Options{}, func(st *stage) {
				st.must(st.Faults().Set(c.fault))
				api := st.api(midtrans.Options{})
				charged, err := api.Charge(st.Context(), charge)
				st.must(err)
				status, err := api.Status(st.Context(), "a")
				st.must(err)
				if !c.check(t, charged, status) {
					t.Errorf("charged %+v\nstatus %+v", charged, status)
				}
			})
		})
	}
}

func TestAmountFaults(t *testing.T) {
	for _, c := range []struct {
		fault           Fault
		gross, original midtrans.Amount
	}{
		{Fault{Kind: FeeOnTop, Amount: 177}, 25177, 25000},
		{Fault{Kind: WrongAmountPaid, Amount: 1}, 1, 1},
	} {
		bubble(t, Options{}, func(st *stage) {
			st.must(st.Faults().Set(c.fault))
			st.call("POST", "/v2/charge", details("a", "25000", `,"metadata":{"till":"1","extra_info":{"user_id":"u"}}`), "X-Override-Notification", "http://shop/n")
			st.must(st.Pay("a"))
			synctest.Wait()
			tr, err := st.api(midtrans.Options{}).Status(st.Context(), "a")
			st.must(err)
			got := st.shop.took()
			if len(got) != 2 {
				t.Fatalf("got %s", states(got))
			}
			for _, doc := range []midtrans.Transaction{tr, got[1].Transaction} {
				if !doc.Paid() || doc.GrossAmount != c.gross || doc.OriginalAmount() != c.original || doc.Extra.UserID != "u" {
					t.Errorf("%s: got %v, %v, metadata %s", c.fault.Kind, doc.GrossAmount, doc.OriginalAmount(), doc.Metadata)
				}
			}
			if err := got[1].Verify(testKey); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestFaultsAreCountedAndAimed(t *testing.T) {
	var f Faults
	if err := f.Set(Fault{Kind: Error500, Order: "a-", Op: OpStatus, Count: 2}, Fault{Kind: Cut}); err != nil {
		t.Fatal(err)
	}
	for i, c := range []struct {
		at   scene
		want Kind
	}{
		{scene{order: "b-1", op: OpStatus}, Cut},
		{scene{order: "a-1", op: OpCharge}, Cut},
		{scene{order: "a-1", op: OpStatus}, Error500},
		{scene{order: "a-1", op: OpQRCode}, ""},
		{scene{order: "a-2", op: OpStatus}, Error500},
		{scene{order: "a-3", op: OpStatus}, Cut},
	} {
		if got, _ := f.take(c.at, answerKinds...); got.Kind != c.want {
			t.Errorf("%d: got %q, want %q", i, got.Kind, c.want)
		}
	}
	f.Clear()
	if got := f.List(); len(got) != 0 {
		t.Errorf("after clear: %v", got)
	}
}

func TestFaultsOverHTTP(t *testing.T) {
	bubble(t, Options{}, func(st *stage) {
		read := func(method, body string) (int, []Fault) {
			t.Helper()
			a, err := st.try(method, "/sandbox/faults", body)
			st.must(err)
			var list []Fault
			if a.status == 200 {
				st.must(json.Unmarshal(a.body, &list))
			}
			return a.status, list
		}
		set := `[{"kind":"delay-notification","delay":"1.5s","count":3,"state":"settlement"},{"kind":"hang","after":true,"op":"charge","order":"x"}]`
		want := []Fault{
			{Kind: DelayNotification, Delay: Delay(1500 * time.Millisecond), Count: 3, State: "settlement"},
			{Kind: Hang, After: true, Op: OpCharge, Order: "x"},
		}
		for _, step := range []struct {
			method, body string
			status       int
			want         []Fault
		}{
			{"POST", set, 200, want},
			{"GET", "", 200, want},
			{"POST", `[{"kind":"nonsense"}]`, 400, nil},
			{"POST", `[{"kind":"hang","op":"nap"}]`, 400, nil},
			{"POST", `[{"kind":"slow"}]`, 400, nil},
			{"POST", `[{"kind":"fee"}]`, 400, nil},
			{"POST", `[{"kind":"wrong-merchant-qr"}]`, 400, nil},
			{"POST", `[{"kind":"hang","count":-1}]`, 400, nil},
			{"POST", `[{"kind":"slow","delay":"soon"}]`, 400, nil},
			{"POST", `[` + strings.Repeat(`{"kind":"hang"},`, 100) + `{"kind":"hang"}]`, 400, nil},
			{"POST", `{`, 400, nil},
			{"GET", "", 200, want},
			{"POST", `{"kind":"cut"}`, 200, []Fault{{Kind: Cut}}},
			{"DELETE", "", 200, []Fault{}},
			{"GET", "", 200, []Fault{}},
		} {
			status, got := read(step.method, step.body)
			if status != step.status || !reflect.DeepEqual(got, step.want) {
				t.Errorf("%s %.60s: got HTTP %d, %+v, want %d, %+v", step.method, step.body, status, got, step.status, step.want)
			}
		}
	})
}

// TestEveryFaultIsDocumented compares the kinds with the table in the
// package's documentation, both ways.
func TestEveryFaultIsDocumented(t *testing.T) {
	documented := make(map[Kind]bool)
	for line := range strings.Lines(source(t, "doc.go")) {
		row, ok := strings.CutPrefix(line, "//\t  ")
		if !ok || strings.HasPrefix(row, " ") {
			continue
		}
		for i, word := range strings.Fields(row) {
			if i == 0 || strings.HasPrefix(word, "code-") {
				documented[Kind(word)] = true
			}
		}
	}
	for _, kind := range allKinds {
		if !documented[kind] {
			t.Errorf("%s is not in the table", kind)
		}
		delete(documented, kind)
	}
	for kind := range documented {
		t.Errorf("%s is in the table only", kind)
	}
}
