package reconcile

import "testing"

func TestParseSen(t *testing.T) {
	for text, want := range map[string]Sen{
		"0": 0, "25000": 25000_00, "25000.00": 25000_00, "25000,00": 25000_00, "25.000": 25000_00,
		"25,000": 25000_00, "25.000,00": 25000_00, "25,000.00": 25000_00, "1.250.000": 1250000_00,
		"1,250,000.5": 1250000_50, "Rp 25.000": 25000_00, "rp25.000": 25000_00, "IDR 25000": 25000_00, "Rp. 25.000,00": 25000_00,
		"-25000": -25000_00, "Rp -1.000": -1000_00, "(25.000)": -25000_00, " 86.42 ": 86_42, "0,5": 50, "1000000000000": MaxRupiah * 100,
	} {
		got, err := ParseSen(text)
		if err != nil || got != want {
			t.Errorf("ParseSen(%q) = %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "-", "()", "(5", "Rp", "1.2.3", "25.00.000", "2500.000.1", "1.000.00", "12a", "1e3", "0x10", "--5", "(-5)", "+5",
		"1000000000001", "99999999999999999999", "1.000,000.00", "25.", ".5", "1 000", "٢٥"} {
		if got, err := ParseSen(text); err == nil {
			t.Errorf("ParseSen(%q) = %d, want an error", text, got)
		}
	}
}

func TestSenString(t *testing.T) {
	for s, want := range map[Sen]string{0: "0", 5: "0.05", 100: "1", -8642: "-86.42", 2482500: "24825"} {
		if got := s.String(); got != want {
			t.Errorf("Sen(%d) = %s, want %s", int64(s), got, want)
		}
		back, err := ParseSen(want)
		if err != nil || back != s {
			t.Errorf("ParseSen(%q) = %d, %v; want %d", want, back, err, s)
		}
	}
}
