package provision

import (
	"fmt"
	"slices"
	"strings"
)

// Scrub is a kasir.txt without its secrets: their values, the values of lines
// that may be misspelt secrets, and remarks that name one are gone. Nothing is
// left of a file that cannot be read. It is its own fixed point.
func Scrub(text []byte) []byte {
	if readable(text) != "" {
		return []byte("# What was here could not be read, and may have held something secret.\n")
	}
	var out []string
	for _, line := range lines(text) {
		out = append(out, scrubLine(line))
	}
	return []byte(strings.Join(out, "\n"))
}

func scrubLine(line string) string {
	rest, remark := strings.CutPrefix(strings.TrimSpace(line), "#")
	if remark {
		rest = strings.TrimLeft(rest, "# \t")
	}
	name, value := split(rest)
	if name == "" || value == "" && !remark {
		if slices.ContainsFunc(entries, func(e entry) bool { return e.name == name }) || name == "" {
			return line
		}
		return "# a line that could not be understood was removed here"
	}
	for _, e := range entries {
		switch {
		case e.name == name && !e.secret && !tells(name, value):
			return line
		case e.name == name:
			return fmt.Sprintf("#%s was removed here; write it again if it changes", name)
		}
	}
	if remark && !nearSecret(line) {
		return line
	}
	return "# a line that could not be understood was removed here"
}

// tells reports whether the value of an entry that is no secret may hold one: an
// address with a password, or the wrong half of a key.
func tells(name, value string) bool {
	return name == "backend" && strings.Contains(value, "@") || name == "ssh-key" && checkSSHKey(value) != nil
}

// nearSecret reports whether a remark names something secret, perhaps misspelt.
func nearSecret(line string) bool {
	for _, word := range strings.FieldsFunc(strings.ToLower(line), func(r rune) bool { return strings.ContainsRune(" \t=:#\"'", r) }) {
		if strings.Contains(word, "pass") || strings.Contains(word, "sandi") || word == "psk" || word == "key" || word == "pin" {
			return true
		}
		for _, e := range entries {
			if e.secret && near(word, e.name) {
				return true
			}
		}
	}
	return false
}

// Report is kasir-report.txt: what came of a kasir.txt, for the person who wrote
// it. It ends lines as Windows does, because that is where it is read.
func Report(s Settings, problems []Problem, version string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", version)
	if len(problems) == 0 {
		fmt.Fprintf(&b, "OK: kasir.txt was taken. This till is %s, of %s, on the board %s.\n", s.Name, s.Backend, s.Board)
		b.WriteString("Passwords and codes were removed from the file, which is now called kasir-taken.txt.\n")
		switch s.SSHKey {
		case "":
		case NoSSHKey:
			b.WriteString("Nobody can log in any more.\n")
		default:
			b.WriteString("Whoever has the other half of the ssh-key can log in as root, as long as it is not taken back (ssh-key none).\n")
		}
	} else {
		b.WriteString("NOT TAKEN: nothing was changed on the till, because of kasir.txt:\n\n")
		for _, p := range problems {
			fmt.Fprintf(&b, "  %v\n", p)
		}
		b.WriteString("\nCorrect these and start the till again. Passwords and codes were removed from\nthe file and must be written again.\n")
	}
	return []byte(strings.ReplaceAll(b.String(), "\n", "\r\n"))
}
