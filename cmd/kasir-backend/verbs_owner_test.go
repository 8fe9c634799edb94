package main

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"kasir/backend/office"
)

// TestOwnerVerb: the first owner is made by a command, whose link opens a page.
func TestOwnerVerb(t *testing.T) {
	l := openTill(t)
	var in office.Invitation
	if err := json.Unmarshal([]byte(l.says([]string{"owner", "add", "sri", "-json"})), &in); err != nil || in.Role != office.Owner {
		t.Fatalf("%+v, %v", in, err)
	}
	path, public := strings.CutPrefix(in.Link, "https://shop.example")
	if !public || !strings.HasPrefix(path, "/owner/invite/") {
		t.Fatalf("link %q, want one at the public URL", in.Link)
	}
	res, err := http.Get(l.base + path) // the same page, on this machine
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if text, err := io.ReadAll(res.Body); err != nil || res.StatusCode != http.StatusOK || !strings.Contains(string(text), "<b>sri</b>") {
		t.Errorf("the link: HTTP %d, %v\n%s", res.StatusCode, err, text)
	}
	l.says([]string{"owner", "add", "budi", "-role", "clerk"}, "clerk", "/owner/invite/")
	if out := l.says([]string{"owner", "list"}, "sri", "budi", "invited"); strings.Contains(out, "invite/") {
		t.Errorf("a link is shown again:\n%s", out)
	}
	l.says([]string{"owner", "remove", "budi"}, "budi")
	if out := l.says([]string{"owner", "list"}); strings.Contains(out, "budi") {
		t.Errorf("budi is still there:\n%s", out)
	}
	l.do(failed, "owner", "remove", "budi")
	l.do(failed, "owner", "add", "Not A Name")
	l.do(failed, "owner", "add", "tono", "-role", "king")
	l.do(misuse, "owner")
	l.do(misuse, "owner", "list", "all")
}
