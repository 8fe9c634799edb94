package archive

import "context"

// Findings are what a person should look into, as an owner's programs read it.
type Findings struct {
	Journals []Finding `json:"journals"` // that are not what they were
	Sales    []Claimed `json:"sales"`    // paid, as a till has it, and not in the ledger
	More     bool      `json:"more,omitempty"`
}

// Finding is a journal that is not what it was, and waits for a person.
type Finding struct {
	Device  string `json:"device"`
	Journal string `json:"journal"`
	Flag    Flag   `json:"flag"`
	Row     int64  `json:"row"`      // that it is about
	FoundMS int64  `json:"found_ms"` // Unix milliseconds
	Kept    int64  `json:"kept"`     // rows 1 to this are
}

// Claimed is a Doubt.
type Claimed struct {
	Device string `json:"device"`
	Order  string `json:"order"`
	Amount int64  `json:"amount"` // rupiah
	AtMS   int64  `json:"at_ms"`  // by the device's clock, Unix milliseconds
}

// Waiting is what waits for a person: up to limit copies that are not what they were,
// and up to limit doubts. more says that there are others of either.
func (k *Keeper) Waiting(ctx context.Context, limit int) (stopped []Copy, doubts []Doubt, more bool, err error) {
	if stopped, err = k.Stopped(ctx, limit+1); err != nil {
		return nil, nil, false, err
	}
	if doubts, more, err = k.Doubtful(ctx, limit); err != nil {
		return nil, nil, false, err
	}
	more = more || len(stopped) > limit
	return stopped[:min(len(stopped), limit)], doubts, more, nil
}

// Findings are what is Waiting.
func (k *Keeper) Findings(ctx context.Context, limit int) (Findings, error) {
	stopped, doubts, more, err := k.Waiting(ctx, limit)
	out := Findings{Journals: []Finding{}, Sales: []Claimed{}, More: more}
	for _, c := range stopped {
		out.Journals = append(out.Journals, Finding{c.Device, c.Journal, c.Flag, c.FlagSeq, c.FlagMS, c.Seq})
	}
	for _, d := range doubts {
		out.Sales = append(out.Sales, Claimed{d.Device, d.Order, d.Amount, d.AtMS})
	}
	return out, err
}
