package text

import (
	"strings"
	"unicode/utf8"
)

// Set holds the faces that were used, each made once. It is for one goroutine.
type Set struct {
	faces map[key]*Face
}

type key struct {
	w  Weight
	px int
}

// NewSet is a set without faces.
func NewSet() *Set { return &Set{faces: make(map[key]*Face)} }

// Face is the largest face of the type scale that is not above px, or the
// smallest there is.
func (s *Set) Face(w Weight, px int) *Face {
	k := key{w, Sizes[0]}
	for _, size := range Sizes {
		if size <= px {
			k.px = size
		}
	}
	f := s.faces[k]
	if f == nil {
		f = newFace(w, k.px)
		s.faces[k] = f
	}
	return f
}

// Fit is the largest face between least and most px in which str is at most
// width wide and height high; nil when there is none.
func (s *Set) Fit(w Weight, str string, width, height, least, most int) *Face {
	for i := len(Sizes) - 1; i >= 0; i-- {
		if Sizes[i] > most || Sizes[i] < least {
			continue
		}
		if f := s.Face(w, Sizes[i]); f.Height() <= height && f.Width(str) <= width {
			return f
		}
	}
	return nil
}

// Wrap breaks a text at its spaces into lines of at most width. A word wider
// than that is broken anywhere. No-break spaces do not break.
func (f *Face) Wrap(s string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.SplitSeq(s, " ") {
		if word == "" {
			continue
		}
		if joined := strings.TrimPrefix(line+" "+word, " "); f.Width(joined) <= width {
			line = joined
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for f.Width(word) > width && utf8.RuneCountInString(word) > 1 {
			head := f.head(word, width)
			lines = append(lines, head)
			word = word[len(head):]
		}
		line = word
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// Balance is Wrap with lines of about the same length: as many as Wrap makes,
// and as narrow as that allows.
func (f *Face) Balance(s string, width int) []string {
	lines := f.Wrap(s, width)
	if len(lines) < 2 {
		return lines
	}
	low, high := width/2, width // at low it takes more lines, or breaks a word
	for word := range strings.SplitSeq(s, " ") {
		low = max(low, min(f.Width(word), width)-1)
	}
	for high-low > 1 {
		middle := (low + high) / 2
		if tried := f.Wrap(s, middle); len(tried) == len(lines) {
			lines, high = tried, middle
		} else {
			low = middle
		}
	}
	return lines
}

// head is as much of s as fits, one character at least.
func (f *Face) head(s string, width int) string {
	end := 0
	for i, r := range s {
		next := i + utf8.RuneLen(r)
		if r == utf8.RuneError {
			next = i + 1
			for next < len(s) && !utf8.RuneStart(s[next]) {
				next++
			}
		}
		if end > 0 && f.Width(s[:next]) > width {
			break
		}
		end = next
	}
	return s[:end]
}

// Shorten is s, or as much of it as fits with an ellipsis to say so.
func (f *Face) Shorten(s string, width int) string {
	if f.Width(s) <= width {
		return s
	}
	const more = "…"
	if f.Width(more) > width {
		return ""
	}
	cut := s
	for cut != "" {
		_, size := utf8.DecodeLastRuneInString(cut)
		cut = cut[:len(cut)-size]
		if short := strings.TrimRight(cut, " ") + more; f.Width(short) <= width {
			return short
		}
	}
	return more
}
