package terminal

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files anew; read the diff before you commit it")

// scenes is every screen, reached the way a cashier reaches it.
var scenes = []struct {
	name string
	play func(s *till)
}{
	{"idle", func(*till) {}},
	{"entering", func(s *till) { s.keys("1250+300") }},
	{"entering refused", func(s *till) { s.keys("10000001\n") }},
	{"asking, not greeted", func(s *till) { s.boot(); s.journal = nil; s.boot(); s.step(Wake{}); s.keys("25000\n") }},
	{"asking", func(s *till) { s.keys("25000\n") }},
	{"offline", func(s *till) { s.keys("25000\n"); s.wait(offlineAfter) }},
	{"offering", func(s *till) { s.keys("25000\n"); s.step(pending(1, 25_000)) }},
	{"cancelling", func(s *till) { s.keys("25000\n"); s.step(pending(1, 25_000)); s.keys("c") }},
	{"unsure", func(s *till) { s.keys("25000\n"); s.step(pending(1, 25_000)); s.keys("c"); s.wait(unsureAfter) }},
	{"set aside", func(s *till) {
		s.keys("25000\n")
		s.step(pending(1, 25_000))
		s.keys("c")
		s.wait(unsureAfter + settleGuard)
		s.keys("c")
	}},
	{"thanks", func(s *till) { s.keys("25000\n"); s.step(settled(1, 25_000)) }},
	{"cancelled", func(s *till) { s.keys("25000\n"); s.step(ended(1, FactCancelled)) }},
	{"expired", func(s *till) { s.keys("25000\n"); s.step(ended(1, FactExpired)) }},
	{"denied", func(s *till) { s.keys("25000\n"); s.step(denied(true)) }},
	{"denied for good", func(s *till) { s.keys("25000\n"); s.step(denied(false)) }},
	{"late", func(s *till) {
		s.keys("25000\n")
		s.step(ended(1, FactExpired))
		s.keys("\n")
		s.step(settled(1, 25_000))
	}},
	{"alarm", func(s *till) { s.keys("25000\n"); e := pending(1, 25_000); e.QR = qrFor(1); s.step(e) }},
	{"menu", func(s *till) { s.keys("m") }},
	{"parked", func(s *till) { s.keys("25000\nc"); s.wait(unsureAfter + settleGuard); s.keys("cm1") }},
	{"about", func(s *till) { s.keys("m3") }},
	{"entering for a wallet", func(s *till) { s.keys("m5250+300") }},
	{"dialing to link", func(s *till) { s.keys("m4081234") }},
	{"dialing to charge", func(s *till) { s.keys("m525000\n") }},
	{"dialing refused", func(s *till) { s.keys("m6081234\n") }},
	{"finding to charge", func(s *till) { s.findsPayer() }},
	{"finding to unlink", func(s *till) { s.keys("m6" + phone + "\n") }},
	{"linking", func(s *till) { s.keys("m4" + phone + "\n") }},
	{"linking, not greeted", func(s *till) { s.journal = nil; s.boot(); s.step(Wake{}); s.keys("m4" + phone + "\n") }},
	{"linking after a cut", func(s *till) { s.keys("m4" + phone + "\n"); s.boot(); s.step(Wake{}); s.step(Greeted{Next: 2}) }},
	{"linkoffer", func(s *till) { s.keys("m4" + phone + "\n"); s.step(waiting(1)) }},
	{"linkleft", func(s *till) { s.keys("m4" + phone + "\nc") }},
	{"walletlinked", func(s *till) { s.keys("m4" + phone + "\n"); s.step(linkIs(LinkDone)) }},
	{"walletrefused to link", func(s *till) { s.keys("m4" + phone + "\n"); s.step(linkIs(LinkFailed)) }},
	{"walletrefused to charge", func(s *till) { s.findsPayer(); s.step(payerIs(CustomerNone)) }},
	{"asking a wallet", func(s *till) { s.findsPayer(); s.step(payerIs(CustomerLinked)) }},
	{"verifying", func(s *till) { s.asksPayer(); s.step(verify(1, 25_000)) }},
	{"unsure of a wallet", func(s *till) { s.asksPayer(); s.wait(offlineAfter) }},
	{"denied by a wallet", func(s *till) { s.asksPayer(); s.step(denied(true)) }},
	{"unlinkconfirm", func(s *till) { s.keys("m6" + phone + "\n"); s.step(payerIs(CustomerLinked)) }},
	{"unlinking", func(s *till) { s.unlinks() }},
	{"unlinked", func(s *till) { s.unlinks(); s.step(unlinkIs(CustomerUnlinked)) }},
	{"twin", func(s *till) {
		s.keys("25000\n")
		s.step(pending(1, 25_000))
		s.keys("c")
		s.wait(unsureAfter + settleGuard)
		s.keys("c25000\n")
	}},
	{"sales", func(s *till) { s.sells(1, "25000", 25_000); s.keys("m7") }},
	{"sales, a number keyed", func(s *till) { s.sells(1, "25000", 25_000); s.keys("m77") }},
	{"receipt", func(s *till) {
		s.step(Greeted{Next: 1, Confirm: testConfirm})
		s.sells(1, "25000", 25_000)
		s.keys("m7z")
	}},
	{"totals", func(s *till) { s.sells(1, "25000", 25_000); s.keys("m8") }},
	{"counting", func(s *till) { s.keys("m8\n250") }},
	{"report", func(s *till) { s.sells(1, "25000", 25_000); s.keys("m8\n24000\n") }},
	{"closed", func(s *till) { s.hires(); s.keys("m81111\n\n\n\n") }},
	{"pin", func(s *till) { s.hires(); s.keys("m81234") }},
	{"pin, locked", func(s *till) { s.hires(); s.keys("m8" + strings.Repeat("9999\n", pinsBeforeWait)) }},
	{"tech", func(s *till) { s.keys("m3+51234\n") }},
	{"typing", func(s *till) { s.keys("m3+2866") }},
	{"inspection", func(s *till) { s.keys("m3+6") }},
	{"inspection, found", func(s *till) { s.keys("m3+6\n" + allKeys + "\n"); s.step(found()) }},
	{"updates", func(s *till) { s.keys("m3+7"); s.step(UpdateNews{Phase: UpdateLoaded, Runs: "v1", Version: "v2"}) }},
	{"crew", func(s *till) { s.hires(); s.keys("m91111\n") }},
	{"newpin", func(s *till) { s.keys("m91234") }},
	{"newpin again", func(s *till) { s.keys("m91234\n12") }},
	{"confirming", func(s *till) { s.confirms() }},
	{"confirming, seven digits", func(s *till) { s.confirms(); s.keys("1234567") }},
	{"confirming, a wrong code", func(s *till) { s.confirms(); s.keys(s.wrongCode() + "\n") }},
	{"paid by a code", func(s *till) { s.confirms(); s.keys(s.code(verdictPaid) + "\n") }},
	{"cancelled by a code", func(s *till) { s.confirms(); s.keys(s.code(verdictUnpaid) + "\n") }},
	{"fault", func(s *till) { s.State, s.owed = Step(s.State, s.moment(), JournalLost{}) }},
}

