package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kasir/backend/identity"
)

// A new authority beside the old one, and the old one gone, in a file that stays a
// secret.
func TestAuthorityChangesInFile(t *testing.T) {
	text, err := identity.NewAuthority(time.Now().Add(-48 * time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "ca")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	read := func() *identity.Authority {
		t.Helper()
		text, err := readSecret("authority", path)
		if err != nil {
			t.Fatal(err)
		}
		ca, err := identity.ParseAuthority([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return ca
	}
	first := read()
	if _, err := dropAuthority(path, first); err == nil || !strings.Contains(err.Error(), "no other") {
		t.Errorf("the only one was dropped: %v", err)
	}
	if _, err := addAuthority(path, string(text), time.Now()); err != nil {
		t.Fatal(err)
	}
	two := read()
	if all := two.All(); len(all) != 2 || all[1].Mark() != first.Mark() || all[0].Mark() == first.Mark() {
		t.Errorf("there are %d", len(all))
	}
	if wait := time.Until(two.Signs()); wait < identity.Settling-time.Minute || wait > identity.Settling+time.Minute {
		t.Errorf("the new one signs in %s", wait)
	}
	var out answer
	for range 2 {
		now, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if out, err = addAuthority(path, string(now), time.Now()); err != nil && !strings.Contains(err.Error(), "drop one first") {
			t.Error(err)
		}
	}
	if n := len(read().All()); n != identity.MaxAuthorities || len(out.rows) != 0 {
		t.Errorf("%d authorities, at most %d", n, identity.MaxAuthorities)
	}
	for range 2 {
		if _, err := dropAuthority(path, read()); err != nil {
			t.Fatal(err)
		}
	}
	if left := read().All(); len(left) != 1 || left[0].Mark() == first.Mark() {
		t.Errorf("%d are left", len(left))
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
}

// The verb, with a backend that knows who is left.
func TestAuthorityVerb(t *testing.T) {
	t.Parallel() // it mostly waits
	path := filepath.Join(t.TempDir(), "ca")
	text, err := identity.NewAuthority(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	l := openTill(t, "-devices", "127.0.0.1:0", "-ca-file", path)
	l.says([]string{"authority", "-ca-file", path, "list"}, "kasir-ca-", "for all")
	l.says([]string{"authority", "-ca-file", path, "add"}, "copy the file")
	l.says([]string{"authority", "-ca-file", path, "drop"}, "start the backends again")
	l.do(failed, "authority", "-ca-file", path, "drop")
	l.do(misuse, "authority", "-ca-file", path, "burn")
	l.do(misuse, "authority", "list")
}
