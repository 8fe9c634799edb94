package terminal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// desk is the world around a running till, in memory: it notes in one list
// what reached it, so that the order can be checked.
type desk struct {
	notes   []string
	events  chan Event
	screens []string
	broken  error
	last    View
	stuck   bool // the disk answers only when the power goes
}

func (d *desk) Append(ctx context.Context, records []Record) error {
	if d.stuck {
		<-ctx.Done()
		return ctx.Err()
	}
	if d.broken != nil {
		return d.broken
	}
	for _, r := range records {
		d.notes = append(d.notes, "disk "+string(r.Kind))
	}
	return nil
}

func (d *desk) Call(c Call) { d.notes = append(d.notes, "call "+c.Verb.String()) }

func (d *desk) Play(s Sound, _ Lang) { d.notes = append(d.notes, "hear "+s.Tone.String()) }

func (d *desk) Show(v View) {
	d.last = v
	if name := v.Screen.Name(); len(d.screens) == 0 || d.screens[len(d.screens)-1] != name {
		d.screens = append(d.screens, name)
		d.notes = append(d.notes, "see "+name)
	}
}

func run(t *testing.T, play func(d *desk)) *desk { return runBook(t, Book{Next: 1}, play) }

func runBook(t *testing.T, b Book, play func(d *desk)) *desk {
	d := &desk{}
	synctest.Test(t, func(t *testing.T) {
		d.events = make(chan Event)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() {
			done <- Run(ctx, Config{Device: device}, b, Rooms{
				Events: d.events, Journal: d, Uplink: d, Glass: d, Speaker: d,
				Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
			})
		}()
		synctest.Wait()
		play(d)
		synctest.Wait()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("run ended with %v", err)
		}
	})
	return d
}

// The disk first, then the calls, then the ear, then the eye.
func TestRunKeepsTheOrderOfEffects(t *testing.T) {
	d := run(t, func(d *desk) {
		d.events <- Greeted{Next: 1}
		d.events <- Key('5')
		d.events <- KeyOK
		d.events <- pending(1, 5)
		d.events <- settled(1, 5)
		time.Sleep(settleGuard)
		d.events <- KeyOK
	})
	want := []string{
		"see idle", "call hello", "disk joined", "hear key", "see entering",
		"disk opened", "call open", "hear key", "see asking",
		"disk offered", "hear ready", "see offering",
		"disk settled", "hear paid", "see thanks",
		"disk acknowledged", "hear key", "see idle",
	}
	if !slices.Equal(d.notes, want) {
		t.Errorf("got  %q\nwant %q", d.notes, want)
	}
}

func TestRunWakesByItself(t *testing.T) {
	d := run(t, func(d *desk) {
		d.events <- Greeted{Next: 1}
		d.events <- Key('5')
		d.events <- KeyOK
		time.Sleep(offlineAfter)
	})
	if got, want := d.screens, []string{"idle", "entering", "asking", "offline"}; !slices.Equal(got, want) {
		t.Errorf("screens %q, want %q", got, want)
	}
}

func TestRunStopsSellingWhenTheDiskRefuses(t *testing.T) {
	d := run(t, func(d *desk) {
		d.events <- Greeted{Next: 1}
		d.events <- Key('5')
		d.broken = fmt.Errorf("append: no space left on device")
		d.events <- KeyOK
		d.events <- settled(1, 5)
	})
	if got, want := d.notes[len(d.notes)-2:], []string{"hear alarm", "see fault"}; !slices.Equal(got, want) {
		t.Errorf("in the end %q, want %q", got, want)
	}
	if slices.Contains(d.notes, "call open") {
		t.Error("a charge was sent that is not on the disk")
	}
}

func TestRunSaysWhatTheCardHas(t *testing.T) {
	d := run(t, func(d *desk) {
		d.broken = fmt.Errorf("append: %w", &Spoiled{What: FaultFull, Err: io.ErrShortWrite})
		d.events <- Greeted{Next: 1}
	})
	if got, want := d.last.Screen, Screen(Fault{What: FaultFull}); got != want {
		t.Errorf("the till shows %+v, want %+v", got, want)
	}
	if !errors.Is(d.broken, io.ErrShortWrite) || d.broken.Error() != "append: short write" {
		t.Errorf("the error is %v", d.broken)
	}
}

