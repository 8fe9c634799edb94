package cmd_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kasir/terminal"
)

// TestPowerCutAtEveryRecord plays the stories in testdata/cuts again and
// again, with a power cut of the till, or of the backend, at each of its
// records: just before it is on the disk, and just after, before anything
// that follows from it. Whatever is off is switched on again, the cashier
// goes on as well as may be, and does in the end what the screens say. Then
// nothing may be open, the books must agree, and every customer who has paid
// must be in them.
func TestPowerCutAtEveryRecord(t *testing.T) {
	files, err := filepath.Glob("testdata/cuts/*.play")
	if err != nil || len(files) == 0 {
		t.Fatalf("list stories: %d found, %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".play")
		for _, who := range []string{"till", "backend"} {
			t.Run(name+"/"+who, func(t *testing.T) {
				t.Parallel()
				p := readPlay(t, file)
				n := p.through(t, who, snare{skip: never})
				if n < 3 {
					t.Fatalf("the %s made %d records without a power cut, want a story", who, n)
				}
				for i := range n {
					p.through(t, who, snare{skip: i, before: true})
					p.through(t, who, snare{skip: i})
				}
			})
		}
	}
}

// never is more records than any story has.
const never = 1 << 30

// through plays the story with a trap for one of the programs, and is how many
// records that program made.
func (p playbook) through(t *testing.T, who string, n snare) (records int) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c := p.settings
		c.blind = true // pixels are the matter of TestPlays
		of := (*stage).tillTrap
		if who == "backend" {
			of = (*stage).bookTrap
		}
		c.arm = func(s *stage) { of(s).arm(n) }
		s := newStage(t, c)
		defer s.close()
		s.story.say("play", "the %s dies at record %d (before=%t)", who, n.skip, n.before)
		failed, err := s.goThrough(p.lines)
		if n.skip == never {
			err = errors.Join(err, failed) // without a power cut the story is as it is told
		}
		if err == nil {
			err = errors.Join(s.books(), s.nothingOpen(), s.broken())
		}
		if err != nil {
			t.Fatalf("%s, %s dies at record %d (before=%t): %v\n%s", p.file, who, n.skip, n.before, err, s.story)
		}
		records = of(s).count()
	})
	return records
}

// goThrough does what can be done of the lines, switches on what is off, and
// brings everything to an end. failed is what could not be done.
func (s *stage) goThrough(lines []line) (failed, err error) {
	for _, l := range lines {
		if err := s.power(); err != nil {
			return nil, err
		}
		s.story.say("play", "%s", l.text)
		if err := l.do(s); err != nil {
			s.story.say("play", "… not possible: %v", err)
			failed = errors.Join(failed, fmt.Errorf("%s: %w", l.text, err))
		}
		s.settle()
	}
	return failed, s.wrapUp()
}

// wrapUp is a fine day on which the cashier does what the screens say.
func (s *stage) wrapUp() error {
	s.shopNet.set(weather{})
	s.trunk.set(weather{})
	s.provider.Faults().Clear()
	for range patience {
		if err := s.power(); err != nil {
			return err
		}
		v, _ := s.glass.looks()
		if _, idle := v.Screen.(terminal.Idle); idle && s.nothingOpen() == nil && s.books() == nil {
			return nil
		}
		s.sleep(5 * time.Second)
		if err := s.obey(); err != nil {
			return err
		}
	}
	v, _ := s.glass.looks()
	return fmt.Errorf("it does not come to an end, the glass shows %s: %w", describe(v), errors.Join(s.nothingOpen(), s.books()))
}

// patience is how often the cashier looks, every five seconds, before a story
// is said never to end: the provider's second notification comes in time.
const patience = 100

// power switches on what is off, after a while.
func (s *stage) power() error {
	if s.till != nil && s.backend != nil {
		return nil
	}
	s.sleep(3 * time.Second)
	if s.backend == nil {
		if err := s.bootBackend(); err != nil {
			return err
		}
	}
	if s.till == nil {
		if err := s.bootTill(); err != nil {
			return err
		}
	}
	s.settle()
	return nil
}

// obey is a cashier who does what the screen says, and sells nothing new.
func (s *stage) obey() error {
	v, lit := s.glass.looks()
	if !lit {
		return nil
	}
	switch v.Screen.(type) {
	case terminal.Thanks, terminal.Late, terminal.Alarm, terminal.WalletLinked, terminal.LinkLeft, terminal.Unlinked:
		return s.key(terminal.KeyOK)
	case terminal.Offering, terminal.Ended, terminal.Denied, terminal.Entering, terminal.Offline,
		terminal.Verifying, terminal.LinkOffer, terminal.WalletRefused, terminal.UnlinkConfirm, terminal.Dialing, terminal.Menu, terminal.Confirming:
		return s.key(terminal.KeyClear)
	}
	return nil // what is being asked, or not known: wait
}
