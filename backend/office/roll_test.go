package office

import (
	"testing"
	"testing/synctest"
	"time"
)

// What one office knows of who is there, another learns, and never unlearns.
func TestRollIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		here, there := &Office{}, &Office{}
		tell := func() int {
			fresh := here.Fresh()
			there.Learn(fresh)
			return len(fresh)
		}
		says := Says{Version: "v1", Board: "pi3", Unsent: 1}
		here.Saw("TOKO")
		here.roll.here["TOKO"] = Sighting{Device: "TOKO", Says: says, SeenMS: time.Now().UnixMilli(), SaidMS: time.Now().UnixMilli()}
		if got := tell(); got != 1 {
			t.Errorf("%d were fresh, want 1", got)
		}
		if got := there.Sighting("TOKO"); got.Says != says || got.SeenMS != time.Now().UnixMilli() {
			t.Errorf("learned %+v", got)
		}
		if got := tell(); got != 0 {
			t.Errorf("nothing happened, and %d are fresh", got)
		}
		time.Sleep(time.Minute)
		here.Saw("TOKO")
		seen := time.Now().UnixMilli()
		tell()
		if got := there.Sighting("TOKO"); got.SeenMS != seen || got.Says != says {
			t.Errorf("after a minute %+v", got)
		}
		there.Learn([]Sighting{{Device: "TOKO", Says: Says{Version: "v0"}, SeenMS: seen - 9, SaidMS: 5}, {Device: "no device\n", SeenMS: 1}})
		if got := there.Sighting("TOKO"); got.SeenMS != seen || got.Version != "v1" || len(there.roll.here) != 1 {
			t.Errorf("older news changed it: %+v", got)
		}
	})
}

// Nobody who makes names up can fill the memory.
func TestRollIsBounded(t *testing.T) {
	o := &Office{}
	many := make([]Sighting, maxRoll+100)
	for i := range many {
		many[i] = Sighting{Device: "T" + string(rune('a'+i%26)) + time.Unix(int64(i), 0).UTC().Format("150405.2006-01-02"), SeenMS: 1}
	}
	o.Learn(many)
	if got := len(o.roll.here); got != maxRoll {
		t.Errorf("%d devices are known, want %d", got, maxRoll)
	}
	o.Saw("one-more")
	if got := o.Sighting("one-more").SeenMS; got != 0 {
		t.Error("one more was taken")
	}
}
