package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func write(t *testing.T, name, text string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReadKey(t *testing.T) {
	for _, test := range []struct {
		name, text string
		mode       os.FileMode
		want       string
		says       string
	}{
		{"600", "SB-Mid-server-x\n", 0o600, "SB-Mid-server-x", ""},
		{"400, no newline", "SB-Mid-server-x", 0o400, "SB-Mid-server-x", ""},
		{"with a Windows newline", "SB-Mid-server-x\r\n", 0o600, "SB-Mid-server-x", ""},
		{"group may read", "SB-Mid-server-x", 0o640, "", "chmod 600"},
		{"all may read", "SB-Mid-server-x", 0o644, "", "chmod 600"},
		{"all may write", "SB-Mid-server-x", 0o602, "", "chmod 600"},
		{"empty", "", 0o600, "", "empty"},
		{"a newline", "\n", 0o600, "", "empty"},
		{"too long", strings.Repeat("x", maxKey+1), 0o600, "", "too long"},
	} {
		path := write(t, "key", test.text, test.mode)
		got, err := readKey(path)
		if got != test.want || (err == nil) != (test.says == "") || err != nil && !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %q, %v", test.name, got, err)
		}
		if err != nil && strings.Contains(err.Error(), "SB-Mid") {
			t.Errorf("%s: the key is in %v", test.name, err)
		}
	}
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{pipe, t.TempDir(), filepath.Join(t.TempDir(), "none")} {
		if _, err := readKey(path); err == nil {
			t.Errorf("%s was read", path)
		}
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(write(t, "key", "k\n", 0o600), link); err != nil {
		t.Fatal(err)
	}
	if got, err := readKey(link); got != "k" || err != nil {
		t.Errorf("by a link: %q, %v", got, err)
	}
}

func TestParse(t *testing.T) {
	file := write(t, "kasir-backend.conf", "# the shop\n\nlisten 127.0.0.1:9999\n-db  /var/lib/kasir/book file.db\nserver-key-file /etc/key\nexpiry 5m\npayment-type gopay\n", 0o644)
	var out bytes.Buffer
	c, err := parse([]string{"-config", file, "-listen", "127.0.0.1:1", "-midtrans", "https://api.midtrans.com"}, &out)
	if err != nil {
		t.Fatal(err, out.String())
	}
	if c.listen != "127.0.0.1:1" || c.db != "/var/lib/kasir/book file.db" || c.keyFile != "/etc/key" || c.expiry != 5*time.Minute ||
		c.payment != "gopay" || !c.production() {
		t.Errorf("%+v", c)
	}
	need := []string{"-db", "x", "-server-key-file", "x", "-midtrans", "http://127.0.0.1:1"}
	for name, args := range map[string][]string{
		"nothing":             nil,
		"no db":               need[2:],
		"no provider":         need[:4],
		"not a URL":           append(need[:4:4], "-midtrans", "api.midtrans.com"),
		"a word":              append(need[:6:6], "now"),
		"an unknown flag":     append(need[:6:6], "-port", "80"),
		"no such file":        append(need[:6:6], "-config", "/does/not/exist"),
		"unknown in the file": append(need[:6:6], "-config", write(t, "c", "port 80", 0o600)),
		"bad in the file":     append(need[:6:6], "-config", write(t, "c", "expiry soon", 0o600)),
		"no rate at all":      append(need[:6:6], "-device-rate", "0"),
		"a long farewell":     append(need[:6:6], "-drain", "2m"),
		"a proxy of no place": append(need[:6:6], "-proxies", "10.0.0.1,shop.example"),
		"a file in a file":    append(need[:6:6], "-config", write(t, "c", "config x", 0o600)),
	} {
		if _, err := parse(args, &out); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	c, err = parse(append(need[:6:6], "-proxies", "10.1.2.3/8, 2001:db8::1", "-address-rate", "-1"), &out)
	if got := fmt.Sprint(c.proxies); err != nil || got != "[10.0.0.0/8 2001:db8::1/128]" || c.addressRate != -1 {
		t.Errorf("proxies %s, rate %d, %v", got, c.addressRate, err)
	}
	if c, err := parse(need, &out); err != nil || c.production() || c.expiry != 15*time.Minute || c.payment != "qris" {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestVerbs(t *testing.T) {
	for _, test := range []struct {
		args        []string
		code        int
		out, errout string
	}{
		{[]string{"version"}, ok, "kasir-backend ", ""},
		{[]string{"help"}, ok, "usage:", ""},
		{nil, misuse, "", "usage:"},
		{[]string{"dance"}, misuse, "", "usage:"},
		{[]string{"serve"}, misuse, "", "is required"},
		{[]string{"serve", "-h"}, ok, "", "-server-key-file"},
		{[]string{"serve", "-db", "x", "-midtrans", "http://127.0.0.1:1", "-server-key-file", "/does/not/exist"}, failed, "", "read server key"},
	} {
		var out, errout bytes.Buffer
		code := run(t.Context(), test.args, &out, &errout)
		if code != test.code || !strings.Contains(out.String(), test.out) || !strings.Contains(errout.String(), test.errout) {
			t.Errorf("%v: %d, %q, %q", test.args, code, out.String(), errout.String())
		}
	}
}

// The command line wins over the environment, and that over the file.
func TestFlagsOfThreePlaces(t *testing.T) {
	file := write(t, "conf", "db of-file\npayment-type gopay\nexpiry 5m\nmidtrans http://psp.test\nserver-key-file k\n", 0o600)
	t.Setenv("KASIR_BACKEND_CONFIG", file)
	t.Setenv("KASIR_BACKEND_EXPIRY", "6m")
	t.Setenv("KASIR_BACKEND_DB", "of-environment")
	var stderr bytes.Buffer
	c, err := parse([]string{"-db", "of-line"}, &stderr)
	if err != nil || c.db != "of-line" || c.expiry != 6*time.Minute || c.payment != "gopay" || c.keyFile != "k" {
		t.Errorf("%+v, %v", c, err)
	}
	t.Setenv("KASIR_BACKEND_EXPIRY", "soon")
	if _, err := parse(nil, &stderr); err == nil || !strings.Contains(err.Error(), "KASIR_BACKEND_EXPIRY") {
		t.Errorf("a bad variable: %v", err)
	}
}
