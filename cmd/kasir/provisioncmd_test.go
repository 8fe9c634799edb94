package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kasir/store"
	"kasir/terminal"
)

const askGood = "name toko-1\nbackend https://kasir.toko.co.id\nboard lcd-2in8\nlanguage en\nwifi Toko\nwifi-password hunter2hunter2\ncode 3141-5926-5352\n"

// newCard is a card with files on its boot partition.
func newCard(t *testing.T, files map[string]string) card {
	t.Helper()
	c := card{boot: filepath.Join(t.TempDir(), "boot"), data: filepath.Join(t.TempDir(), "data")}
	if err := os.MkdirAll(c.boot, 0o700); err != nil {
		t.Fatal(err)
	}
	c.put(t, files)
	return c
}

func (c card) put(t *testing.T, files map[string]string) {
	t.Helper()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(c.boot, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// take runs kasir provision, and wants its exit code.
func (c card) take(t *testing.T, want int) {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"provision", "-boot", c.boot, "-data", c.data}, nil, &out, &errs); code != want {
		t.Fatalf("exit code %d, want %d: %s", code, want, &errs)
	}
	if strings.Contains(out.String()+errs.String(), "hunter2") {
		t.Errorf("a secret was printed: %s%s", &out, &errs)
	}
}

// text is a file's; "" when it is not there.
func text(t *testing.T, path ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path...))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return string(b)
}

