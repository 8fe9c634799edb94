package check

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"kasir/backend/wire"
	"kasir/terminal"
)

// own is a journal of 42 rows with something wrong in it, or nothing.
type own struct {
	wrong error
	slow  bool // it is longer than anybody waits
}

func (o own) Head() (int64, [32]byte) { return 42, [32]byte{} }

func (o own) VerifyRows(ctx context.Context, from int64, rest func()) error {
	rest()
	if o.slow {
		<-ctx.Done()
		return ctx.Err()
	}
	return o.wrong
}

// TestRunning: what is said in signs of a till that sells, good and bad.
func TestRunning(t *testing.T) {
	ahead := 10 * time.Second
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(wire.Hello{Device: "till-1", Next: 1, Time: time.Now().Add(ahead).UnixMilli()})
	}))
	defer server.Close()
	base, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	b := Bench{Device: "till-1", Backend: base, Journal: filepath.Join(t.TempDir(), "till.db")}
	damaged := func(error) terminal.FaultKind { return terminal.FaultDamaged }
	got := Running(t.Context(), b, own{}, damaged)
	if j := got[terminal.LookJournal]; j != (terminal.Sign{Is: terminal.ShapeGood, Figure: 42}) {
		t.Errorf("journal %+v", j)
	}
	if c := got[terminal.LookClock]; c.Is != terminal.ShapeGood || c.Figure > -9 || c.Figure < -11 {
		t.Errorf("clock %+v, want it some 10 s behind", c)
	}
	if got[terminal.LookBackend].Is != terminal.ShapeGood || got[terminal.LookGlass] != (terminal.Sign{}) {
		t.Errorf("got %+v", got)
	}
	ahead = -time.Hour
	got = Running(t.Context(), b, own{wrong: errors.New("row 7 is another")}, damaged)
	if j := got[terminal.LookJournal]; j != (terminal.Sign{Is: terminal.ShapeBad, What: terminal.FaultDamaged}) {
		t.Errorf("journal %+v", j)
	}
	if c := got[terminal.LookClock]; c.Is != terminal.ShapeBad || c.Figure < 3590 {
		t.Errorf("clock %+v, want it an hour ahead", c)
	}
	ctx, stop := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer stop()
	if j := Running(ctx, b, own{slow: true}, damaged)[terminal.LookJournal]; j != (terminal.Sign{}) {
		t.Errorf("a journal that is not read to its end: %+v", j)
	}
	b.Journal = filepath.Join(t.TempDir(), "nowhere", "till.db")
	got = Running(t.Context(), b, own{}, damaged)
	if got[terminal.LookJournal].Is != terminal.ShapeBad || got[terminal.LookDisk] != (terminal.Sign{}) {
		t.Errorf("a card that cannot be written: %+v", got)
	}
}
