package voice

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"kasir/terminal"
	"kasir/terminal/speaker/words"
)

// Rests between words, and at a breath. Words of one number follow each other
// closely; the amount stands apart, so that it is heard as one thing.
const (
	rest   = 20 * time.Millisecond
	breath = 220 * time.Millisecond
)

// Set is a voice for each language.
type Set [2]*Voice

// names are the files of the languages.
var names = [2]string{terminal.Indonesian: "id.wav", terminal.English: "en.wav"}

// Open reads both languages from a directory, and fails when one of them lacks
// a word that a sentence may need.
func Open(dir fs.FS) (s Set, err error) {
	for lang, name := range names {
		var v *Voice
		if v, err = openOne(dir, name); err == nil {
			err = v.knows(words.Vocabulary(terminal.Lang(lang)))
		}
		if err != nil {
			return Set{}, fmt.Errorf("open voice %s: %w", name, err)
		}
		s[lang] = v
	}
	return s, nil
}

func openOne(dir fs.FS, name string) (*Voice, error) {
	file, err := dir.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return Read(file)
}

// knows is an error for the words that have no recording.
func (v *Voice) knows(all []words.Unit) error {
	var errs []error
	for _, u := range all {
		if v.units[u] == nil {
			errs = append(errs, fmt.Errorf("there is no recording of %q", u))
		}
	}
	return errors.Join(errs...)
}

// Unit is one word's samples, as they were recorded; nil of a word that was not.
func (v *Voice) Unit(u words.Unit) []int16 { return decode(nil, v.units[u]) }

// Say is a sentence as samples: nothing when a word of it has no recording,
// because half an amount is worse than none.
func (s Set) Say(lang terminal.Lang, units []words.Unit) []int16 {
	v := s[lang]
	if v == nil {
		return nil
	}
	var pcm []int16
	for i, u := range units {
		if u == words.Pause {
			pcm = append(pcm, make([]int16, breath*Rate/time.Second)...)
			continue
		}
		if v.units[u] == nil {
			return nil
		}
		if i > 0 {
			pcm = append(pcm, make([]int16, rest*Rate/time.Second)...)
		}
		pcm = decode(pcm, v.units[u])
	}
	return pcm
}