// write appends records to the card's journal as a till does.
func (c card) write(t *testing.T, records ...terminal.Record) {
	t.Helper()
	s, err := store.Open(t.Context(), c.journal(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	j := &journal{Journal: s, zone: zones[0].is}
	if err := j.Append(t.Context(), records); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestProvision(t *testing.T) {
	c := newCard(t, map[string]string{askFile: askGood})
	c.take(t, ok)
	if s, err := readSettings([]string{"-config", c.config()}, os.Stderr); err != nil || s.device != "toko-1" || s.journal != c.journal() {
		t.Errorf("the config file cannot be used: %v, %+v:\n%s", err, s, text(t, c.config()))
	}
	if radio := text(t, c.radio()); !strings.Contains(radio, "ssid=546f6b6f\n") || strings.Contains(radio, "hunter2") {
		t.Errorf("the network is\n%s", radio)
	}
	if got := text(t, c.code()); got != "3141-5926-5352" {
		t.Errorf("the code is %q", got)
	}
	if left := text(t, c.boot, askFile); left != "" {
		t.Errorf("%s is still there: %s", askFile, left)
	}
	taken := text(t, c.boot, takenFile)
	if !strings.Contains(taken, "name toko-1\n") || strings.Contains(taken, "hunter2") || strings.Contains(taken, "AB12") {
		t.Errorf("%s is\n%s", takenFile, taken)
	}
	if report := text(t, c.boot, reportFile); !strings.Contains(report, "OK: kasir.txt was taken. This till is toko-1") {
		t.Errorf("the report is\n%s", report)
	}
	for path, want := range map[string]os.FileMode{c.radio(): 0o600, c.code(): 0o600, c.config(): 0o640} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v; want %v", path, info.Mode(), err, want)
		}
	}
	before := text(t, c.config())
	c.take(t, ok) // nothing to take
	if text(t, c.config()) != before {
		t.Error("a start without kasir.txt changed the settings")
	}
}

// TestProvisionSSH wants a door only for whom kasir.txt names, and none after ssh-key
// none or a wipe.
func TestProvisionSSH(t *testing.T) {
	const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIiv86KpujyVNSw8TaBI0rqBNK4/k+nrHAiDkaRkltKR teknisi@toko"
	c := newCard(t, map[string]string{askFile: askGood})
	for _, step := range []struct{ name, line, want, report string }{
		{"not asked for", "", "", "OK: "},
		{"a key", "ssh-key " + key + "\n", key + "\n", "can log in as root"},
		{"not said again", "", key + "\n", "OK: "},
		{"taken back", "ssh-key none\n", "", "Nobody can log in"},
		{"taken back twice", "ssh-key none\n", "", "Nobody can log in"},
		{"again", "ssh-key " + key + "\n", key + "\n", "can log in as root"},
	} {
		c.put(t, map[string]string{askFile: askGood + step.line})
		c.take(t, ok)
		if got := text(t, c.ssh()); got != step.want {
			t.Errorf("%s: who may log in is %q, want %q", step.name, got, step.want)
		}
		if report := text(t, c.boot, reportFile); !strings.Contains(report, step.report) {
			t.Errorf("%s: the report is\n%s", step.name, report)
		}
	}
	c.put(t, map[string]string{wipeFile: "toko-1"})
	c.take(t, ok)
	if got := text(t, c.ssh()); got != "" {
		t.Errorf("after a wipe %q may log in", got)
	}
}

// TestProvisionBad wants a bad file to change nothing, and to keep no secret.
func TestProvisionBad(t *testing.T) {
	c := newCard(t, map[string]string{askFile: askGood})
	c.take(t, ok)
	config, radio := text(t, c.config()), text(t, c.radio())
	for name, bad := range map[string]string{
		"misspelt": strings.Replace(askGood, "board", "baord", 1),
		"huge":     askGood + strings.Repeat("#", maxAsk+100),
		"UTF-16":   "\xff\xfe" + strings.Join(strings.Split(askGood, ""), "\x00"),
	} {
		c.put(t, map[string]string{askFile: bad})
		c.take(t, failed)
		if text(t, c.config()) != config || text(t, c.radio()) != radio {
			t.Errorf("%s: the settings changed", name)
		}
		if report := text(t, c.boot, reportFile); !strings.Contains(report, "NOT TAKEN") {
			t.Errorf("%s: the report is\n%s", name, report)
		}
		left := strings.ReplaceAll(text(t, c.boot, askFile), "\x00", "")
		if left == "" || strings.Contains(left, "hunter2") {
			t.Errorf("%s: the file is now\n%s", name, left)
		}
	}
	c.put(t, map[string]string{askFile: askGood})
	c.take(t, ok)
}

func TestProvisionKeepsTheName(t *testing.T) {
	c := newCard(t, map[string]string{askFile: askGood})
	c.take(t, ok)
	other := map[string]string{askFile: strings.Replace(askGood, "toko-1", "toko-2", 1)}
	c.put(t, other)
	c.take(t, ok) // it has sold nothing yet
	c.write(t, terminal.Record{Kind: terminal.KindJoined, Next: 1})
	c.put(t, map[string]string{askFile: askGood})
	c.take(t, failed)
	if report := text(t, c.boot, reportFile); !strings.Contains(report, "this till is toko-2 and its journal is of that name") {
		t.Errorf("the report is\n%s", report)
	}
	c.put(t, other)
	c.take(t, ok)
}

func TestWipe(t *testing.T) {
	opened := terminal.Record{Kind: terminal.KindOpened, Order: "toko-1-000001", Amount: 25000, Next: 2}
	settled := terminal.Record{Kind: terminal.KindSettled, Order: "toko-1-000001", Amount: 25000}
	seen := terminal.Record{Kind: terminal.KindSeen, Order: "toko-1-000001"}
	alarmed := terminal.Record{Kind: terminal.KindAlarmed, Order: "toko-1-000002", Amount: 5000, Why: "amount"}
	for _, c := range []struct {
		name    string
		records []terminal.Record
		says    string
		damage  bool
		code    int
		want    string
	}{
		{"new", nil, "toko-1", false, ok, "OK: this till was wiped"},
		{"settled and seen", []terminal.Record{opened, settled, seen}, "toko-1\r\n", false, ok, "OK: this till was wiped"},
		{"another till's", nil, "toko-7", false, failed, "must hold the name of this till, which is toko-1"},
		{"empty", nil, "", false, failed, "must hold the name"},
		{"open sale", []terminal.Record{opened}, "toko-1", false, failed, "1 sales without an outcome"},
		{"unseen money", []terminal.Record{opened, settled}, "toko-1", false, failed, "1 payments"},
		{"unseen alarm", []terminal.Record{opened, settled, seen, alarmed}, "toko-1", false, failed, "1 alarms"},
		{"damaged", []terminal.Record{opened, settled, seen}, "toko-1", true, failed, "rescue it first"},
	} {
		at := newCard(t, map[string]string{askFile: askGood})
		at.take(t, ok)
		if len(c.records) > 0 {
			at.write(t, c.records...)
		}
		if c.damage {
			if err := os.WriteFile(at.journal(), []byte("nothing"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for _, end := range []string{".confirm", ".broken-1", ".broken-1-wal", ".fresh"} {
			if err := os.WriteFile(at.journal()+end, []byte("a key"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		at.put(t, map[string]string{wipeFile: c.says})
		at.take(t, c.code)
		if report := text(t, at.boot, reportFile); !strings.Contains(report, c.want) {
			t.Errorf("%s: want %q in the report:\n%s", c.name, c.want, report)
		}
		gone := text(t, at.config()) == "" && text(t, at.radio()) == "" && text(t, at.code()) == "" && text(t, at.journal()) == "" && text(t, at.journal()+".confirm") == ""
		if left, _ := filepath.Glob(at.journal() + ".*"); c.code == ok && len(left) > 0 {
			t.Errorf("%s: left are %v", c.name, left)
		}
		if gone != (c.code == ok) {
			t.Errorf("%s: everything is gone: %v", c.name, gone)
		}
		if left := text(t, at.boot, wipeFile); c.code == ok && left != "" {
			t.Errorf("%s: it would be wiped again", c.name)
		}
	}
}
