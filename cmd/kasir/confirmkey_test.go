package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kasir/terminal"
)

func TestReceiptKey(t *testing.T) {
	dir := t.TempDir()
	k := receiptKey{filepath.Join(dir, "journal.db.confirm"), "toko-1", "0123"}
	want := terminal.Confirm{Key: terminal.ConfirmKey{1, 2, 0xfe}, Base: "https://toko.example"}
	if got, err := k.load(); err != nil || got != (terminal.Confirm{}) {
		t.Errorf("before the first: %+v, %v", got, err)
	}
	if err := os.WriteFile(k.path+".new", []byte("left by a power cut"), 0o644); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second replaces the first
		if err := k.save(want); err != nil {
			t.Fatal(err)
		}
		if got, err := k.load(); err != nil || got != want {
			t.Errorf("got %+v at %q, %v", got, got.Base, err)
		}
		info, err := os.Stat(k.path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("mode %v, %v", info.Mode(), err)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 1 {
			t.Errorf("files %q", left)
		}
	}
	for name, other := range map[string]receiptKey{"another device": {k.path, "toko-2", "0123"}, "another journal": {k.path, "toko-1", "4567"}} {
		if got, err := other.load(); err != nil || got != (terminal.Confirm{}) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	for range 2 { // also when there is none
		if err := k.save(terminal.Confirm{}); err != nil {
			t.Error(err)
		}
	}
	if got, err := k.load(); err != nil || got != (terminal.Confirm{}) {
		t.Errorf("after it was removed: %+v, %v", got, err)
	}
}

func TestReceiptKeyDamaged(t *testing.T) {
	k := receiptKey{filepath.Join(t.TempDir(), "key"), "toko-1", "0123"}
	secret := strings.Repeat("ab", 32)
	for name, text := range map[string]string{
		"empty": "", "not JSON": secret, "cut off": `{"device":"toko-1","journal":"0123","key":"` + secret,
		"short key": `{"device":"toko-1","journal":"0123","key":"abab"}`, "no key": `{"device":"toko-1","journal":"0123"}`,
		"endless": strings.Repeat(" ", maxKeyFile) + `{}`,
	} {
		if err := os.WriteFile(k.path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := k.load()
		if err == nil || got != (terminal.Confirm{}) || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	gone := receiptKey{filepath.Join(t.TempDir(), "no", "such", "key"), "toko-1", "0123"}
	if err := gone.save(terminal.Confirm{Base: "https://toko.example"}); err == nil {
		t.Error("saved where there is no place")
	}
}
