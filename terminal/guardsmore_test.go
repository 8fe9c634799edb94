package terminal

import (
	"testing"
	"time"
)

// A word that answers no question of ours is no answer to a check, whatever it
// says against the code.
func TestAWordThatNobodyAskedForIsNoContradiction(t *testing.T) {
	s := codedTill(t)
	s.answered(openSays(FactPending)) // the first check is over, the next not sent
	for range 2 * sureAfter {
		s.step(openSays(FactCancelled))
	}
	if len(s.Book.Alarms) > 0 || len(s.Book.Coded) != 1 {
		t.Errorf("alarms %+v, waiting %+v", s.Book.Alarms, s.Book.Coded)
	}
	was := s.checks[0]
	if s.step(Told{Order: id(1), Call: Open, Trouble: TroubleBackend}); s.checks[0].fails != was.fails || s.checks[0].next != was.next {
		t.Errorf("check %+v, want %+v", s.checks[0], was)
	}
}

// The backend agrees with a code when both amounts are the sale's.
func TestAgreementIsAboutTheAmount(t *testing.T) {
	s := codedTill(t)
	e := openSays(FactSettled)
	e.Amount = 2_500
	s.answered(e)
	if s.recorded() != "" || len(s.Book.Coded) != 1 {
		t.Fatalf("recorded %q", s.recorded())
	}
	s.answered(e)
	if got, want := s.recorded(), "alarmed"; got != want {
		t.Errorf("recorded %q, want %q", got, want)
	}
}

// An amount for a wallet that is taken back to nothing is still one for a wallet.
func TestAWalletsAmountTakenBack(t *testing.T) {
	s := greetedTill(t)
	s.keys("m55b")
	if e, ok := s.Screen.(Entering); !ok || !e.Linked || e.Amount != 0 {
		t.Errorf("screen %+v", s.Screen)
	}
}

// Of two links being undone each has its own question and its own answer.
func TestTwoLinksAreUndone(t *testing.T) {
	s := greetedTill(t)
	turn := s.begin()
	for _, who := range []string{"c-1", "c-2"} {
		turn.record(Record{Kind: KindUnlinking, Customer: who})
	}
	turn.unlinks[0].asks, turn.unlinks[1].asks = 1, 2
	turn.record(Record{Kind: KindUnlinkLeft, Customer: "c-2"})
	for i, who := range []string{"c-1", "c-2"} {
		if u := turn.unlinks[i]; u.customer != who || u.asks != i+1 {
			t.Errorf("errand %d: %+v", i, u)
		}
		if got := turn.unlinkOf(who); got == nil || got.customer != who {
			t.Errorf("errand of %s: %+v", who, got)
		}
	}
	turn.toldOfUnlink(Found{Call: Unlink, Customer: "c-2", State: CustomerNone})
	if got := turn.Book.Unlinks; len(got) != 1 || got[0].Payer.Customer != "c-1" {
		t.Errorf("being undone: %+v, want c-1", got)
	}
}

// A customer who cannot be charged is refused for the reason there is; what is
// worth another try, OK tries again.
func TestCustomersWhoCannotBeCharged(t *testing.T) {
	for _, tt := range []struct {
		state  CustomerState
		reason string
		want   WalletRefused
	}{
		{CustomerRefused, CodePhone, WalletRefused{Code: CodePhone}},
		{CustomerRefused, "rate_limit", WalletRefused{Code: "rate_limit", Retry: true}},
		{CustomerUnlinked, "", WalletRefused{Code: codeNotLinked}},
		{CustomerNone, "", WalletRefused{Code: codeNotLinked}},
	} {
		s := greetedTill(t)
		s.findsPayer()
		e := payerIs(tt.state)
		e.Reason = tt.reason
		s.step(e)
		tt.want.For, tt.want.Masked, tt.want.Amount, tt.want.phone = ForCharge, payer.Masked, 25_000, phone
		if s.Screen != Screen(tt.want) || len(s.Book.Open) > 0 {
			t.Errorf("%s %s: %+v, want %+v", tt.state, tt.reason, s.Screen, tt.want)
		}
	}
}

// A quick amount that would not fit beside what is keyed is none.
func TestAQuickAmountThatDoesNotFit(t *testing.T) {
	s := greetedTill(t)
	s.Config.Quick[5] = 50_000
	for sum, want := range map[Rupiah]Rupiah{maxKeyed - 50_000: 50_000, maxKeyed - 49_999: 5} {
		turn := s.begin()
		turn.show(Entering{Amount: 5, Sum: sum, Items: 1})
		if turn.hold(5); turn.Screen.(Entering).Amount != want {
			t.Errorf("beside %d: %+v, want %d", sum, turn.Screen, want)
		}
	}
}

