package office

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"kasir/backend/ledger"
	"kasir/backend/reconcile"
)

//go:embed pages/*.html
var files embed.FS

//go:embed pages/style.css
var styleText []byte

// styleMark changes with the style, so that browsers may keep it.
var styleMark = func() string {
	sum := sha256.Sum256(styleText)
	return hex.EncodeToString(sum[:6])
}()

// templates are the pages by name, each with the frame that all have. They are made
// when the first is looked at: many a backend never shows one.
var templates = sync.OnceValue(func() map[string]*template.Template {
	out := map[string]*template.Template{}
	frame := template.Must(template.New("frame").Option("missingkey=error").Funcs(template.FuncMap{
		"rupiah": Rupiah, "number": grouped, "lower": strings.ToLower, "dict": dict,
	}).ParseFS(files, "pages/frame.html", "pages/parts.html"))
	names, err := files.ReadDir("pages")
	if err != nil {
		panic(err)
	}
	for _, f := range names {
		name, isPage := strings.CutSuffix(f.Name(), ".html")
		if isPage && name != "frame" && name != "parts" {
			out[name] = template.Must(template.Must(frame.Clone()).ParseFS(files, "pages/"+f.Name()))
		}
	}
	return out
})

// page is what a template is given.
type page struct {
	Title string // a name of words
	Live  string // where the page looks again by itself; "": it does not
	Data  any

	V    *visit // filled in by show, like what follows
	T    map[string]string
	Form string
	Self string
	Mark string
}

// liveEvery is how many seconds a page that looks again by itself waits.
const liveEvery = 15

// LiveEvery is that, for the page.
func (page) LiveEvery() int { return liveEvery }

// Lang is the language of the page.
func (p page) Lang() string { return p.V.lang }

// Who is the name of who is logged in, "" for nobody.
func (p page) Who() string { return p.V.who.Name }

// Role is what that person may do.
func (p page) Role() Role { return p.V.who.Role }

// Owner reports whether whoever looks may act.
func (p page) Owner() bool { return p.V.in && p.V.who.Role == Owner }

// Sandbox reports whether the money is not real.
func (p page) Sandbox() bool { return p.V.o.o.Sandbox }

// Note is what is said above the page, "" for nothing.
func (p page) Note() string { return p.V.note }

// Here reports whether a place of the menu is the one of this page.
func (p page) Here(path string) bool {
	return p.Self == path || path == Prefix+"sales" && strings.HasPrefix(p.Self, Prefix+"sale/")
}

// Tell is a word of a family: Tell "state" "settled".
func (p page) Tell(family string, word any) string {
	if text, ok := p.T[family+"_"+fmt.Sprint(word)]; ok {
		return text
	}
	return fmt.Sprint(word)
}

// Time is a moment of the day, in the zone of who looks.
func (p page) Time(ms int64) string {
	if ms == 0 {
		return "–"
	}
	return time.UnixMilli(ms).In(p.V.zone).Format("15:04")
}

// Moment is a day and a moment of it.
func (p page) Moment(ms int64) string {
	if ms == 0 {
		return "–"
	}
	return p.Day(ms) + " " + p.Time(ms)
}

// Day is a day.
func (p page) Day(ms int64) string {
	t := time.UnixMilli(ms).In(p.V.zone)
	months := strings.Fields(p.T["months"])
	return fmt.Sprintf("%d %s %d", t.Day(), months[t.Month()-1], t.Year())
}

// Last is the last day of a span of several, "" for one day.
func (p page) Last(s reconcile.Span) string {
	if s.ToMS-s.FromMS <= 24*ledger.HourMS {
		return ""
	}
	return p.Day(s.ToMS - 1)
}

// Sen is an amount that need not be whole rupiah.
func (page) Sen(s reconcile.Sen) string {
	text := Rupiah(int64(s) / 100)
	if rest := int64(s) % 100; rest != 0 {
		text += fmt.Sprintf(",%02d", max(rest, -rest))
	}
	return text
}

// Zones are the names of the time zones, from west to east.
func (page) Zones() []string { return []string{"wib", "wita", "wit"} }

// Ago is how long ago something was, roughly.
func (p page) Ago(ms int64) string {
	if ms == 0 {
		return p.T["never"]
	}
	d := time.Since(time.UnixMilli(ms))
	switch {
	case d < time.Minute:
		return p.T["ago_now"]
	case d < time.Hour:
		return fmt.Sprintf(p.T["ago_minutes"], int(d/time.Minute))
	case d < 48*time.Hour:
		return fmt.Sprintf(p.T["ago_hours"], int(d/time.Hour))
	}
	return fmt.Sprintf(p.T["ago_days"], int(d/(24*time.Hour)))
}

// dict makes a template's arguments of names and values.
func dict(pairs ...any) (map[string]any, error) {
	out := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("argument %d is no name", i)
		}
		out[name] = pairs[i+1]
	}
	return out, nil
}

// grouped writes a number as Indonesians do: 1.250.000.
func grouped(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "−", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "." + digits[i:]
	}
	return sign + digits
}

// Rupiah writes an amount as Indonesians do: Rp 1.250.000, in one piece.
func Rupiah(n int64) string { return "Rp\u00a0" + grouped(n) }

// show writes a page.
func (v *visit) show(status int, name string, p page) error {
	p.V, p.T, p.Self, p.Mark = v, words[v.lang], v.r.URL.Path, styleMark
	if v.token != "" {
		p.Form = formKey(v.token)
	}
	var text bytes.Buffer
	if err := templates()[name].ExecuteTemplate(&text, "frame", p); err != nil {
		return fmt.Errorf("write page %s: %w", name, err)
	}
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.w.Header().Set("Content-Language", v.lang)
	v.w.WriteHeader(status)
	_, err := v.w.Write(text.Bytes())
	if err != nil {
		v.o.log.DebugContext(v.r.Context(), "page not taken", "error", err)
	}
	return nil
}

// style is the one file that pages load.
func (o *Office) style(v *visit) error {
	v.w.Header().Set("Content-Type", "text/css; charset=utf-8")
	v.w.Header().Set("Cache-Control", "max-age=86400")
	http.ServeContent(v.w, v.r, "", time.Time{}, bytes.NewReader(styleText))
	return nil
}

// zones are the time zones of the country, whole hours from UTC and without
// summer time.
var zones = map[string]*time.Location{
	"wib":  time.FixedZone("WIB", 7*3600),
	"wita": time.FixedZone("WITA", 8*3600),
	"wit":  time.FixedZone("WIT", 9*3600),
}

// speak chooses the language of whoever has not said so in an account:
// Indonesian, unless the browser was told otherwise.
func (v *visit) speak() {
	if l := v.cookie(langCookie); words[l] != nil {
		v.lang = l
	}
}

// switched takes ?lang=en off an address and remembers it.
func (v *visit) switched() bool {
	q := v.r.URL.Query()
	l := q.Get("lang")
	if v.r.Method == http.MethodPost || words[l] == nil || !ours(v.r.URL.Path) {
		return false
	}
	v.setCookie(langCookie, l, 365*24*time.Hour)
	q.Del("lang")
	to := v.r.URL.Path
	if rest := q.Encode(); rest != "" {
		to += "?" + rest
	}
	if v.in && v.who.Lang != l {
		if _, err := v.o.change(v.r.Context(), v.who.Name, func(a *Account, _ bool) error { a.Lang = l; return nil }); err != nil {
			v.o.log.ErrorContext(v.r.Context(), "language not kept", "account", v.who.Name, "error", err)
		}
	}
	v.redirect(to)
	return true
}
