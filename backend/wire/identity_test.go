package wire

import (
	"bytes"
	"testing"
)

// TestCheckDigit: H. M. Damm's own example, and every slip of one finger.
func TestCheckDigit(t *testing.T) {
	if got := CheckDigit("572"); got != '4' {
		t.Errorf("got %c, want 4", got)
	}
	const digits = "31415926535"
	code := digits + string(CheckDigit(digits))
	if got, ok := ReadCode(ShowCode(code)); !ok || got != code {
		t.Fatalf("%s reads back as %s, %v", ShowCode(code), got, ok)
	}
	for i := range len(code) {
		for d := byte('0'); d <= '9'; d++ {
			wrong := []byte(code)
			wrong[i] = d
			if _, ok := ReadCode(string(wrong)); ok != (d == code[i]) {
				t.Errorf("%s taken %v", wrong, ok)
			}
		}
		if i == 0 || code[i] == code[i-1] {
			continue
		}
		wrong := []byte(code)
		wrong[i], wrong[i-1] = wrong[i-1], wrong[i]
		if _, ok := ReadCode(string(wrong)); ok {
			t.Errorf("%s taken: two neighbours changed places", wrong)
		}
	}
}

func TestReadCode(t *testing.T) {
	for text, want := range map[string]bool{
		"5720-0000-0004": CheckDigit("57200000000") == '4', "572000000004 ": CheckDigit("57200000000") == '4',
		"": false, "572": false, "5720000000040": false, "57200000000x": false, "-57200000000": false, "５７２０００００００００": false,
	} {
		if _, ok := ReadCode(text); ok != want {
			t.Errorf("%q taken %v, want %v", text, ok, want)
		}
	}
}

// TestProofs: each stands for its side, its connection and its content alone.
func TestProofs(t *testing.T) {
	key, err := CodeKey("314159265359", "toko-1")
	if err != nil {
		t.Fatal(err)
	}
	other, err := CodeKey("314159265359", "toko-2")
	if err != nil {
		t.Fatal(err)
	}
	a, b := []byte("a"), []byte("b")
	all := [][]byte{
		EnrolProof(key, a, b), EnrolProof(other, a, b), EnrolProof(key, b, a), EnrolProof(key, append(a, b...), nil),
		AnswerProof(key, a, b, nil), AnswerProof(key, a, nil, b), AnswerProof(other, a, b, nil),
	}
	for i := range all {
		if len(all[i]) != ProofLen {
			t.Errorf("proof %d has %d bytes", i, len(all[i]))
		}
		for j := range i {
			if bytes.Equal(all[i], all[j]) {
				t.Errorf("proofs %d and %d are the same", i, j)
			}
		}
	}
}