// What becomes of a link that nobody stands before covers nothing else.
func TestALinkBehindSomethingElse(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(*turn)
		want string
	}{
		{"linked", func(t *turn) { t.linkDone(linkIs(LinkDone)) }, "linked"},
		{"failed", func(t *turn) { t.linkFails("no_wallet", true) }, "linkfailed"},
		{"given up", func(t *turn) { t.dropLink("time") }, "linkdropped"},
	} {
		s := linkingTill(t)
		turn := s.begin()
		turn.show(Late{Order: id(7), Amount: 5})
		tt.do(turn)
		if got := turn.Screen.Name() + " " + turn.kinds(); got != "late "+tt.want || turn.owed.Sound.Tone != Silence {
			t.Errorf("%s: %s ♪%v", tt.name, got, turn.owed.Sound.Tone)
		}
	}
}

// A word about no link is none, also when none is waited for.
func TestAWordAboutNoLink(t *testing.T) {
	s := greetedTill(t)
	s.step(LinkTold{Call: AskLink, State: LinkDone, Customer: "c-9"})
	if s.recorded() != "" || s.Screen.Name() != "idle" {
		t.Errorf("recorded %q, screen %s", s.recorded(), s.Screen.Name())
	}
	b := Book{Link: Link{Order: id(2)}}.Apply(Record{Kind: KindLinkFailed, Order: id(1)})
	if b.Link.Order != id(2) {
		t.Error("the end of one attempt ends another")
	}
}

// Where settings cannot be keyed, no key leads there; the till can be looked at all
// the same.
func TestNothingIsKeyedWhereNothingCanBeSet(t *testing.T) {
	for settable, want := range map[bool]string{true: "typing", false: "tech"} {
		s := greetedTill(t)
		s.Config.Settable = settable
		s.keys("m3+1")
		s.want(want)
		if !settable {
			s.keys("6")
			s.want("inspection")
		}
	}
}

// The role of an operator is chosen before the PIN, not in the middle of it.
func TestTheRoleIsChosenFirst(t *testing.T) {
	for keys, want := range map[string]Role{"+": Technician, "++": Cashier, "1+": Cashier, "1234\n+": Cashier} {
		s := greetedTill(t)
		s.hires()
		s.keys("m91111\n5" + keys)
		if p, ok := s.Screen.(NewPin); !ok || p.Who != 5 || p.Role != want {
			t.Errorf("%q: %+v, want %s", keys, s.Screen, want)
		}
	}
}

// OK without digits takes an operator's PIN away, and not when it only confirms
// nothing: then the new one is too short.
func TestNoDigitsTheSecondTimeTakeNothingAway(t *testing.T) {
	s := greetedTill(t)
	s.hires()
	crew := len(s.Book.Crew)
	s.keys("m91111\n28888\n\n")
	if p, ok := s.Screen.(NewPin); !ok || p.Why != PinShort || len(s.Book.Crew) != crew {
		t.Errorf("screen %+v, %d operators of %d", s.Screen, len(s.Book.Crew), crew)
	}
	s.keys("c\n")
	if len(s.Book.Crew) != crew-1 {
		t.Errorf("%d operators of %d after OK without digits", len(s.Book.Crew), crew)
	}
}

// The same book of the backend's is told once, also when it says so twice.
func TestOneRecallAtATime(t *testing.T) {
	s := soldTill(t)
	s.step(Restored{Epoch: "another", Latest: 3})
	was := s.recall
	if was.epoch != "another" || len(was.left) == 0 {
		t.Fatalf("recall %+v", was)
	}
	s.now += time.Second
	s.step(Restored{Epoch: "another", Latest: 3})
	if s.recall.sent != was.sent || len(s.recall.left) != len(was.left) {
		t.Errorf("recall %+v, want %+v", s.recall, was)
	}
	turn := s.begin()
	turn.recall.left = nil
	turn.recalled(Told{Order: id(1), Call: Ask, Fact: FactUnknown})
	if turn.recall.verb != Ask {
		t.Errorf("with nothing left it asks %v", turn.recall.verb)
	}
}

// The greeting hurries the wallet that somebody stands before, and no other.
func TestTheGreetingHurriesWhatIsOnTheGlass(t *testing.T) {
	s := greetedTill(t)
	s.asksPayer()
	s.step(Told{Order: id(1), Call: Open, Fact: FactAsked, Amount: 25_000})
	for front, want := range map[bool]bool{true: true, false: false} {
		turn := s.begin()
		if !front {
			turn.show(Late{Order: id(7), Amount: 5})
		}
		turn.askForPages()
		if got := turn.watching(id(1)).next <= turn.now.Up; got != want {
			t.Errorf("in front %t: asked at once %t", front, got)
		}
	}
}

// A sale of another device's name is found by no number of this one.
func TestASaleOfAnotherName(t *testing.T) {
	s := greetedTill(t)
	s.sells(1, "25000", 25_000)
	s.Book = s.Book.Apply(Record{Kind: KindSettled, Order: MakeOrderID("toko-9", 77), Amount: 5})
	s.Book.Unseen = nil
	s.keys("m777\n")
	if got := s.Screen.(Sales); !got.Missing {
		t.Errorf("screen %+v", got)
	}
}

