package trail

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
)

func TestLogger(t *testing.T) {
	var text bytes.Buffer
	log := Logger(slog.New(slog.NewTextHandler(&text, nil)))
	if Logger(log) != log {
		t.Error("a logger that names requests was wrapped once more")
	}
	ctx := With(t.Context(), "abc")
	for _, tt := range []struct {
		ctx  context.Context
		log  *slog.Logger
		want string
	}{
		{ctx, log, "msg=said order=K request=abc\n"},
		{t.Context(), log, "msg=said order=K\n"},
		{ctx, log.With("node", 1), "msg=said node=1 order=K request=abc\n"},
		{ctx, log.WithGroup("g"), "msg=said g.order=K g.request=abc\n"},
	} {
		text.Reset()
		tt.log.InfoContext(tt.ctx, "said", "order", "K")
		if got := text.String(); !strings.HasSuffix(got, tt.want) {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestNames(t *testing.T) {
	if a, b := New(), New(); a == b || !Valid(a) || len(a) != 16 {
		t.Errorf("names %q and %q", a, b)
	}
	for id, want := range map[string]bool{
		"": false, "a": true, "A-9_z.0": true, "a b": false, "a\nlevel=ERROR": false, "a=b": false, `"`: false, "é": false,
		strings.Repeat("x", MaxID): true, strings.Repeat("x", MaxID+1): false,
	} {
		if got := Valid(id); got != want {
			t.Errorf("%q: got %v, want %v", id, got, want)
		}
	}
	if got := ID(t.Context()); got != "" {
		t.Errorf("a context of no request is of %q", got)
	}
}