func denied(retry bool) Told {
	return Told{Order: id(1), Call: Open, Fact: FactDenied, Amount: 25_000, Reason: "provider_busy", Retry: retry}
}

// happenings is every kind of event, about order 1 where it is about one.
func happenings() []struct {
	name  string
	event Event
} {
	told := func(call Verb, f Fact) Told {
		e := ended(1, f)
		e.Call, e.Seq = call, 0
		return e
	}
	paid := settled(1, 25_000)
	wrong := paid
	wrong.Paid = 2_500
	return []struct {
		name  string
		event Event
	}{
		{"key 5", Key('5')}, {"key 00", KeyZeroZero}, {"key +", KeyPlus}, {"key back", KeyBack},
		{"key clear", KeyClear}, {"key ok", KeyOK}, {"key menu", KeyMenu}, {"key lang", KeyLanguage},
		{"key volume", KeyVolume}, {"key replay", KeyReplay},
		{"open: no network", Told{Order: id(1), Call: Open, Trouble: TroubleNetwork}},
		{"open: asked", told(Open, FactAsked)},
		{"open: pending", pending(1, 25_000)},
		{"open: denied", denied(true)},
		{"open: taken", told(Open, FactTaken)},
		{"ask: unknown", told(Ask, FactUnknown)},
		{"letgo: cancelled", told(LetGo, FactCancelled)},
		{"news: expired", ended(1, FactExpired)},
		{"news: settled", paid},
		{"news: settled, wrong money", wrong},
		{"news: settled, order 9", settled(9, 500)},
		{"keypad gone", Ailing{Part: PartKeypad, Bad: true}},
		{"glass broken", Ailing{Part: PartGlass, Bad: true}},
		{"hello: no network", Greeted{Trouble: TroubleNetwork}},
		{"hello: next 5", Greeted{Next: 5, Latest: 3, Sandbox: true}},
		{"open: verify", verify(1, 25_000)},
		{"open: verify elsewhere", elsewhere(verify(1, 25_000))},
		{"link: no network", LinkTold{Order: id(1), Call: LinkUp, Trouble: TroubleNetwork}},
		{"link: asked", linkIs(LinkAsked)}, {"link: waiting", waiting(1)},
		{"link: waiting elsewhere", LinkTold{Order: id(1), Call: AskLink, State: LinkWaiting, URL: "http://x.test/", ExpiresIn: time.Minute}},
		{"link: linked", linkIs(LinkDone)}, {"link: expired", linkIs(LinkExpired)}, {"link: failed", linkIs(LinkFailed)},
		{"link: taken", linkIs(LinkTaken)}, {"link: unknown", linkIs(LinkUnknown)},
		{"find: no network", Found{Call: FindCustomer, Ticket: 1, Trouble: TroubleNetwork}},
		{"find: linked", payerIs(CustomerLinked)}, {"find: unlinking", payerIs(CustomerUnlinking)},
		{"find: none", payerIs(CustomerNone)}, {"find: refused", payerIs(CustomerRefused)},
		{"unlink: unlinking", unlinkIs(CustomerUnlinking)}, {"unlink: unlinked", unlinkIs(CustomerUnlinked)},
		{"link down", Linked{Trouble: TroubleNetwork}}, {"link up", Linked{}},
		{"10 s pass", nil}, {"20 min pass", nil},
	}
}

