package provision

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"kasir/cmd/kasir/update/window"
	"kasir/terminal"
)

// The examples of kasir.txt.example, which nobody can mean.
const (
	exampleCode     = "1234-5678-9012"
	examplePassword = "not this one"
)

// oneOf takes one of a few words.
func oneOf(words ...string) func(string) error {
	return func(v string) error {
		for _, w := range words {
			if v == w {
				return nil
			}
		}
		return fmt.Errorf("there are %s", strings.Join(words, ", "))
	}
}

// checkBoard takes the name of a board file, never a path: those that a card
// brings are looked for where the device keeps them.
func checkBoard(v string) error {
	for _, c := range []byte(v) {
		if c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			return errors.New("a board is called with small letters, digits and -")
		}
	}
	return nil
}

func checkWindow(v string) error {
	_, err := window.Parse(v)
	return err
}

func checkText(v string) error {
	if n := len([]rune(v)); n > 40 {
		return fmt.Errorf("%d letters are too many for the glass, at most 40", n)
	}
	return nil
}

// checkCode never repeats what it was given.
func checkCode(v string) error {
	if v == exampleCode {
		return errors.New("that is the code of the example; ask the merchant's backend for one")
	}
	digits := strings.NewReplacer("-", "", " ", "").Replace(v)
	if len(digits) != terminal.EnrolDigits || strings.Trim(digits, "0123456789") != "" {
		return fmt.Errorf("a code has %d digits", terminal.EnrolDigits)
	}
	return nil
}

func checkNetwork(v string) error {
	if len(v) > 32 {
		return errors.New("a network's name has 32 letters at most")
	}
	return nil
}

// checkPassword never repeats what it was given.
func checkPassword(v string) error {
	if v == examplePassword {
		return errors.New("that is the example; write the network's password")
	}
	for _, c := range []byte(v) {
		if c < ' ' || c > '~' {
			return errors.New("a network's password has only letters, digits and signs of an English keyboard")
		}
	}
	if len(v) < 8 || len(v) > 63 {
		return errors.New("a network's password has 8 to 63 characters")
	}
	return nil
}

func checkCountry(v string) error {
	if len(v) != 2 || v[0] < 'A' || v[0] > 'Z' || v[1] < 'A' || v[1] > 'Z' {
		return errors.New("want two capital letters, for instance ID")
	}
	return nil
}

// sshKinds are the keys that are taken: short ones, which every ssh of the last ten
// years has.
var sshKinds = []string{"ssh-ed25519", "ecdsa-sha2-nistp256"}

// checkSSHKey takes the line of a .pub file (RFC 4253, 6.6: the kind stands again in
// front of the key). Nothing before the kind is taken: it would be an option. It never
// repeats what it was given, which may be the wrong half.
func checkSSHKey(v string) error {
	if v == NoSSHKey {
		return nil
	}
	fields := strings.Fields(v)
	if !slices.Contains(sshKinds, fields[0]) || len(fields) < 2 {
		return fmt.Errorf("want the line of a .pub file that begins with %s, or %s", strings.Join(sshKinds, " or "), NoSSHKey)
	}
	key, err := base64.StdEncoding.DecodeString(fields[1])
	kind := binary.BigEndian.AppendUint32(nil, uint32(len(fields[0])))
	kind = append(kind, fields[0]...)
	if err != nil || !bytes.HasPrefix(key, kind) || len(key) < len(kind)+4+32 {
		return errors.New("the key is damaged; copy the whole line of the .pub file again")
	}
	return nil
}
