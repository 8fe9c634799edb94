package main

import (
	"io"
	"os"
	"path/filepath"
	"testing"
)

// FuzzConfig: a till whose settings are taken has all that it needs to start.
func FuzzConfig(f *testing.F) {
	f.Add([]byte("backend http://127.0.0.1:8100\njournal till.db\ndevice KASIR-1\npanel tty\n"))
	f.Add([]byte("# a shop\nbackend https://kasir.example\njournal j\ndevice A\nboard epaper-4in2\nqr-nmid ID1\nzone wit\nlang en\n"))
	f.Add([]byte("size 0x0\npitch NaN\npanel png:\n"))
	path := filepath.Join(f.TempDir(), "kasir.conf")
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := readSettings([]string{"-config", path}, io.Discard)
		if err != nil {
			return
		}
		if s.backend == nil || s.backend.Host == "" || s.journal == "" || s.device == "" || s.zone == nil {
			t.Errorf("%q was taken as %+v", text, s)
		}
		if s.board == nil && len(s.panels) == 0 {
			t.Errorf("%q has no panel", text)
		}
	})
}
