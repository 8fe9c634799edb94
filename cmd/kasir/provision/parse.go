package provision

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"kasir/terminal"
)

const (
	maxFile  = 8 << 10 // bytes of a kasir.txt
	maxValue = 300     // bytes of a value; the longest is a key for ssh
)

// Problem is what is wrong with one line. It never holds a secret, nor anything
// that may be a secret in the wrong place.
type Problem struct {
	Line int    // from 1; 0: the file as a whole
	What string // what is wrong, and what to do
}

func (p Problem) String() string {
	if p.Line == 0 {
		return p.What
	}
	return fmt.Sprintf("line %d: %s", p.Line, p.What)
}

// entries are the lines that there are, in the order in which they are explained.
var entries = []entry{
	{"name", false, "give this till a name, for instance: name toko-1", func(s *Settings) *string { return &s.Name }, terminal.CheckDevice},
	{"backend", false, "where is the merchant's backend? For instance: backend https://kasir.toko.co.id", func(s *Settings) *string { return &s.Backend }, checkBackend},
	{"board", false, "which glass and keys are these? For instance: board lcd-2in8", func(s *Settings) *string { return &s.Board }, checkBoard},
	{"language", false, "", func(s *Settings) *string { return &s.Language }, oneOf("id", "en")},
	{"merchant", false, "", func(s *Settings) *string { return &s.Merchant }, checkText},
	{"zone", false, "", func(s *Settings) *string { return &s.Zone }, oneOf("wib", "wita", "wit")},
	{"update-window", false, "", func(s *Settings) *string { return &s.Window }, checkWindow},
	{"least", false, "", func(s *Settings) *string { return &s.Least }, checkAmount},
	{"most", false, "", func(s *Settings) *string { return &s.Most }, checkAmount},
	{"quick", false, "", func(s *Settings) *string { return &s.Quick }, checkQuick},
	{"code", true, "", func(s *Settings) *string { return &s.Code }, checkCode},
	{"wifi", false, "", func(s *Settings) *string { return &s.WiFi }, checkNetwork},
	{"wifi-password", true, "", func(s *Settings) *string { return &s.Password }, checkPassword},
	{"country", false, "", func(s *Settings) *string { return &s.Country }, checkCountry},
	{"ssh-key", false, "", func(s *Settings) *string { return &s.SSHKey }, checkSSHKey},
}

// Parse reads a kasir.txt. When there are problems the settings must not be used.
// boards names the board files there are; nil takes any name.
func Parse(text []byte, boards []string) (Settings, []Problem) {
	var s Settings
	if p := readable(text); p != "" {
		return s, []Problem{{0, p}}
	}
	var problems []Problem
	said := map[string]int{} // the line of each entry
	for i, line := range lines(text) {
		name, value := split(line)
		if name == "" {
			continue
		}
		n := i + 1
		if what := s.take(name, value, line, said, boards); what != "" {
			problems = append(problems, Problem{n, what})
		}
		if _, twice := said[name]; !twice {
			said[name] = n
		}
	}
	if p, none := s.unsaleable(said); none {
		problems = append(problems, p)
	}
	return s, append(problems, missing(said)...)
}

// take takes one line, and says what is wrong with it.
func (s *Settings) take(name, value, line string, said map[string]int, boards []string) string {
	i := slices.IndexFunc(entries, func(e entry) bool { return e.name == name })
	switch {
	case i < 0:
		return unknown(name, line)
	case said[name] > 0:
		return fmt.Sprintf("%s was said before, in line %d; keep one of them", name, said[name])
	case value == "":
		return fmt.Sprintf("%s has no value: write it behind the name, after a space", name)
	case len(value) > maxValue:
		return fmt.Sprintf("the value of %s is longer than %d characters", name, maxValue)
	case strings.ContainsFunc(value, func(r rune) bool { return !unicode.IsPrint(r) }):
		return fmt.Sprintf("the value of %s has a character that cannot be seen; type it again", name)
	}
	e := entries[i]
	if err := e.check(value); err != nil {
		return fmt.Sprintf("%s: %v", name, err)
	}
	if name == "board" && boards != nil && !slices.Contains(boards, value) {
		return fmt.Sprintf("board: there is no board %s; there are %s", value, strings.Join(boards, ", "))
	}
	*e.field(s) = value
	return ""
}

