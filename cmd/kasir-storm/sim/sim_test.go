package sim

import (
	"bytes"
	"testing"
)

// TestStories tells some; make storm tells many.
func TestStories(t *testing.T) {
	var settled, kills int
	for seed := range uint64(1000) {
		r := Run(Options{Seed: seed + 1})
		if r.Broken != nil {
			t.Fatalf("seed %d: %v; read it with: go run ./cmd/kasir-storm -seed %d", r.Seed, r.Broken, r.Seed)
		}
		settled += r.Settled
		kills += r.Kills
	}
	if settled < 700 || kills < 1000 {
		t.Errorf("%d settlements and %d kills in 1000 stories: that is no storm", settled, kills)
	}
}

// TestTheSameSeedTellsTheSameStory: to the last bit, read or unread.
func TestTheSameSeedTellsTheSameStory(t *testing.T) {
	seen := make(map[uint64]uint64)
	for seed := uint64(1); seed <= 60; seed++ {
		var one, two bytes.Buffer
		a := Run(Options{Seed: seed, Story: &one})
		b := Run(Options{Seed: seed, Story: &two})
		c := Run(Options{Seed: seed})
		if a.Hash != b.Hash || a.Hash != c.Hash || a.Steps != c.Steps || !bytes.Equal(one.Bytes(), two.Bytes()) {
			t.Fatalf("seed %d: traces %x, %x and unread %x", seed, a.Hash, b.Hash, c.Hash)
		}
		if other, twice := seen[a.Hash]; twice {
			t.Errorf("seeds %d and %d have one trace", other, seed)
		}
		seen[a.Hash] = seed
	}
}

// finders is a seed that finds each planted bug, so that the test is quick; make
// storm looks for them from seed 1 on.
var finders = map[Plant]uint64{
	PlantNewID:             8,
	PlantTillSendsFirst:    1,
	PlantBackendSendsFirst: 2,
	PlantUnsigned:          14,
	PlantPendingPaid:       3,
	PlantLastWriter:        9,
	PlantCancelBelieved:    3,
	PlantLocalExpiry:       2,
	PlantLateDropped:       3,
	PlantAmountNotCompared: 39,
	PlantReplayed:          16,
	PlantWallClock:         29,
	PlantBodyNotCompared:   19,
	PlantNumbersReused:     16,
	PlantNotAttested:       14,
	PlantPaidUnjournaled:   2,
	PlantNotWritten:        2,
	PlantNewsSkipped:       4091,
	PlantForgetsOpen:       392,
	PlantAbsentBelieved:    90,
	PlantSilenceRefuses:    87,
	PlantLinkBelieved:      32,
	PlantUnlinkBelieved:    12,
	PlantUnlinkedCharged:   405,
	PlantUnsaid:            3,
	PlantEpochKept:         37,
	PlantTicketIgnored:     1741,
	PlantMessageAmount:     95,
	PlantOrderNotCompared:  11,
	PlantUnpaidCapture:     201,
	PlantCodeEarly:         88,
	PlantCodeUnread:        150,
	PlantGapForgotten:      255,
	PlantNotReminded:       37,
	PlantTxNotCompared:     50,
	PlantDayCancelled:      3,
	PlantCodeUnchecked:     82,
}

// TestPlantedBugsAreFound: a simulator that misses them would miss others.
func TestPlantedBugsAreFound(t *testing.T) {
	for _, p := range Plants {
		t.Run(string(p), func(t *testing.T) {
			seed, known := finders[p]
			if !known || seed > 10_000 {
				t.Fatalf("no seed up to 10000 is known to find it")
			}
			if r := Run(Options{Seed: seed, Plant: p}); r.Broken == nil {
				t.Errorf("seed %d does not find it any more: look for another with make storm", seed)
			}
			if r := Run(Options{Seed: seed}); r.Broken != nil {
				t.Errorf("seed %d is broken without it: %v", seed, r.Broken)
			}
		})
	}
}
