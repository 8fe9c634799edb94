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

// Findings are up to limit journals and up to limit sales.
func (k *Keeper) Findings(ctx context.Context, limit int) (Findings, error) {
	out := Findings{Journals: []Finding{}, Sales: []Claimed{}}
	stopped, err := k.Stopped(ctx, limit+1)
	if err != nil {
		return out, err
	}
	doubts, more, err := k.Doubtful(ctx, limit)
	if err != nil {
		return out, err
	}
	for _, c := range stopped[:min(len(stopped), limit)] {
		out.Journals = append(out.Journals, Finding{c.Device, c.Journal, c.Flag, c.FlagSeq, c.FlagMS, c.Seq})
	}
	for _, d := range doubts {
		out.Sales = append(out.Sales, Claimed{d.Device, d.Order, d.Amount, d.AtMS})
	}
	out.More = more || len(stopped) > limit
	return out, nil
}
