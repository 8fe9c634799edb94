package machine

import (
	"bufio"
	"context"
	"image"
	"image/png"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestConsoleSaysWhen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newConsole()
		start := time.Now()
		go func() {
			for _, words := range []string{"Starting ker", "nel\n", "a till\n", "Starting kernel\n"} {
				time.Sleep(time.Second)
				_, _ = io.WriteString(c, words)
			}
		}()
		for nth, want := range []time.Duration{2 * time.Second, 4 * time.Second} {
			at, err := c.wait(t.Context(), "Starting kernel", nth+1)
			if got := at.Sub(start); err != nil || got != want {
				t.Errorf("start %d was at %v, %v; want %v", nth+1, got, err, want)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := c.wait(ctx, "login:", 1); err == nil || !strings.Contains(err.Error(), "a till") {
			t.Errorf("a console that never asks for a login: %v", err)
		}
	})
}

// guest answers as the program in the machine does, a late answer first.
func guest(conn net.Conn, m image.Image) {
	w := bufio.NewWriter(conn)
	for lines := bufio.NewScanner(conn); lines.Scan(); w.Flush() {
		switch lines.Text() {
		case "see":
			var b strings.Builder
			_ = png.Encode(&b, m)
			_, _ = w.WriteString("wrong 4\nlate" + "ready 14\n4.25 5.50 5.75" + "png " + itoa(b.Len()) + "\n" + b.String())
		case "hang":
			_, _ = w.WriteString("hung 7\nnothing")
		}
	}
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + itoa(n%10)
}

func TestGlassAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		here, there := net.Pipe()
		defer here.Close()
		defer there.Close()
		g := newGlassPort(here)
		go guest(there, image.NewRGBA(image.Rect(0, 0, 3, 2)))
		m, err := g.See(t.Context())
		if err != nil || m.Bounds().Size() != image.Pt(3, 2) {
			t.Errorf("it shows %v, %v", m, err)
		}
		r, err := g.Ready(t.Context())
		if err != nil || r.Keys != 4.25 || r.Picture != 5.5 {
			t.Errorf("it is ready at %+v, %v", r, err)
		}
		if err := g.Hang(t.Context()); err == nil {
			t.Error("a till hangs where there is none")
		}
		began := time.Now()
		if _, err := g.Wrong(t.Context()); err == nil || time.Since(began) != answerTime {
			t.Errorf("no answer: %v after %v, want one after %v", err, time.Since(began), answerTime)
		}
	})
}

func TestNoMessages(t *testing.T) {
	for _, text := range []string{"", "png\n", "png -1\n", "png 99999999\n", "png 5\nabc"} {
		if m, err := readMessage(bufio.NewReader(strings.NewReader(text))); err == nil {
			t.Errorf("%q is %+v", text, m)
		}
	}
}
