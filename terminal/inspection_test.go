package terminal

import (
	"fmt"
	"strings"
	"testing"
)

const allKeys = "1234567890\ncbm+z"

// inspecting is a till whose technician has begun to look at it.
func inspecting(t *testing.T) *till {
	t.Helper()
	s := greetedTill(t)
	s.keys("m3+06")
	s.want("inspection")
	if fmt.Sprint(s.owed.Chores) != fmt.Sprint([]Chore{ChoreInspect}) || s.owed.Sound.Tone != ToneKey {
		t.Fatalf("owed %+v", s.owed)
	}
	return s
}

func found() (e Inspected) {
	for i := range e {
		e[i].Is = ShapeGood
	}
	e[LookDisk] = Sign{Is: ShapeBad, Figure: 3}
	return e
}

func shapes(s Inspection) (text string) {
	for _, sign := range s.Signs {
		text += fmt.Sprint(sign.Is)
	}
	return text
}

// TestInspection goes through all of it: everything works but the card.
func TestInspection(t *testing.T) {
	s := inspecting(t)
	s.step(found()) // before anybody is through with the keys
	s.keys("5")
	if s.owed.Sound.Tone != ToneRefuse || s.Screen.(Inspection).Step != InspectGlass {
		t.Errorf("%+v, %v", s.Screen, s.owed.Sound)
	}
	s.keys("\n" + allKeys[:len(allKeys)-1])
	if got := s.Screen.(Inspection); got.Step != InspectKeys || got.Signs[LookKeys].Is != ShapeUnknown {
		t.Errorf("%+v", got)
	}
	s.keys("z")
	if s.Screen.(Inspection).Step != InspectSound || s.owed.Sound.Tone != ToneReady {
		t.Errorf("%+v, %v", s.Screen, s.owed.Sound)
	}
	s.wait(betweenTone)
	if s.owed.Sound.Tone != ToneRefuse {
		t.Errorf("the second tone: %v", s.owed.Sound)
	}
	s.keys("5+")
	if s.owed.Sound.Tone != ToneReady {
		t.Errorf("again: %v", s.owed.Sound)
	}
	s.keys("\n")
	got := s.Screen.(Inspection)
	if got.Step != InspectDone || shapes(got) != "1111112" {
		t.Errorf("%+v", got)
	}
	s.keys("7")
	if got := s.Screen.(Inspection); got.At != LookDisk+1 || got.Signs[LookDisk].Figure != 3 {
		t.Errorf("%+v", got)
	}
	s.keys("0")
	if got := s.Screen.(Inspection); got.At != LookDisk+1 || s.owed.Sound.Tone != ToneRefuse {
		t.Errorf("there is no part 0: %+v, %v", got, s.owed.Sound)
	}
	s.keys("+")
	if got := s.Screen.(Inspection); got.At != 0 {
		t.Errorf("after the last come all: %+v", got)
	}
	s.keys("+8z\n")
	if got, ok := s.Screen.(Inspection); !ok || got.At != 0 {
		t.Errorf("%+v", s.Screen)
	}
	s.keys("\n")
	if got := s.Screen.(Tech); !got.More || !strings.HasSuffix(got.Support, " bad=disk") {
		t.Errorf("%+v", got)
	}
	s.step(found())
	s.want("tech")
	s.wait(menuFor)
	s.want("idle")
}

// TestInspectionFindsFault: what people say no to, and what nobody answers.
func TestInspectionFindsFault(t *testing.T) {
	s := inspecting(t)
	s.keys("c" + "1234567890\ncb") // enough, without M, + and 00
	s.wait(keyPause)
	if got := s.Screen.(Inspection); got.Step != InspectSound || got.Signs[LookKeys].Is != ShapeGood {
		t.Errorf("%+v", got)
	}
	s.keys("c1")
	if got := s.Screen.(Inspection); got.Step != InspectWait || s.owed.Sound.Tone != ToneRefuse {
		t.Errorf("%+v, %v", got, s.owed.Sound)
	}
	s.wait(inspectWait)
	if got := s.Screen.(Inspection); got.Step != InspectDone || shapes(got) != "2120000" {
		t.Errorf("%+v", got)
	}
	s.keys("b")
	s.want("tech")

	s = inspecting(t)
	s.step(Ailing{PartGlass, true})
	s.keys("\n1")
	s.wait(keyPause - 1)
	s.keys("2") // a new key is time for the next
	s.wait(keyPause - 1)
	if got := s.Screen.(Inspection); got.Step != InspectKeys {
		t.Errorf("%+v", got)
	}
	s.wait(1)
	if missing, enough := s.Screen.(Inspection).Pressed.Missing(); len(missing) != 14 || enough {
		t.Errorf("missing %q, enough %v", missing, enough)
	}
	s.keys("\nc") // and away, before the rest has answered
	s.want("tech")
	s.keys("6\n")
	s.wait(keyPause)
	s.keys("\n")
	if got := s.Screen.(Inspection); got.Signs[LookGlass].Is != ShapeBad || got.Signs[LookKeys].Is != ShapeBad || got.Signs[LookSpeaker].Is != ShapeGood {
		t.Errorf("%+v", got)
	}
}

// TestInspectionGivesWay: money that comes is shown, and a glass that nobody
// stands before goes back to selling.
func TestInspectionGivesWay(t *testing.T) {
	s := greetedTill(t)
	s.keys("25000\n")
	s.step(pending(1, 25_000))
	s.keys("c")
	s.wait(unsureAfter + settleGuard)
	s.keys("cm3+6")
	s.want("inspection")
	s.step(settled(1, 25_000))
	s.want("late")
	s = inspecting(t)
	s.wait(menuFor)
	s.want("idle")
}

func TestLookNames(t *testing.T) {
	var names []string
	for l := range Looks {
		names = append(names, l.String())
	}
	if got := strings.Join(names, " "); got != "glass keys speaker journal clock backend disk" {
		t.Errorf("got %q", got)
	}
	if p := Pressed(0).with('x'); p != 0 {
		t.Errorf("a key that no pad has: %b", p)
	}
}
