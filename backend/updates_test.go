package backend

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kasir/backend/updates"
	"kasir/backend/wire"
)

// shopWithUpdate is a backend with a shelf on which there is one bundle.
func shopWithUpdate(t *testing.T, text string, change func(*Options)) (http.Handler, wire.Update) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "kasir-pi3-20261121T000000Z-v1.raucb")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, time.Time{}, time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	shelf, err := updates.New(dir)
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Book: brokenBook{}, Provider: &fakeProvider{}, NotifyKey: "k", Local: true, Updates: shelf}
	if change != nil {
		change(&o)
	}
	b, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(text))
	return b.Handler(), wire.Update{Board: "pi3", Version: "20261121T000000Z-v1", Size: int64(len(text)), SHA256: hex.EncodeToString(sum[:])}
}

// askUpdate is one request, held against openapi.json.
func askUpdate(t *testing.T, h http.Handler, path, part string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if part != "" {
		r.Header.Set("Range", part)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if err := readAPI(t).conforms(http.MethodGet, path, w.Result(), w.Body.Bytes()); err != nil {
		t.Error(err)
	}
	return w
}

func TestUpdate(t *testing.T) {
	text := strings.Repeat("0123456789", 1000)
	h, want := shopWithUpdate(t, text, nil)
	var got wire.Update
	if w := askUpdate(t, h, "/v1/updates/pi3", ""); w.Code != http.StatusOK || json.Unmarshal(w.Body.Bytes(), &got) != nil || got != want {
		t.Errorf("newest: HTTP %d %+v, want %+v", w.Code, got, want)
	}
	at := "/v1/updates/pi3/" + want.SHA256
	for _, c := range []struct {
		part   string
		status int
		body   string
	}{
		{"", http.StatusOK, text},
		{"bytes=0-9", http.StatusPartialContent, "0123456789"},
		{"bytes=9995-", http.StatusPartialContent, "56789"},
		{"bytes=9999-20000", http.StatusPartialContent, "9"},
		{"bytes=10000-", http.StatusRequestedRangeNotSatisfiable, ""},
	} {
		w := askUpdate(t, h, at, c.part)
		if w.Code != c.status || c.body != "" && w.Body.String() != c.body || c.body != "" && w.Header().Get("Etag") != `"`+want.SHA256+`"` {
			t.Errorf("%s: HTTP %d, %d bytes, etag %s; want %d, %d bytes", c.part, w.Code, w.Body.Len(), w.Header().Get("Etag"), c.status, len(c.body))
		}
	}
}

func TestUpdateRefusals(t *testing.T) {
	h, u := shopWithUpdate(t, "bundle", nil)
	none, _ := shopWithUpdate(t, "bundle", func(o *Options) { o.Updates = nil })
	shut, _ := shopWithUpdate(t, "bundle", func(o *Options) { o.Local = false })
	other := strings.Repeat("0", 64)
	for _, c := range []struct {
		what string
		h    http.Handler
		path string
		code string
	}{
		{"another board", h, "/v1/updates/pi4", wire.NotFound},
		{"another board's bundle", h, "/v1/updates/pi4/" + u.SHA256, wire.NotFound},
		{"a bundle that is not there", h, "/v1/updates/pi3/" + other, wire.NotFound},
		{"no sum", h, "/v1/updates/pi3/" + u.SHA256[1:], wire.BadRequest},
		{"a path as a sum", h, "/v1/updates/pi3/..%2f..%2fbackend.db", wire.BadRequest},
		{"a path as a board", h, "/v1/updates/..%2fpi3", wire.BadRequest},
		{"no shelf", none, "/v1/updates/pi3", wire.NotFound},
		{"no shelf, a bundle", none, "/v1/updates/pi3/" + u.SHA256, wire.NotFound},
		{"not a terminal", shut, "/v1/updates/pi3", wire.Forbidden},
		{"not a terminal, a bundle", shut, "/v1/updates/pi3/" + u.SHA256, wire.Forbidden},
	} {
		w := askUpdate(t, c.h, c.path, "")
		var e wire.Error
		if json.Unmarshal(w.Body.Bytes(), &e) != nil || e.Code != c.code || w.Code != wire.Status(c.code) {
			t.Errorf("%s: HTTP %d %s; want %s", c.what, w.Code, w.Body, c.code)
		}
	}
}
