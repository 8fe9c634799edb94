package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"kasir/backend/wire"
)

// typed makes text the standard input of the test, open after it when more is
// to come.
func typed(t *testing.T, text string, open bool) {
	t.Helper()
	in, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	was := os.Stdin
	os.Stdin = in
	t.Cleanup(func() { os.Stdin = was; in.Close(); out.Close() })
	if _, err := out.WriteString(text); err != nil {
		t.Fatal(err)
	}
	if !open {
		out.Close()
	}
}

// TestPhoneTyped: a number that is typed does what one on the command line does.
func TestPhoneTyped(t *testing.T) {
	l := openTill(t)
	typed(t, "08215023424\n", true) // the first line is enough
	l.says([]string{"link", "-id", "WEB-00000001", "-phone", "-"}, "waiting", "****3424")
	if err := l.psp.Activate(l.psp.Accounts()[0].AccountID); err != nil {
		t.Fatal(err)
	}
	var link wire.Link
	if err := json.Unmarshal([]byte(l.says([]string{"link", "-json", "-id", "WEB-00000001", "-wait", "20s"})), &link); err != nil {
		t.Fatal(err)
	}
	typed(t, "+628215023424", false)
	l.says([]string{"customer", "-phone", "-"}, link.Customer, "linked")
	typed(t, "08215023424\r\n", false)
	l.says([]string{"snap", "-order", "WEB-00000002", "-amount", "5000", "-customer", "budi", "-phone", "-"}, "open")
	typed(t, "\n08215023424\n", false)
	l.do(misuse, "customer", "-phone", "-")
	if _, help := l.do(ok, "link", "-h"); !strings.Contains(help, "standard input") {
		t.Errorf("not in the help:\n%s", help)
	}
}

func TestReadPhone(t *testing.T) {
	for _, test := range []struct {
		in, want string
		good     bool
	}{
		{"0812345678\nmore", "0812345678", true},
		{"  +62 812 345 678 \n", "+62 812 345 678", true},
		{"", "", false},
		{" \n0812345678", "", false},
		{strings.Repeat("0", wire.MaxPhone+1), "", false},
		{strings.Repeat(" ", 1<<20), "", false},
	} {
		got, err := readPhone(strings.NewReader(test.in))
		if got != test.want || (err == nil) != test.good {
			t.Errorf("%.20q: %q, %v; want %q", test.in, got, err, test.want)
		}
	}
}

// TestPhoneNotTyped: whoever types nothing can break it off.
func TestPhoneNotTyped(t *testing.T) {
	typed(t, "", true)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if got, err := phoneOf(ctx, "-"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%q, %v", got, err)
	}
}
