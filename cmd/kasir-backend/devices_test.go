package main

import (
	"crypto/tls"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kasir/backend/identity"
	"kasir/backend/wire"
)

// openPort is a till whose backend serves devices; again starts it once more on
// the same files.
func openPort(t *testing.T) (l *till, port string, again func()) {
	t.Helper()
	_, psp := provider(t)
	port = freePort(t)
	l = &till{T: t, file: write(t, "token", token+"\n", 0o600)}
	db := filepath.Join(t.TempDir(), "b.db")
	args := []string{"-listen", "127.0.0.1:0", "-devices", port, "-db", db, "-midtrans", psp,
		"-server-key-file", write(t, "key", key, 0o600), "-merchant-token-file", l.file}
	base, _, stop := start(t, args...)
	l.base = base
	t.Cleanup(func() { stop() })
	return l, port, func() {
		stop()
		l.base, _, stop = start(t, args...)
	}
}

// authorityAt is who signed the certificate of whoever serves there.
func authorityAt(t *testing.T, port string) string {
	t.Helper()
	c, err := tls.Dial("tcp", port, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	return string(c.ConnectionState().PeerCertificates[0].AuthorityKeyId)
}

// TestDeviceVerbs: the commands of a roll-out, and of the day a till is stolen.
func TestDeviceVerbs(t *testing.T) {
	l, port, again := openPort(t)
	var i identity.Invitation
	out, _ := l.do(ok, "enrol", "toko-1", "-json")
	if err := json.Unmarshal([]byte(out), &i); err != nil {
		t.Fatal(err)
	}
	if _, good := wire.ReadCode(i.Code); !good || i.Device != "toko-1" {
		t.Errorf("%+v", i)
	}
	if out, _ = l.do(ok, "devices"); !strings.Contains(out, "toko-1") || !strings.Contains(out, "invited") || strings.Contains(out, i.Code) {
		t.Errorf("devices:\n%s", out)
	}
	if out, _ = l.do(ok, "revoke", "toko-1"); !strings.Contains(out, "revoked") {
		t.Errorf("revoke:\n%s", out)
	}
	for _, verb := range []string{"revoke", "rotate", "lift"} {
		if _, text := l.do(failed, verb, "nobody"); !strings.Contains(text, "no device of this name") {
			t.Errorf("%s nobody: %s", verb, text)
		}
		l.do(misuse, verb)
	}
	l.do(misuse, "enrol")
	l.do(misuse, "enrol", "a", "-batch", "b")
	l.do(failed, "enrol", "toko-1", "-life", "999h")
	l.do(failed, "enrol", "toko 1")
	first := authorityAt(t, port)
	again()
	if got := authorityAt(t, port); got != first {
		t.Error("after a restart another authority signs")
	}
	if out, _ = l.do(ok, "devices", "-json"); !strings.Contains(out, `"revoked"`) {
		t.Errorf("devices after a restart:\n%s", out)
	}
}

func TestBatch(t *testing.T) {
	l, _, _ := openPort(t)
	out, _ := l.do(ok, "enrol", "-batch", write(t, "names", "# the first floor\ntoko-1\n\n toko-2 \n", 0o644), "-json")
	var all []identity.Invitation
	if err := json.Unmarshal([]byte(out), &all); err != nil || len(all) != 2 || all[1].Device != "toko-2" || all[0].Code == all[1].Code {
		t.Errorf("%v\n%s", err, out)
	}
	for text, say := range map[string]string{"toko-3\ntoko 4\n": "line 2", "toko-3\ntoko-3\n": "line 2"} {
		if _, got := l.do(failed, "enrol", "-batch", write(t, "bad", text, 0o644)); !strings.Contains(got, say) {
			t.Errorf("%q: %s", text, got)
		}
	}
	if out, _ = l.do(ok, "devices"); strings.Contains(out, "toko-3") {
		t.Errorf("a batch with a mistake invited somebody:\n%s", out)
	}
}

// TestAuthorityFile: it is made for its owner alone, and one that others may read
// is not used.
func TestAuthorityFile(t *testing.T) {
	dir := t.TempDir()
	c := config{db: filepath.Join(dir, "b.db")}
	log := slog.New(slog.DiscardHandler)
	a, err := c.authority(log)
	if err != nil {
		t.Fatal(err)
	}
	b, err := c.authority(log)
	if err != nil || string(a.Certificate()) != string(b.Certificate()) {
		t.Errorf("read again: another one, %v", err)
	}
	path := c.db + ".ca"
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := c.authority(log); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("others may read it: %v", err)
	}
	if _, err := (config{db: "postgres://localhost/kasir"}).authority(log); err == nil || !strings.Contains(err.Error(), "-ca-file") {
		t.Errorf("with a database and no file: %v", err)
	}
	c.devices = "127.0.0.1:0"
	if _, err := c.devicePort(nil, log); err == nil || !strings.Contains(err.Error(), "-merchant-token-file") {
		t.Errorf("without a token: %v", err)
	}
}
