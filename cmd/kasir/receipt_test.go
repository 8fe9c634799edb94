package main

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

var shownCode = regexp.MustCompile(`<p class="code[^"]*">(\d{4})\x{00a0}(\d{4})</p>`)

// TestReceipt: the power goes after the code was shown, the customer pays, and
// when the till is on again there is no network. What it kept beside its
// journal is enough for a phone to confirm the sale.
func TestReceipt(t *testing.T) {
	t.Parallel()
	s, dir := openShop(t), t.TempDir()
	c := s.till(dir)
	c.press("25000\n")
	code := c.scans("")
	c.end(ok)
	if err := s.provider.Pay(s.last().OrderID); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(dir, "till.db.confirm")); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the key's file: %v, %v", info, err)
	}
	args := s.flags(dir)
	args[2] = "http://127.0.0.1:1" // nobody is there
	c = startTill(t, dir, args)
	said := func(what string) {
		t.Helper()
		for end := time.Now().Add(30 * time.Second); !strings.Contains(c.log.String(), what); time.Sleep(20 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("waited for %q in vain", what)
			}
		}
	}
	said("to=unsure")
	c.press("+")
	link := c.scans(code)
	if !strings.HasPrefix(link, s.base+"/r/toko-1-00000001.1.") {
		t.Fatalf("the link is %q", link)
	}
	res, err := http.Get(link)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	m := shownCode.FindStringSubmatch(string(page))
	if m == nil || !strings.Contains(string(page), "LUNAS") {
		t.Fatalf("the receipt says\n%s", page)
	}
	c.press(m[1] + m[2] + "\n")
	said("to=thanks")
	c.end(ok)
	if got, want := kinds(t, dir), "joined opened offered confirming settled"; got != want {
		t.Errorf("journal: got %s, want %s", got, want)
	}
	if strings.Contains(c.log.String(), link) {
		t.Error("the receipt's address is in the log")
	}
}
