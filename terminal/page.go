package terminal

import "strings"

// maxPage is the longest page address that is drawn, in characters: longer
// ones cannot be scanned from a small panel.
const maxPage = 300

// AttestPage says whether url may be drawn as a code for somebody's telephone:
// an https address in plain characters, whose host cannot be mistaken for
// another. Over http it is taken only from a provider that is not the real one.
func AttestPage(url string, sandbox bool) Mismatch {
	rest, ok := strings.CutPrefix(url, "https://")
	if !ok && sandbox {
		rest, ok = strings.CutPrefix(url, "http://")
	}
	if !ok || len(url) > maxPage {
		return MismatchPage
	}
	for _, c := range []byte(url) {
		if c <= ' ' || c > '~' || strings.IndexByte("\"'`\\<>^{|}", c) >= 0 {
			return MismatchPage
		}
	}
	host, _, _ := strings.Cut(rest, "/")
	if i := strings.IndexAny(host, "?#"); i >= 0 {
		host = host[:i]
	}
	name, port, ported := strings.Cut(host, ":")
	if !plainHost(name) || ported && !digits(port) {
		return MismatchPage
	}
	return NoMismatch
}

// plainHost reports a name or an IPv4 address. No user may stand before it:
// "https://midtrans.com@elsewhere/" reads like the wrong one of the two.
func plainHost(name string) bool {
	for _, c := range []byte(name) {
		plain := c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '.'
		if !plain {
			return false
		}
	}
	return name != "" && name[0] != '.' && name[0] != '-'
}
