package main

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kasir/terminal"
)

// A till that is somebody gets another backend and Wi-Fi by its own keypad: what
// was not keyed stays, and nothing that was keyed is left in the clear.
func TestKeyedSettings(t *testing.T) {
	data := t.TempDir()
	c := card{data: data}
	boot := t.TempDir()
	if err := os.WriteFile(filepath.Join(boot, askFile), []byte("name toko-1\nbackend https://old.example\nboard lcd-2in8\nmerchant Warung Bu Sri\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	provisioned := func(want int, args ...string) string {
		t.Helper()
		var out, errout bytes.Buffer
		if got := run(context.Background(), append([]string{"provision", "-data", data}, args...), nil, &out, &errout); got != want {
			t.Errorf("%v: exit code %d, want %d: %s", args, got, want, errout.String())
		}
		return errout.String()
	}
	provisioned(0, "-boot", boot)
	file := filepath.Join(data, "kasir", "keyed.txt")
	if c.said("setup") != file {
		t.Fatalf("settings go to %q, want %q", c.said("setup"), file)
	}
	hand := newKeyed(file, slog.New(slog.DiscardHandler))
	hand.Take([]terminal.Wish{{Setting: terminal.SetBackend, Value: "https://new.example"}, {Setting: terminal.SetWiFi, Value: "toko bu sri"}, {Setting: terminal.SetPassword, Value: "rahasia123"}})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := hand.serve(ctx); err != errKeyed {
		t.Fatalf("the till goes on: %v", err)
	}
	provisioned(0, "-keyed", file)
	if c.said("backend") != "https://new.example" || c.name() != "toko-1" || c.said("board") != "lcd-2in8" || c.said("merchant") != "Warung Bu Sri" {
		t.Errorf("backend %s, name %s, board %s, merchant %s", c.said("backend"), c.name(), c.said("board"), c.said("merchant"))
	}
	if text, err := os.ReadFile(c.radio()); err != nil || !strings.Contains(string(text), "ssid=") || strings.Contains(string(text), "rahasia") {
		t.Errorf("Wi-Fi: %s, %v", text, err)
	}
	left := ""
	filepath.Walk(data, func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			if text, err := os.ReadFile(path); err == nil && strings.Contains(string(text), "rahasia123") {
				left += " " + path
			}
		}
		return nil
	})
	if left != "" {
		t.Errorf("the password is still in%s", left)
	}
	provisioned(0, "-keyed", file) // none there: nothing to do
}

// What is wrong changes nothing, and an unprivileged till cannot have other files
// read, or other entries changed.
func TestKeyedSettingsRefused(t *testing.T) {
	data := t.TempDir()
	c := card{data: data}
	dir := filepath.Join(data, "kasir")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	conf := []byte("backend https://old.example\ndevice toko-1\nboard lcd-2in8\n")
	if err := os.WriteFile(c.config(), conf, 0o644); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "keyed.txt")
	for name, put := range map[string]func() error{
		"a bad address": func() error { return os.WriteFile(file, []byte("backend not a url\n"), 0o600) },
		"a bad code":    func() error { return os.WriteFile(file, []byte("code 123456789012\n"), 0o600) },
		"a link":        func() error { return os.Symlink(c.config(), file) },
	} {
		if err := put(); err != nil {
			t.Fatal(err)
		}
		var out, errout bytes.Buffer
		if got := run(context.Background(), []string{"provision", "-data", data, "-keyed", file}, nil, &out, &errout); got == 0 {
			t.Errorf("%s was taken", name)
		}
		if _, err := os.Lstat(file); !os.IsNotExist(err) {
			t.Errorf("%s is still there: the till would take it again and again", name)
		}
		if now, err := os.ReadFile(c.config()); err != nil || !bytes.Equal(now, conf) {
			t.Errorf("%s changed the settings: %s, %v", name, now, err)
		}
	}
	if err := os.WriteFile(file, []byte("name toko-2\njournal /etc/passwd\nbackend https://new.example\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errout bytes.Buffer
	if got := run(context.Background(), []string{"provision", "-data", data, "-keyed", file}, nil, &out, &errout); got != 0 || c.name() != "toko-1" || c.said("backend") != "https://new.example" {
		t.Errorf("exit code %d, name %s: %s", got, c.name(), errout.String())
	}
}
