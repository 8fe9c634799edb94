package terminal

import "testing"

func TestReadQuick(t *testing.T) {
	got, err := ReadQuick("1=5000, 9=10000000,2=1")
	if want := [10]Rupiah{1: 5_000, 2: 1, 9: MaxCharge}; err != nil || got != want {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	for _, bad := range []string{"", "5000", "0=5000", "a=5000", "12=5000", "=5000", "1=", "1=0", "1=-5", "1=10000001", "1=5.000",
		"1=5000,", "1=5000,1=6000", "/=1", ":=1"} {
		if got, err := ReadQuick(bad); err == nil || got != ([10]Rupiah{}) {
			t.Errorf("%q was taken for %v, %v", bad, got, err)
		}
	}
}
