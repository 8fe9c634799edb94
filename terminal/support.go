package terminal

import (
	"strconv"
	"strings"
	"time"
)

// support is what this till is and how it does: words and name=value, with spaces
// between them.
func (t *turn) support() string {
	words := []string{"kasir", t.Config.Device, t.Config.Version, "next=" + strconv.FormatInt(t.Book.Next, 10),
		"up=" + strconv.FormatInt(int64(t.now.Up/time.Hour), 10) + "h"}
	count := func(name string, n int) {
		if n > 0 {
			words = append(words, name+"="+strconv.Itoa(n))
		}
	}
	count("open", len(t.Book.Open))
	count("unseen", len(t.Book.Unseen))
	count("unsent", t.unsent())
	if why := t.trouble(); why != NoTrouble {
		words = append(words, "trouble="+string(why))
	}
	if t.lastError != "" {
		words = append(words, "last="+t.lastError)
	}
	for i, sign := range t.signs {
		if sign.Is == ShapeBad {
			words = append(words, "bad="+Look(i).String())
		}
	}
	if t.noKeypad {
		words = append(words, "no-keypad")
	}
	if t.noGlass {
		words = append(words, "no-glass")
	}
	return strings.Join(words, " ")
}
