package main

import (
	"io"
	"os"
	"path/filepath"
	"testing"
)

// FuzzConfig: a backend whose config is taken has all that it needs to start.
func FuzzConfig(f *testing.F) {
	f.Add([]byte("db book.db\nmidtrans https://api.sandbox.midtrans.com\nserver-key-file key\n"))
	f.Add([]byte("# a shop\n-db b\nmidtrans http://127.0.0.1:1\nserver-key-file k\nexpiry 20s\npayment-type gopay\n"))
	f.Add([]byte("expiry never\nconfig other\n"))
	path := filepath.Join(f.TempDir(), "backend.conf")
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := parse([]string{"-config", path}, io.Discard)
		if err == nil && (c.db == "" || c.keyFile == "" || c.provider == nil || c.provider.Host == "") {
			t.Errorf("%q was taken as %+v", text, c)
		}
	})
}