// A snapshot goes to the disk with what made it due, once.
func TestRunWritesASnapshotWhenIdle(t *testing.T) {
	d := runBook(t, Book{Next: 1, fresh: snapshotEvery}, func(d *desk) {
		d.events <- Greeted{Next: 1}
		d.events <- Greeted{Next: 9}
	})
	want := []string{"see idle", "disk snapshot", "call hello", "disk joined", "disk joined"}
	if !slices.Equal(d.notes, want) {
		t.Errorf("got  %q\nwant %q", d.notes, want)
	}
}

func TestRunSwitchedOffWhileItWrites(t *testing.T) {
	d := run(t, func(d *desk) {
		d.events <- Greeted{Next: 1}
		d.events <- Key('5')
		d.stuck = true
		d.events <- KeyOK
	})
	if got, want := d.notes[len(d.notes)-1], "see entering"; got != want {
		t.Errorf("last of all %q, want %q: what is not written has not happened", got, want)
	}
}

// headed is a journal that knows where it ends.
type headed struct {
	*desk
	proofs map[Kind]string
}

func (h headed) Append(ctx context.Context, records []Record) error {
	for _, r := range records {
		h.proofs[r.Kind] = r.Proof
	}
	return h.desk.Append(ctx, records)
}

func (headed) HeadHash() string { return "ab00cd" }

// What a technician keyed is handed over; the head of the journal is known to
// whatever is reckoned.
func TestRunHandsOverWhatItOwes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{events: make(chan Event)}
		j := headed{d, map[Kind]string{}}
		taken := make(wishes, 1)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() {
			done <- Run(ctx, Config{Device: device, Settable: true}, Book{Next: 1}, Rooms{
				Events: d.events, Journal: j, Uplink: d, Glass: d, Speaker: d, Setup: taken,
				Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
			})
		}()
		for _, k := range "m8\n\n\nm3+51234\n\n" {
			d.events <- Key(k)
		}
		if got := <-taken; len(got) != 1 || got[0] != (Wish{SetCode, "1234"}) {
			t.Errorf("handed over %v, want the code", got)
		}
		cancel()
		<-done
		if got := j.proofs[KindShiftClosed]; got != "ab00cd" {
			t.Errorf("the shift was closed at head %q", got)
		}
	})
}

// A chore is done when the step that it is of is over; a till without a mechanic
// goes on without one.
func TestRunHandsOverChores(t *testing.T) {
	for _, with := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			d, did := &desk{events: make(chan Event)}, make(chores, 1)
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error)
			rooms := Rooms{Events: d.events, Journal: d, Uplink: d, Glass: d, Speaker: d, Log: slog.New(slog.DiscardHandler)}
			if with {
				rooms.Mechanic = did
			}
			go func() { done <- Run(ctx, Config{Device: device}, Book{Next: 1}, rooms) }()
			for _, k := range "m3+6" {
				d.events <- Key(k)
			}
			synctest.Wait()
			if got := len(did); (got == 1) != with || d.last.Screen.Name() != "inspection" {
				t.Errorf("%d chores done, on %s", got, d.last.Screen.Name())
			}
			cancel()
			<-done
		})
	}
}

type chores chan Chore

func (c chores) Do(one Chore) { c <- one }

type wishes chan []Wish

func (w wishes) Take(all []Wish) { w <- all }

// A till without rooms for it hands nothing over; one with a printer prints what
// is paid.
func TestRunWithAndWithoutRooms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, printer := range []Printer{nil, make(papers, 1)} {
			d := &desk{events: make(chan Event)}
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error)
			go func() {
				done <- Run(ctx, Config{Device: device, Settable: true, Printer: true}, Book{Next: 1}, Rooms{
					Events: d.events, Journal: d, Uplink: d, Glass: d, Speaker: d, Printer: printer,
					Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
				})
			}()
			for _, e := range []Event{Greeted{Next: 1}, Key('5'), KeyOK, settled(1, 5)} {
				d.events <- e
			}
			time.Sleep(time.Second)
			for _, k := range "+\nm3+51234\n\n" {
				d.events <- Key(k)
			}
			synctest.Wait()
			if tech, ok := d.last.Screen.(Tech); !ok || !tech.Handed {
				t.Errorf("screen %+v, want the settings handed over to nobody", d.last.Screen)
			}
			if p, ok := printer.(papers); ok && (len(p) != 1 || (<-p).Order != id(1)) {
				t.Error("the slip was not printed")
			}
			cancel()
			<-done
		}
	})
}

type papers chan Slip

func (p papers) Print(s Slip) { p <- s }
