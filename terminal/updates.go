package terminal

import "time"

// UpdatePhase is how it stands with an update.
type UpdatePhase uint8

// The phases.
const (
	UpdateLooking    UpdatePhase = iota // somebody is being asked
	UpdateNever                         // this till is not updated from here
	UpdateNone                          // there is none that is newer
	UpdateUnreached                     // whether there is one is not known: Why
	UpdateLoading                       // it is being fetched, as long as no sale is open
	UpdateLoaded                        // it can be installed
	UpdateInstalling                    // selling may go on
	UpdateInstalled                     // it begins with the next start
	UpdateRefused                       // the last one was no good, and there is no other
)

// UpdateNews is how it stands with updates of this device. It comes after a
// ChoreLook, and again whenever it is another.
type UpdateNews struct {
	Phase   UpdatePhase
	Runs    string // version of the system; "" when nobody knows
	Version string // of the update
	Why     Trouble
}

func (UpdateNews) event() {}

// Updates says which version runs and whether there is a newer one, and takes the
// wish to have it now. By itself the device takes it at its hour.
type Updates struct {
	News  UpdateNews
	Busy  bool // there is money without an outcome or unsent: no new start now; what is unseen takes the glass over
	Asked bool // somebody wants it now

	back Tech
}

// Name implements Screen.
func (Updates) Name() string { return "updates" }

// lookForUpdate asks how it stands.
func (t *turn) lookForUpdate(from Tech) {
	t.sound(ToneKey, 0)
	t.owed.Chores = append(t.owed.Chores, ChoreLook)
	t.show(Updates{back: from})
}

func (s Updates) key(t *turn, k Key) {
	t.since = t.now.Up
	t.sound(ToneKey, 0)
	switch phase := s.News.Phase; {
	case k == KeyClear || k == KeyBack || k == KeyMenu:
		t.show(s.back)
	case k != KeyOK || s.Asked || s.Busy:
		t.owed.Sound = Sound{Tone: ToneRefuse}
	case phase == UpdateLoaded || phase == UpdateInstalled:
		s.Asked = true
		t.owed.Chores = append(t.owed.Chores, ChoreUpdate)
		t.Screen = s
	case phase == UpdateNone || phase == UpdateUnreached || phase == UpdateRefused:
		s.News.Phase = UpdateLooking
		t.owed.Chores = append(t.owed.Chores, ChoreLook)
		t.Screen = s
	default:
		t.owed.Sound = Sound{Tone: ToneRefuse}
	}
}

// updated takes news of updates.
func (t *turn) updated(e UpdateNews) {
	s, ok := t.Screen.(Updates)
	if !ok {
		return
	}
	s.News = e
	s.Asked = s.Asked && e.Phase >= UpdateLoaded && e.Phase <= UpdateInstalled
	t.Screen = s
}

func (s Updates) pass(t *turn) {
	s.Busy = len(t.Book.Open) > 0 || t.unsent() > 0
	t.Screen = s
	t.closeMenu()
}

func (Updates) deadline(s State) (time.Duration, bool) { return s.since + menuFor, true }
