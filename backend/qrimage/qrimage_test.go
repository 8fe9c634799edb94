package qrimage

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

func pngOf(t *testing.T, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAllow(t *testing.T) {
	parse := func(s string) *url.URL {
		u, err := url.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	for _, test := range []struct {
		origin, address string
		ok              bool
	}{
		{"", "https://api.midtrans.com/v2/qris/x/qr-code", true},
		{"", "https://api.midtrans.com//v4/qris/gopay/x/qr-code", true},
		{"", "https://merchants-app.sbx.midtrans.com/v4/x", true},
		{"", "https://API.Sandbox.Midtrans.com:443/v2/x", true},
		{"", "https://api.veritrans.co.id/v2/x", true},
		{"", "http://api.midtrans.com/v2/x", false},
		{"", "https://api.midtrans.com:8443/v2/x", false},
		{"", "https://evil-midtrans.com/x", false},
		{"", "https://midtrans.com.evil.example/x", false},
		{"", "https://user@api.midtrans.com/x", false},
		{"", "https://api.midtrans.com@evil.example/x", false},
		{"", "https://169.254.169.254/latest", false},
		{"", "http://127.0.0.1:9000/x", false},
		{"", "file:///etc/passwd", false},
		{"http://127.0.0.1:9000", "http://127.0.0.1:9000/v2/x", true},
		{"http://127.0.0.1:9000", "http://localhost:9000/v2/x", true},
		{"http://127.0.0.1:9000", "http://10.0.0.1:9000/v2/x", false},
		{"https://api.midtrans.com", "http://127.0.0.1:9000/v2/x", false},
		{"http://sandbox.test", "http://sandbox.test/v2/x", true},
		{"http://sandbox.test", "http://sandbox.test:81/v2/x", false},
	} {
		var origin *url.URL
		if test.origin != "" {
			origin = parse(test.origin)
		}
		err := New(origin, nil).allow(parse(test.address))
		if (err == nil) != test.ok || err != nil && !errors.Is(err, ErrUnusable) {
			t.Errorf("%s from %q: %v, want ok %v", test.address, test.origin, err, test.ok)
		}
	}
}

func TestRead(t *testing.T) {
	good := pngOf(t, symbol(t, official, medium).scaled(4))
	serve := func(h http.HandlerFunc) (*Reader, string) {
		s := httptest.NewServer(h)
		t.Cleanup(s.Close)
		u, err := url.Parse(s.URL)
		if err != nil {
			t.Fatal(err)
		}
		return New(u, nil), s.URL + "/v2/qris/T1/qr-code"
	}
	body := func(kind string, status int, b []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
			w.Write(b)
		}
	}
	for _, test := range []struct {
		name     string
		h        http.HandlerFunc
		want     string
		unusable bool
	}{
		{"a picture", body("image/png", 200, good), official, false},
		{"a content type with a parameter", body("image/png; charset=binary", 200, good), official, false},
		{"a page instead", body("text/html", 200, []byte("<html>503</html>")), "", true},
		{"a page that says it is a picture", body("image/png", 200, []byte("<html>503</html>")), "", true},
		{"another kind of picture", body("image/jpeg", 200, good), "", true},
		{"not there", body("image/png", 404, good), "", true},
		{"JSON 503", body("application/json", 503, []byte(`{"status_code":"503"}`)), "", false},
		{"too many requests", body("text/plain", 429, nil), "", false},
		{"over a megabyte", body("image/png", 200, append(good, make([]byte, maxBytes)...)), "", true},
		{"cut short", body("image/png", 200, good[:len(good)/2]), "", true},
		{"a bomb", body("image/png", 200, bomb(t, 60_000, 60_000)), "", true},
		{"no code in it", body("image/png", 200, pngOf(t, image.NewGray(image.Rect(0, 0, 300, 300)))), "", true},
		{"redirected to a stranger", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://evil.example/x.png", http.StatusFound)
		}, "", true},
		{"redirected for ever", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path, http.StatusFound)
		}, "", true},
		{"redirected at home", func(w http.ResponseWriter, r *http.Request) {
			if !strings.HasSuffix(r.URL.Path, "/moved") {
				http.Redirect(w, r, r.URL.Path+"/moved", http.StatusFound)
				return
			}
			body("image/png", 200, good)(w, r)
		}, official, false},
	} {
		r, address := serve(test.h)
		got, err := r.Read(t.Context(), address)
		if got != test.want || (err == nil) != (test.want != "") || errors.Is(err, ErrUnusable) != test.unusable {
			t.Errorf("%s: %.20q, %v, want %.20q, unusable %v", test.name, got, err, test.want, test.unusable)
		}
	}
}

// TestSlowPicture: a byte now and then does not hold us for ever.
func TestSlowPicture(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "image/png")
		w.Write(magic)
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}))
	defer s.Close()
	u, _ := url.Parse(s.URL)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := New(u, nil).Read(ctx, s.URL); err == nil || errors.Is(err, ErrUnusable) {
		t.Errorf("got %v, want an error of the moment", err)
	}
}

// TestNoCredentials: an address in an answer must not be able to ask for any.
func TestNoCredentials(t *testing.T) {
	seen := make(chan http.Header, 1)
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen <- r.Header }))
	defer s.Close()
	u, _ := url.Parse(s.URL)
	New(u, nil).Read(t.Context(), s.URL)
	if got := (<-seen).Get("Authorization"); got != "" {
		t.Errorf("sent Authorization %q", got)
	}
}

// bomb is a small PNG whose header promises w by h pixels.
func bomb(t *testing.T, w, h uint32) []byte {
	b := pngOf(t, image.NewGray(image.Rect(0, 0, 1, 1)))
	ihdr := b[12:29] // its type and its thirteen bytes
	binary.BigEndian.PutUint32(ihdr[4:], w)
	binary.BigEndian.PutUint32(ihdr[8:], h)
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(ihdr))
	if c, err := png.DecodeConfig(bytes.NewReader(b)); err != nil || c.Width != int(w) {
		t.Fatalf("the bomb is a dud: %+v, %v", c, err)
	}
	return b
}
