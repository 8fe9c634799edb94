package main

import (
	"bytes"
	"context"
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kasir/display/frame"
	"kasir/terminal"
)

var least = []string{"-backend", "http://127.0.0.1:8100", "-journal", "j.db", "-device", "toko-1", "-panel", "png:frames"}

// with is the least command line and more.
func with(more ...string) []string { return append(append([]string(nil), least...), more...) }

func TestSettings(t *testing.T) {
	s, err := readSettings(with("-size", "250x122", "-depth", "16", "-lang", "en", "-zone", "wit", "-merchant", "Warung Bu Tini",
		"-qr-merchant", "WARUNG", "-qr-nmid", "ID1020", "-keys", "stdin", "-panel", "web:127.0.0.1:0", "-pitch", "0.2"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := s.format, (frame.Format{Size: image.Pt(250, 122), Depth: frame.RGB565, Pitch: 0.2}); got != want {
		t.Errorf("format: got %v, want %v", got, want)
	}
	if got, want := s.expect, (terminal.Expect{Merchant: "WARUNG", NMID: "ID1020"}); got != want {
		t.Errorf("expect: got %v, want %v", got, want)
	}
	if s.lang != terminal.English || s.zone.String() != "WIT" || s.backend.Host != "127.0.0.1:8100" || s.merchant != "Warung Bu Tini" {
		t.Errorf("got %+v", s)
	}
	if got, want := strings.Join(s.panels, " "), "png:frames web:127.0.0.1:0"; got != want {
		t.Errorf("panels: got %s, want %s", got, want)
	}
}

func TestSettingsByThemselves(t *testing.T) {
	for _, c := range []struct {
		panel, keys, log string
	}{
		{"png:x", "stdin", "-"},
		{"web::8081", "web", "-"},
		{"tty", "tty", ""},
	} {
		args := append(with()[:6:6], "-panel", c.panel)
		s, err := readSettings(args, nil)
		if err != nil {
			t.Fatalf("%s: %v", c.panel, err)
		}
		if s.keys != c.keys || s.log != c.log || s.format.Size != image.Pt(400, 300) || s.zone.String() != "WIB" {
			t.Errorf("%s: got keys %q, log %q, %v, %v; want keys %q, log %q", c.panel, s.keys, s.log, s.format, s.zone, c.keys, c.log)
		}
	}
}

func TestMisuse(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		says string // in the answer
	}{
		{"no command", nil, "kasir journal"},
		{"unknown command", []string{"sell"}, `"sell"; there are boards, check, `},
		{"unknown flag", append([]string{"run"}, with("-color", "1")...), "-color"},
		{"stray word", append([]string{"run"}, with("now")...), `"now" is not a flag`},
		{"nothing", []string{"run"}, "-backend is missing"},
		{"nothing: device", []string{"run"}, "-device is missing"},
		{"nothing: panel", []string{"run"}, "-board or -panel is missing: kasir boards lists boards; of panels there are png:DIR, tty and web:ADDR"},
		{"panel", append([]string{"run"}, with("-panel", "spi")...), "-panel spi: there are png:DIR, tty and web:ADDR"},
		{"panel without where", append([]string{"run"}, with("-panel", "png")...), "want png:DIR"},
		{"panel with where", append([]string{"run"}, with("-panel", "tty:1")...), "want just tty"},
		{"keys", append([]string{"run"}, with("-keys", "gpio")...), "-keys gpio: there are stdin, tty and web"},
		{"web keys", append([]string{"run"}, with("-keys", "web")...), "add -panel web:"},
		{"lang", append([]string{"run"}, with("-lang", "su")...), "-lang su: there are id and en"},
		{"zone", append([]string{"run"}, with("-zone", "utc")...), "-zone utc: there are wib, wita and wit"},
		{"depth", append([]string{"run"}, with("-depth", "8")...), "-depth 8: there are 1 and 16"},
		{"size", append([]string{"run"}, with("-size", "400")...), "-size 400: want width x height"},
		{"tiny", append([]string{"run"}, with("-size", "32x32")...), "want sides of 64"},
		{"backend", append([]string{"run"}, with("-backend", "shop.example")...), "-backend shop.example: want an address"},
		{"device", append([]string{"run"}, with("-device", "toko 1")...), "cannot be used"},
		{"journal format", []string{"journal", "-journal", "x", "-format", "xml"}, "-format xml: there are text, csv and json"},
		{"journal file", []string{"journal"}, "-journal is missing"},
		{"version", []string{"version", "-v"}, "-v"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out, errs bytes.Buffer
			if got := run(context.Background(), c.args, nil, &out, &errs); got != misuse {
				t.Errorf("exit code %d, want %d", got, misuse)
			}
			if !strings.Contains(errs.String(), c.says) || out.Len() > 0 {
				t.Errorf("got %q and %q, want %q in the first", errs.String(), out.String(), c.says)
			}
		})
	}
}