// TestStateTable holds every screen against every event. A change of behaviour
// is a change of this file, line by line. Answers about wallets have a line only
// where they change something.
func TestStateTable(t *testing.T) {
	var out bytes.Buffer
	for _, scene := range scenes {
		fmt.Fprintf(&out, "== %s\n", scene.name)
		for _, h := range happenings() {
			s := greetedTill(t)
			scene.play(s)
			s.wait(settleGuard)
			before := len(s.journal)
			s.owed, s.calls = Effects{}, nil
			was := shown(s)
			switch h.name {
			case "10 s pass":
				s.wait(10 * time.Second)
			case "20 min pass":
				s.wait(20 * time.Minute)
			default:
				s.step(h.event)
			}
			if aboutWallets(h.event) && shown(s) == was && len(s.journal) == before && len(s.calls) == 0 {
				continue // an answer that nobody waits for changes nothing
			}
			fmt.Fprintln(&out, strings.TrimRight(fmt.Sprintf("%-28s %-64s %-22s %s", h.name, shown(s), kinds(s.journal[before:]), asked(s)), " "))
		}
	}
	golden(t, "states.golden", out.Bytes())
}

func aboutWallets(e Event) bool {
	switch e.(type) {
	case LinkTold, Found:
		return true
	}
	return false
}

func shown(s *till) string {
	text := fmt.Sprintf("%s %+v", s.Screen.Name(), s.Screen)
	if o, ok := s.Screen.(Offering); ok {
		o.QR = "…"
		text = fmt.Sprintf("offering %+v", o)
	}
	if c, ok := s.Screen.(Confirming); ok {
		c.back, c.URL = nil, strings.TrimPrefix(c.URL, testConfirm.Base)
		text = strings.TrimSuffix(fmt.Sprintf("confirming %+v", c), " back:<nil>}") + "}"
	}
	text, _, _ = strings.Cut(text, " back:{") // of what a technician looks at
	text = strings.NewReplacer("{Is:0 Figure:0 Why: What:0}", "?", "{Is:1 Figure:0 Why: What:0}", "+", " Payer:{Customer: Masked:}", "", " Linked:false", "", " Code:false", "").Replace(text)
	if s.owed.Sound.Tone != Silence {
		text += " ♪" + s.owed.Sound.Tone.String()
	}
	if say := s.owed.Sound.Say; say != SayNothing {
		text += " “" + say.String() + "”"
	}
	return text
}

func kinds(records []Record) string {
	if len(records) == 0 {
		return "-"
	}
	var kinds []string
	for _, r := range records {
		kinds = append(kinds, string(r.Kind))
	}
	return strings.Join(kinds, "+")
}

func asked(s *till) string {
	var calls []string
	for _, c := range s.calls {
		if text := c.Verb.String(); len(calls) == 0 || calls[len(calls)-1] != text {
			calls = append(calls, text)
		}
	}
	return strings.Join(calls, " ")
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	gotLines, wantLines := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range max(len(gotLines), len(wantLines)) {
		var g, w string
		if i < len(gotLines) {
			g = gotLines[i]
		}
		if i < len(wantLines) {
			w = wantLines[i]
		}
		if g != w {
			t.Fatalf("%s:%d\n got %s\nwant %s\n(go test ./terminal -run %s -update writes it anew)", path, i+1, g, w, t.Name())
		}
	}
}
