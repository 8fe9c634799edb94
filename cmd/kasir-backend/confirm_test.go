package main

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kasir/backend/wire"
)

// TestServeReceipts: with a public URL terminals are told a key, the same in
// every life of the backend; its secret is in a file for its owner alone.
func TestServeReceipts(t *testing.T) {
	_, psp := provider(t)
	db := filepath.Join(t.TempDir(), "b.db")
	serve := func(public ...string) wire.Hello {
		t.Helper()
		base, log, stop := start(t, append([]string{"-listen", freePort(t), "-db", db, "-midtrans", psp,
			"-server-key-file", write(t, "key", key+"\n", 0o600)}, public...)...)
		var h wire.Hello
		if status, err := do("GET", base+"/v1/devices/KASIR?journal="+journal, nil, &h); status != 200 || err != nil {
			t.Errorf("hello: HTTP %d, %v", status, err)
		}
		if status, err := do("GET", base+"/r/KASIR-00000001.1.x", nil, nil); status != 404 || err != nil {
			t.Errorf("a stranger's receipt: HTTP %d, %v", status, err)
		}
		if code := stop(); code != ok {
			t.Errorf("exit code %d\n%s", code, log)
		}
		if h.ConfirmKey != "" && strings.Contains(log.String(), h.ConfirmKey) {
			t.Error("the key is in the log")
		}
		return h
	}
	if h := serve(); h.ConfirmKey != "" || h.ConfirmURL != "" {
		t.Errorf("without a public URL: %q", h.ConfirmURL)
	}
	if _, err := os.Stat(db + ".confirm"); err == nil {
		t.Error("a secret nobody needs was made")
	}
	first := serve("-public-url", "https://shop.example/")
	second := serve("-public-url", "https://shop.example/")
	if first.ConfirmKey == "" || first.ConfirmURL != "https://shop.example" || first.ConfirmKey != second.ConfirmKey {
		t.Errorf("keys of %d and %d digits at %q", len(first.ConfirmKey), len(second.ConfirmKey), first.ConfirmURL)
	}
	if info, err := os.Stat(db + ".confirm"); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the secret's file: %v, %v", info, err)
	}
}

func TestConfirmSecretFile(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		mode os.FileMode
		want string
	}{
		"empty":            {"", 0o600, "is empty"},
		"too short":        {strings.Repeat("ab", 31), 0o600, "does not hold one"},
		"not hexadecimal":  {strings.Repeat("x", 64), 0o600, "does not hold one"},
		"readable by many": {strings.Repeat("ab", 32), 0o644, "chmod 600"},
		"good":             {strings.Repeat("ab", 32) + "\n", 0o600, ""},
	} {
		db := filepath.Join(t.TempDir(), "b.db")
		if err := os.WriteFile(db+".confirm", []byte(c.text), c.mode); err != nil {
			t.Fatal(err)
		}
		secret, err := secretOf(t, config{db: db, publicURL: "https://shop.example", provider: mustParse(t, "https://api.sandbox.midtrans.com")})
		if c.want == "" && (err != nil || len(secret) != 32) || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %d bytes, %v, want %q", name, len(secret), err, c.want)
		}
		if err != nil && c.text != "" && strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: the error quotes the file: %v", name, err)
		}
	}
}

func mustParse(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// secretOf is what a backend with this configuration makes receipts with.
func secretOf(t *testing.T, c config) ([]byte, error) {
	t.Helper()
	kept, err := c.openStorage(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer kept.close()
	return c.confirmSecret(t.Context(), kept, nil)
}
