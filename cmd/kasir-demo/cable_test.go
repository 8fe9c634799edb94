package main

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func newTestCable(t *testing.T, far string) *cable {
	t.Helper()
	c, err := newCable()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.close)
	c.plug(strings.TrimPrefix(far, "http://"))
	return c
}

func TestCable(t *testing.T) {
	big := bytes.Repeat([]byte("kasir"), 1<<20)
	far := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.Header().Set("Connection", "close") // the last bytes must arrive all the same
		w.Write(big)
	}))
	defer far.Close()
	c := newTestCable(t, far.URL)
	res, err := http.Post(c.base(), "text/plain", bytes.NewReader(big))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil || !bytes.Equal(got, big) {
		t.Errorf("got %d bytes, %v; want %d", len(got), err, len(big))
	}
}

func TestCutCable(t *testing.T) {
	far, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer far.Close()
	ends := make(chan net.Conn, 4)
	go func() {
		for {
			conn, err := far.Accept()
			if err != nil {
				return
			}
			ends <- conn
		}
	}()
	c := newTestCable(t, far.Addr().String())
	near, err := net.Dial("tcp", c.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer near.Close()
	end := <-ends
	defer end.Close()
	c.setCut(true)
	for name, conn := range map[string]net.Conn{"near": near, "far": end} {
		if n, err := conn.Read(make([]byte, 1)); err == nil {
			t.Errorf("%s end: got %d bytes, want an end", name, n)
		}
	}
	if !c.isCut() {
		t.Error("it does not know that it is cut")
	}
	if _, err := http.Get(c.base()); err == nil {
		t.Error("a cut cable carries")
	}
	c.setCut(false)
	again, err := net.Dial("tcp", c.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if _, err := again.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	other := <-ends
	defer other.Close()
	var one [1]byte
	if _, err := other.Read(one[:]); err != nil || one[0] != 'x' {
		t.Errorf("mended: got %q, %v", one, err)
	}
}

// TestCableToNowhere is a far end that is not there, or not yet.
func TestCableToNowhere(t *testing.T) {
	for _, far := range []string{"", "127.0.0.1:1"} {
		if _, err := http.Get(newTestCable(t, far).base()); err == nil {
			t.Errorf("to %q: got an answer", far)
		}
	}
}
