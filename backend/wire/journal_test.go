package wire

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

const journalID = "0123456789abcdef0123456789abcdef"

// The hash of a row is the device's: these are the values that its store is held
// to, too.
func TestRowsFollowAsOnTheDevice(t *testing.T) {
	first := JournalRow{Kind: RowSettled, Order: "toko-1-00000001", Amount: 25_000, Day: 20261121, At: 1_795_237_200_123, Text: `{"amount":25000}`}
	one := first.Follows(1, JournalGenesis(journalID))
	second := JournalRow{Kind: "joined", Amount: -1, Raw: []byte(`{}`)}
	for _, tt := range []struct {
		name string
		got  Hash
		want string
	}{
		{"genesis", JournalGenesis(journalID), "b4e083767cfd15799f3e47bfc76cd4c89c4c365f93d4172d727dcd3ec9e97080"},
		{"first row", one, "5f3bae61c3bf4631d07ba9d419916a8d3a372b1f7df91af66fc9b71eabcb2c95"},
		{"second row", second.Follows(2, one), "ee536be1d48f4714dda5672461000bc6b1a7749146d77652011e929800db0bc0"},
	} {
		if got := fmt.Sprintf("%x", tt.got[:]); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

// A document comes out of JSON byte for byte, whatever is in it.
func TestDocumentsTravel(t *testing.T) {
	for _, body := range []string{`{"a":"<&> \u2028 é"}`, "{\"a\":\"\xff\"}", ``, `"\\\""`} {
		r := JournalRow{Kind: RowSettled}
		r.Hold([]byte(body))
		r.Hash = r.Follows(1, Hash{1})
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		var back JournalRow
		if err := json.Unmarshal(text, &back); err != nil || string(back.Body()) != body || back.Follows(1, Hash{1}) != r.Hash {
			t.Errorf("%q came as %q, %v", body, back.Body(), err)
		}
	}
	r := JournalRow{Kind: RowCrew, Hash: Hash{7}}
	r.Hold([]byte(`{"proof":"secret"}`))
	if text, _ := json.Marshal(r); strings.Contains(string(text), "secret") || !r.Withheld || r.Follows(9, Hash{1}) != r.Hash {
		t.Errorf("withheld: %s", text)
	}
}

func TestPageCheck(t *testing.T) {
	row := JournalRow{Kind: RowSettled, Text: `{}`}
	page := func(change func(*JournalPage)) JournalPage {
		p := JournalPage{Journal: journalID, Head: 9, Asked: 3, From: 3, Rows: []JournalRow{row, row}}
		change(&p)
		return p
	}
	for name, tt := range map[string]struct {
		change func(*JournalPage)
		good   bool
	}{
		"as it should be": {func(*JournalPage) {}, true},
		"no rows":         {func(p *JournalPage) { p.Rows, p.From = nil, 0 }, true},
		"the last two":    {func(p *JournalPage) { p.Head = 4 }, true},
		"after the end":   {func(p *JournalPage) { p.Head = 3 }, false},
		"row 0":           {func(p *JournalPage) { p.From = 0 }, false},
		"no journal":      {func(p *JournalPage) { p.Journal = strings.Repeat("x", 32) }, false},
		"a short name":    {func(p *JournalPage) { p.Journal = "01" }, false},
		"negative":        {func(p *JournalPage) { p.Head = -1 }, false},
		"far":             {func(p *JournalPage) { p.From, p.Head = 1<<62, -1<<62 }, false},
		"too many":        {func(p *JournalPage) { p.Rows, p.Head = make([]JournalRow, MaxJournalRows+1), 1<<40 }, false},
		"no kind":         {func(p *JournalPage) { p.Rows[1].Kind = "" }, false},
		"a blank":         {func(p *JournalPage) { p.Rows[1].Order = "a b" }, false},
		"money withheld":  {func(p *JournalPage) { p.Rows[1] = JournalRow{Kind: RowSettled, Withheld: true} }, false},
		"half withheld":   {func(p *JournalPage) { p.Rows[1] = JournalRow{Kind: RowCrew, Withheld: true, Text: "{}"} }, false},
		"a long document": {func(p *JournalPage) { p.Rows[1].Raw = make([]byte, MaxRowBody+1) }, false},
	} {
		if err := page(tt.change).Check(); (err == nil) != tt.good {
			t.Errorf("%s: %v", name, err)
		}
	}
}