// Letters, their end, and what takes them back.
func TestTypingASetting(t *testing.T) {
	for _, tt := range []struct {
		keys, screen, text string
		open               bool
		tone               Tone
	}{
		{"2", "typing", "a", true, ToneKey},
		{"2+", "typing", "a", false, ToneKey},
		{"+", "typing", "", false, ToneRefuse},
		{"2++", "typing", "a", false, ToneRefuse},
		{"2b", "typing", "", false, ToneKey},
		{"2bb", "tech", "", false, ToneKey},
		{"c", "tech", "", false, ToneKey},
		{"z", "typing", "", false, ToneRefuse},
	} {
		s := greetedTill(t)
		s.keys("m3+2" + tt.keys)
		s.want(tt.screen)
		if typed, ok := s.Screen.(Typing); s.owed.Sound.Tone != tt.tone || ok && (typed.Text != tt.text || typed.Open != tt.open) {
			t.Errorf("%q: %+v ♪%v", tt.keys, s.Screen, s.owed.Sound.Tone)
		}
	}
	for keys, want := range map[string]bool{"2": true, "2b": false} {
		s := greetedTill(t)
		s.keys("m3+2" + keys + "\n")
		if got := s.Screen.(Tech).Keyed[1]; got != want {
			t.Errorf("%q and OK: keyed %t, want %t", keys, got, want)
		}
	}
}

// A provider that is silent stays so while the backend goes on saying that.
func TestTheProviderStaysSilent(t *testing.T) {
	s := greetedTill(t)
	s.keys("25000\n")
	asked := Told{Order: id(1), Call: Open, Fact: FactAsked, Amount: 25_000}
	s.step(asked)
	s.wait(slowAfter)
	if got := s.View().Strip.Why; got != TroubleProvider {
		t.Fatalf("trouble %q", got)
	}
	turn := s.begin()
	if turn.told(asked); turn.trouble() != TroubleProvider {
		t.Errorf("asked again and undecided: %q", turn.trouble())
	}
	turn = s.begin()
	if turn.told(pending(1, 25_000)); turn.trouble() != NoTrouble {
		t.Errorf("a code came: %q", turn.trouble())
	}
}

// What is heard of a slip, of a digit that is not taken, and of a journal that is
// lost, which is as loud as all else.
func TestEdgesOfWhatIsHeard(t *testing.T) {
	s := offeringTill(t)
	s.Config.Printer = true
	s.keys("c")
	s.step(settled(1, 25_000))
	s.wait(time.Second)
	for keys, want := range map[string]Tone{"5": ToneRefuse, "z": ToneRefuse, "+": ToneKey} {
		s.keys(keys)
		if got := s.owed.Sound.Tone; got != want || s.Screen.Name() != "thanks" {
			t.Errorf("%q: ♪%v on %s, want ♪%v", keys, got, s.Screen.Name(), want)
		}
	}
	s.keys("vv")
	_, owed := Step(s.State, s.moment(), JournalLost{})
	if got := owed.Sound; got.Tone != ToneAlarm || got.Volume != Soft {
		t.Errorf("sound %+v, want a soft alarm", got)
	}
}

// Zero is no part of a till, and looking at one begins with the key's own tone.
func TestEdgesOfAnInspection(t *testing.T) {
	s := inspecting(t)
	if got := s.owed.Sound.Tone; got != ToneKey {
		t.Errorf("it begins with ♪%v", got)
	}
	for k, want := range map[Key]Look{'0': 3, '1': 1, Key('0' + rune(Looks)): Looks, Key('1' + rune(Looks)): 3} {
		turn := s.begin()
		Inspection{Step: InspectDone, At: 3}.key(turn, k)
		if got := turn.Screen; k != '0' && want != 3 && got.(Inspection).At != want || (turn.owed.Sound.Tone == ToneRefuse) != (want == 3) {
			t.Errorf("key %c: %+v ♪%v", k, got, turn.owed.Sound.Tone)
		}
	}
}

// What was asked for goes on while it is loaded or being installed, and is over
// with any other news.
func TestAnUpdateThatIsNotThereAnyMore(t *testing.T) {
	for phase, want := range map[UpdatePhase]bool{UpdateLooking: false, UpdateNone: false, UpdateLoaded: true, UpdateInstalling: true, UpdateInstalled: true, UpdateRefused: false} {
		s := greetedTill(t)
		s.keys("m3+7")
		s.step(UpdateNews{Phase: UpdateLoaded, Runs: "v1", Version: "v2"})
		s.keys("\n")
		s.step(UpdateNews{Phase: phase, Runs: "v1", Version: "v2"})
		if got := s.Screen.(Updates).Asked; got != want {
			t.Errorf("phase %d: asked %t, want %t", phase, got, want)
		}
	}
}

// The news of updates come with the key's tone, and stay while somebody presses keys.
func TestUpdatesStayWhileInUse(t *testing.T) {
	s := greetedTill(t)
	s.keys("m3+7")
	if got := s.owed.Sound.Tone; got != ToneKey {
		t.Errorf("they come with ♪%v", got)
	}
	for range 3 {
		s.wait(menuFor - time.Second)
		s.keys("5")
		s.want("updates")
	}
	s.wait(menuFor)
	s.want("idle")
}
