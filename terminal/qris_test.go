package terminal

import (
	"errors"
	"strings"
	"testing"
)

// official is the sample of the provider's POS guide, 247 characters.
const official = "00020101021226620014COM.GO-JEK.WWW011993600914349052630340210G4905263030303UKE" +
	"51440014ID.CO.QRIS.WWW0215AID0607336128660303UKE5204341453033605802ID5904Test6007BANDUNG" +
	"6105402845409789000.0062475036c032f87c-f773-4619-aefa-675e1f06f9210703A016304A623"

func TestParseOfficialSample(t *testing.T) {
	got, err := ParseQRIS(official)
	if err != nil {
		t.Fatal(err)
	}
	want := QRIS{Dynamic: true, Currency: "360", Amount: 789_000, Country: "ID", Merchant: "Test", City: "BANDUNG", NMID: "AID060733612866"}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestCRC16(t *testing.T) {
	if got, want := CRC16("123456789"), uint16(0x29B1); got != want {
		t.Errorf("got %04X, want %04X", got, want)
	}
}

func TestAttest(t *testing.T) {
	body := strings.TrimSuffix(official, "6304A623")
	change := func(old, new string) string {
		if !strings.Contains(body, old) {
			t.Fatalf("sample has no %q", old)
		}
		return seal(strings.Replace(body, old, new, 1))
	}
	mine := Expect{Merchant: "TEST", NMID: "AID060733612866"}
	tests := []struct {
		name   string
		text   string
		expect Expect
		want   Mismatch
	}{
		{"as made", official, mine, NoMismatch},
		{"nothing configured", official, Expect{}, NoMismatch},
		{"no decimals", change("5409789000.00", "5406789000"), mine, NoMismatch},
		{"lower-case checksum", strings.Replace(official, "A623", "a623", 1), mine, NoMismatch},
		{"empty", "", mine, MismatchFormat},
		{"not a code", "https://example.com/pay?amount=789000", mine, MismatchFormat},
		{"cut", official[:len(official)-1], mine, MismatchFormat},
		{"too long", official + strings.Repeat("0", 300), mine, MismatchFormat},
		{"letter in a length", change("5802ID", "58A2ID"), mine, MismatchFormat},
		{"length past the end", change("5802ID", "5899ID"), mine, MismatchFormat},
		{"tag twice", change("5802ID", "5802ID5802ID"), mine, MismatchFormat},
		{"text after the checksum", official + "6401A", mine, MismatchFormat},
		{"no checksum", body, mine, MismatchFormat},
		{"other format", change("000201", "000202"), mine, MismatchFormat},
		{"half a rupiah", change("789000.00", "789000.50"), mine, MismatchFormat},
		{"negative amount", change("5409789000.00", "5407-789000"), mine, MismatchFormat},
		{"broken national part", change("51440014ID", "51440099ID"), mine, MismatchFormat},
		{"damaged", strings.Replace(official, "BANDUNG", "BANDUNK", 1), mine, MismatchCRC},
		{"dollars", change("5303360", "5303840"), mine, MismatchCurrency},
		{"ten times the amount", change("5409789000.00", "54107890000.00"), mine, MismatchAmount},
		{"no amount", change("5409789000.00", ""), mine, MismatchAmount},
		{"another merchant", change("5904Test", "5904Tost"), mine, MismatchMerchant},
		{"no merchant", change("5904Test", ""), Expect{}, MismatchMerchant},
		{"another national id", change("AID060733612866", "AID060733612867"), mine, MismatchMerchant},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.expect.Attest(tt.text, 789_000); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

// The news of a charge may overtake the answer to its open; a code that must
// not be paid is cancelled at once all the same.
func TestMismatchInTheNewsIsCancelledAtOnce(t *testing.T) {
	s := greetedTill(t)
	s.keys("25000\n")
	news := pending(1, 25_000)
	news.Call, news.Seq, news.QR = 0, 7, qrFor(26_000)
	s.step(news)
	want := Call{Verb: LetGo, Order: id(1), Amount: 25_000}
	if got := s.owed.Calls; len(got) != 1 || got[0] != want {
		t.Fatalf("calls = %v, want %v", got, want)
	}
	answer := news
	answer.Call, answer.Seq = Open, 0
	s.step(answer)
	s.want("alarm")
	if len(s.owed.Calls) != 0 || len(s.owed.Records) != 0 {
		t.Errorf("the answer behind it owes %+v, want nothing", s.owed)
	}
}

func TestMismatchIsAnAlarmAndNeverAPicture(t *testing.T) {
	tests := []struct {
		name string
		told func(*Told)
		want Mismatch
	}{
		{"amount in the code", func(e *Told) { e.QR = qrFor(26_000) }, MismatchAmount},
		{"amount of the charge", func(e *Told) { e.Amount = 24_000 }, MismatchAmount},
		{"not a code", func(e *Told) { e.QR = "hello" }, MismatchFormat},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := greetedTill(t)
			s.keys("25000\n")
			told := pending(1, 25_000)
			tt.told(&told)
			s.step(told)
			if got, want := s.Screen, Screen(Alarm{Order: id(1), Amount: 25_000, What: tt.want}); got != want {
				t.Fatalf("screen = %+v, want %+v", got, want)
			}
			if got, want := s.recorded(), "alarmed letgo"; got != want {
				t.Errorf("records = %q, want %q", got, want)
			}
			s.step(told)
			s.want("alarm")
			if len(s.owed.Records) != 0 {
				t.Error("the same alarm was written down twice")
			}
			s.wait(settleGuard)
			s.keys("c5")
			s.want("alarm")
			s.keys("\n")
			s.want("idle")
		})
	}
}

func TestWrongMoneyIsNotPaid(t *testing.T) {
	s := offeringTill(t)
	told := settled(1, 25_000)
	told.Paid = 2_500
	s.step(told)
	if got, want := s.Screen, Screen(Alarm{Order: id(1), Amount: 25_000, What: MismatchPaid}); got != want {
		t.Errorf("screen = %+v, want %+v", got, want)
	}
	s = offeringTill(t)
	s.step(ended(1, FactExpired))
	s.step(told)
	if got, want := s.recorded(), "alarmed"; got != want {
		t.Errorf("records = %q, want %q", got, want)
	}
	s.step(told)
	if got := s.recorded(); got != "" {
		t.Errorf("records = %q, want none", got)
	}
	if len(s.Book.Unseen) != 0 {
		t.Error("wrong money counts as paid")
	}
}

func TestParseNeverPanics(t *testing.T) {
	for i := range len(official) {
		for _, c := range []string{"", "0", "9", "A", "\x00", "\xff"} {
			text := official[:i] + c + official[i+1:]
			if _, err := ParseQRIS(text); err == nil && !strings.EqualFold(text, official) {
				t.Errorf("%q was taken", text)
			} else if err != nil && !errors.Is(err, errTLV) && !errors.Is(err, errCRC) {
				t.Errorf("%q: %v is neither format nor checksum", text, err)
			}
		}
	}
}

func FuzzParseQRIS(f *testing.F) {
	f.Add(official)
	f.Add(qrFor(1))
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		q, err := ParseQRIS(text)
		if err == nil && q.Amount < 0 {
			t.Errorf("negative amount %d", q.Amount)
		}
	})
}
