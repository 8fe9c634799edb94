package desk

import (
	"bytes"
	"net/http"
	"testing"
)

// A sentence is heard on the pages that are open, is there to be fetched as
// long as it is the last, and is not told to a page that opens later.
func TestVoice(t *testing.T) {
	w, server := newWeb(t)
	a := events(t, server.URL)
	next(t, a) // the frame
	fetch := func(n string, status int) []byte {
		t.Helper()
		r, body := get(t, server.URL+"/voice/"+n)
		if r.StatusCode != status {
			t.Errorf("voice %s: %s, want %d", n, r.Status, status)
		}
		if status == http.StatusOK && r.Header.Get("Content-Type") != "audio/wav" {
			t.Errorf("voice %s is %s", n, r.Header.Get("Content-Type"))
		}
		return body
	}
	fetch("0", http.StatusGone)
	w.Say([]byte("one"))
	if got, want := next(t, a), `voice {"url":"voice/1"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := fetch("1", http.StatusOK); !bytes.Equal(got, []byte("one")) {
		t.Errorf("got %q", got)
	}
	b := events(t, server.URL)
	next(t, b) // the frame
	w.Say([]byte("two"))
	for _, c := range []<-chan string{a, b} {
		if got, want := next(t, c), `voice {"url":"voice/2"}`; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	fetch("1", http.StatusGone)
	w.Hush()
	if got, want := next(t, a), `voice {"url":""}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for _, n := range []string{"2", "3", "x"} {
		fetch(n, http.StatusGone)
	}
}
