package terminal

import "time"

// letters are what a digit key types, pressed again and again: as on old
// telephones, small letters first.
var letters = [10]string{" 0", ".-/:@_1,?!#&%+*='\"()", "abc2ABC", "def3DEF", "ghi4GHI", "jkl5JKL", "mno6MNO", "pqrs7PQRS", "tuv8TUV", "wxyz9WXYZ"}

// nextLetter is how long a letter can be changed by the same key.
const nextLetter = 1200 * time.Millisecond

// maxTyped is the longest text that can be keyed, in characters.
const maxTyped = 63

// typing is a text being keyed on digits.
type typing struct {
	text string
	key  Key           // that typed the last letter; 0 when it stands
	turn int           // which of its letters
	at   time.Duration // when it was pressed (Moment.Up)
}

// press is the text after a digit; ok is false when there is no room.
func (t typing) press(k Key, now time.Duration) (after typing, ok bool) {
	d, _ := k.Digit()
	set := letters[d]
	if t.key == k && now-t.at < nextLetter {
		t.turn, t.at = (t.turn+1)%len(set), now
		t.text = t.text[:len(t.text)-1] + set[t.turn:t.turn+1]
		return t, true
	}
	if len(t.text) >= maxTyped {
		return t, false
	}
	return typing{text: t.text + set[:1], key: k, at: now}, true
}

// back takes the last letter away.
func (t typing) back() typing { return typing{text: t.text[:max(0, len(t.text)-1)]} }

// stand is the text with its last letter as it is.
func (t typing) stand() typing { return typing{text: t.text} }