// missing says which lines there should be besides.
func missing(said map[string]int) []Problem {
	var problems []Problem
	for _, e := range entries {
		if e.must != "" && said[e.name] == 0 {
			problems = append(problems, Problem{0, fmt.Sprintf("%s is missing: %s", e.name, e.must)})
		}
	}
	switch {
	case said["wifi"] > 0 && said["wifi-password"] == 0:
		problems = append(problems, Problem{0, "wifi-password is missing: a till uses no network that is open to everybody"})
	case said["wifi"] == 0 && said["wifi-password"] > 0:
		problems = append(problems, Problem{said["wifi-password"], "there is a wifi-password and no wifi: what is the network called?"})
	}
	return problems
}

// readable says why a file is none that lines can be read from; "" when it is.
func readable(text []byte) string {
	switch {
	case len(text) > maxFile:
		return fmt.Sprintf("the file is larger than %d kB, so it is hardly a kasir.txt", maxFile>>10)
	case bytes.HasPrefix(text, []byte{0xff, 0xfe}) || bytes.HasPrefix(text, []byte{0xfe, 0xff}):
		return "the file was saved as Unicode (UTF-16); save it again as UTF-8 or ANSI"
	case bytes.HasPrefix(text, []byte("{\\rtf")) || bytes.HasPrefix(text, []byte("PK\x03\x04")):
		return "the file was saved by a word processor; save it again as plain text"
	case bytes.IndexByte(text, 0) >= 0:
		return "the file is damaged, or not a text; write it again"
	case !utf8.Valid(text):
		return "the file has letters in an encoding that is not UTF-8; save it again as UTF-8"
	case len(bytes.TrimSpace(text)) == 0:
		return "the file is empty; kasir.txt.example shows what belongs into it"
	}
	return ""
}

// lines splits as every editor ends lines, without a byte order mark.
func lines(text []byte) []string {
	s := strings.TrimPrefix(string(text), "\ufeff")
	return strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s), "\n")
}

// split is a line's name and value; both are "" for one that says nothing.
func split(line string) (name, value string) {
	line = strings.TrimSpace(line)
	if line == "" || line[0] == '#' {
		return "", ""
	}
	at := strings.IndexFunc(line, func(r rune) bool { return unicode.IsSpace(r) || r == '=' || r == ':' })
	if at < 0 {
		return strings.ToLower(line), ""
	}
	return strings.ToLower(line[:at]), strings.TrimSpace(strings.TrimLeft(line[at:], " \t=:"))
}

// unknown says what to do about a line that begins with no name there is. What
// stands there is not repeated: it may be a password.
func unknown(name, line string) string {
	for _, e := range entries {
		if near(name, e.name) {
			return fmt.Sprintf("there is no such name; did you mean %s?", e.name)
		}
	}
	if strings.HasPrefix(strings.TrimSpace(line), "//") || strings.HasPrefix(strings.TrimSpace(line), ";") {
		return "a remark begins with #"
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.name)
	}
	return "this line begins with no name there is; there are " + strings.Join(names, ", ")
}

// near reports whether a is b with a letter or two wrong, or written differently.
func near(a, b string) bool {
	plain := strings.NewReplacer("-", "", "_", "", ".", "")
	a, b = plain.Replace(a), plain.Replace(b)
	if a == b {
		return true
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)] <= min(2, len(b)/3)
}

func checkBackend(v string) error {
	u, err := url.Parse(v)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return fmt.Errorf("want an address like https://kasir.toko.co.id")
	case u.User != nil:
		return fmt.Errorf("leave out the name and password before @: there are none")
	case strings.HasSuffix(u.Hostname(), "example.com"):
		return fmt.Errorf("that is the address of the example; write that of the merchant")
	}
	return nil
}
