package backend

import (
	"net/http"
	"strconv"
	"strings"
)

// tongue is the language of a page for customers: "id" or "en". What matters most
// on it is said in the other one as well, since two people look at one phone.
type tongue struct{ Lang string }

// Say is a text in the page's language.
func (t tongue) Say(id, en string) string {
	if t.Lang == "en" {
		return en
	}
	return id
}

// Other is the language that the page is not in.
func (t tongue) Other() string { return t.Say("en", "id") }

// maxTongues is how many wishes of a browser are read.
const maxTongues = 16

// tongueOf is the language that a request asks for: by ?lang= of the link on the
// page, else by what the browser prefers (RFC 9110, 12.5.4), else Indonesian.
func tongueOf(r *http.Request) tongue {
	if l := r.URL.Query().Get("lang"); l == "id" || l == "en" {
		return tongue{l}
	}
	best, most := "id", 0.0
	for i, wish := range strings.Split(r.Header.Get("Accept-Language"), ",") {
		if i == maxTongues {
			break
		}
		name, rest, _ := strings.Cut(strings.TrimSpace(wish), ";")
		base, _, _ := strings.Cut(strings.ToLower(name), "-")
		known := map[string]string{"id": "id", "in": "id", "en": "en"}[base] // "in" is what Java calls Indonesian
		weight := 1.0
		if text, ok := strings.CutPrefix(strings.TrimSpace(rest), "q="); ok {
			var err error
			if weight, err = strconv.ParseFloat(text, 64); err != nil {
				continue
			}
		}
		if known != "" && weight > most && weight <= 1 {
			best, most = known, weight
		}
	}
	return tongue{best}
}