// TestNoRoomForACode is about a panel that is sound and yet too small.
func TestNoRoomForACode(t *testing.T) {
	var errs bytes.Buffer
	dir := t.TempDir()
	args := []string{"run", "-backend", "http://127.0.0.1:1", "-journal", filepath.Join(dir, "j.db"), "-device", "a", "-panel", "png:" + dir, "-size", "128x64"}
	if got := run(context.Background(), args, nil, nil, &errs); got != misuse {
		t.Errorf("exit code %d, want %d", got, misuse)
	}
	if !strings.Contains(errs.String(), "128x64") {
		t.Errorf("got %q, want it to name the size", errs.String())
	}
}

func TestHelp(t *testing.T) {
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"-h"}, "kasir journal"}, {[]string{"help"}, "kasir journal"}, {[]string{"--help"}, "kasir journal"},
		{[]string{"run", "-h"}, "-backend URL"}, {[]string{"journal", "-help"}, "-journal FILE"}, {[]string{"version", "-h"}, "kasir version"},
	} {
		var out, errs bytes.Buffer
		if got := run(context.Background(), c.args, nil, &out, &errs); got != ok {
			t.Errorf("%v: exit code %d, want %d", c.args, got, ok)
		}
		if !strings.Contains(out.String(), c.says) || errs.Len() > 0 {
			t.Errorf("%v: got %q and %q, want %q in the first", c.args, out.String(), errs.String(), c.says)
		}
	}
}

func TestVersion(t *testing.T) {
	var out bytes.Buffer
	if got := run(context.Background(), []string{"version"}, nil, &out, nil); got != ok {
		t.Errorf("exit code %d, want %d", got, ok)
	}
	if !strings.HasPrefix(out.String(), "kasir "+version) {
		t.Errorf("got %q, want it to begin with the version", out.String())
	}
	b := build{version: "v1.2", commit: "0123456789ab", date: "2026-11-21T10:00:00Z", changed: true}
	if got, want := b.String(), "kasir v1.2 0123456789ab+changes 2026-11-21T10:00:00Z"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, c := range []struct {
		b    build
		want string
	}{{b, "v1.2"}, {build{version: "devel"}, "devel"}, {build{version: "devel", commit: "0123"}, "0123"}} {
		if got := c.b.short(); got != c.want {
			t.Errorf("short of %v: got %q, want %q", c.b, got, c.want)
		}
	}
}

func TestConfig(t *testing.T) {
	for _, c := range []struct {
		name, text string
		args       []string
		merchant   string
		says       string // the error; "" for none
	}{
		{name: "read", text: "# a till\n\n  merchant   Warung Bu Tini  \nlang en\n", merchant: "Warung Bu Tini"},
		{name: "command line wins", text: "merchant A\n", args: []string{"-merchant", "B"}, merchant: "B"},
		{name: "unknown", text: "lang en\ncolour 1\n", says: `line 2: "colour" is not a flag`},
		{name: "no value", text: "\nlang\n", says: "line 2: lang has no value"},
		{name: "bad value", text: "pitch wide\n", says: "line 1: pitch wide"},
		{name: "another file", text: "config other\n", says: "line 1: a config file cannot name another"},
		{name: "not one of a few", text: "lang su\n", says: "-lang su"},
		{name: "too large", text: strings.Repeat("# \n", maxConfig), says: "64 kB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "kasir.conf")
			if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := readSettings(with(append(c.args, "-config", file)...), nil)
			if c.says == "" {
				if err != nil || s.merchant != c.merchant {
					t.Errorf("got %q, %v; want %q", s.merchant, err, c.merchant)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %q in it", err, c.says)
			}
		})
	}
	if _, err := readSettings(with("-config", filepath.Join(t.TempDir(), "none")), nil); err == nil {
		t.Error("a config file that is not there: got no error")
	}
}

// TestConfigAlone has everything in the file.
func TestConfigAlone(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kasir.conf")
	text := "backend http://127.0.0.1:1\njournal j.db\ndevice toko-1\npanel png:a\npanel tty\nlog kasir.log\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := readSettings([]string{"-config", file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(s.panels, " "), "png:a tty"; got != want || s.log != "kasir.log" {
		t.Errorf("got panels %s, log %s; want %s, kasir.log", got, s.log, want)
	}
}
