package office

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode/utf8"
)

// What passwords are stretched with, as OWASP has it for PBKDF2-HMAC-SHA-256:
// https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
const (
	fullRounds = 600_000
	saltBytes  = 16
	hashBytes  = 32

	minPassword = 10  // characters
	maxPassword = 200 // bytes
)

// secret is a password as it is kept.
type secret struct {
	Salt   []byte `json:"salt,omitempty"`
	Hash   []byte `json:"hash,omitempty"`
	Rounds int    `json:"rounds,omitempty"`
}

// seal makes a secret of a password.
func seal(password string, rounds int) (secret, error) {
	s := secret{Salt: make([]byte, saltBytes), Rounds: rounds}
	rand.Read(s.Salt) // it never fails; the process ends instead
	var err error
	if s.Hash, err = s.stretch(password); err != nil {
		return secret{}, fmt.Errorf("seal password: %w", err)
	}
	return s, nil
}

func (s secret) stretch(password string) ([]byte, error) {
	return pbkdf2.Key(sha256.New, password, s.Salt, s.Rounds, hashBytes)
}

// opens reports whether password is the one. A secret that is none takes as long
// as one that is, so that time does not tell which accounts there are.
func (s secret) opens(password string, rounds int) bool {
	there := len(s.Hash) == hashBytes && s.Rounds > 0
	if !there {
		s = secret{Salt: make([]byte, saltBytes), Hash: make([]byte, hashBytes), Rounds: rounds}
	}
	got, err := s.stretch(password)
	return subtle.ConstantTimeCompare(got, s.Hash) == 1 && err == nil && there
}

// common are the passwords of ten characters and more that are tried first.
var common = []string{"1234567890", "0123456789", "12345678910", "0987654321", "qwertyuiop", "password123", "password1234",
	"passwordku", "indonesia1", "indonesia123", "bismillah1", "bismillah123", "sayangku123", "alhamdulillah", "administrator", "admin12345", "kasir12345"}

// fitPassword reports whether somebody may have this password: long, and not the
// first that anybody tries.
func fitPassword(name, password string) bool {
	lower := strings.ToLower(password)
	if utf8.RuneCountInString(password) < minPassword || len(password) > maxPassword || !utf8.ValidString(password) {
		return false
	}
	for _, bad := range append(common, name, name+name) {
		if lower == bad {
			return false
		}
	}
	return strings.Trim(lower, lower[:1]) != "" && !strings.HasPrefix(lower, name+"123")
}

// token is 256 random bits as people's browsers carry them.
func token() string {
	raw := make([]byte, 32)
	rand.Read(raw)
	return base64.RawURLEncoding.EncodeToString(raw)
}

// digest is what is kept of a token.
func digest(token string) string {
	sum := sha256.Sum256([]byte("kasir office\x00" + token))
	return hex.EncodeToString(sum[:])
}
