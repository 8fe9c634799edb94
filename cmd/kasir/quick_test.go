package main

import (
	"testing"

	"kasir/terminal"
)

func TestReadQuick(t *testing.T) {
	var s settings
	if err := s.readQuick("1=5000, 9=10000000"); err != nil || s.quick != [10]terminal.Rupiah{1: 5_000, 9: 10_000_000} {
		t.Errorf("%v, %v", s.quick, err)
	}
	for _, bad := range []string{"", "1", "0=5", "10=5", "x=5", "1=", "1=0", "1=-5", "1=10000001", "1=5,", "1=5;2=6"} {
		if err := s.readQuick(bad); err == nil {
			t.Errorf("%q is no error", bad)
		}
	}
}
