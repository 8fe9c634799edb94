package midtrans

import (
	"crypto/sha512"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"strings"
)

// ErrSignature says that a notification was not signed with our key. Whoever
// sent it, it is not a reason to do anything.
var ErrSignature = errors.New("signature does not match")

// Signature is what signs a notification about a transaction: lower-case hex
// SHA-512 over the four texts, one after the other, exactly as they stand in
// the notification (gross amount with its ".00", status code of that
// notification). Nothing else in the notification is covered by it.
func Signature(orderID, statusCode, grossAmount, key string) string {
	return digest(orderID, statusCode, grossAmount, key)
}

// AccountSignature signs a notification about a linked pay account.
func AccountSignature(accountID, accountStatus, statusCode, key string) string {
	return digest(accountID, accountStatus, statusCode, key)
}

func digest(parts ...string) string {
	sum := sha512.Sum512([]byte(strings.Join(parts, "")))
	return hex.EncodeToString(sum[:])
}

// verify compares in constant time; hexadecimal letters may be of either case.
func verify(got, want string) error {
	if subtle.ConstantTimeCompare([]byte(strings.ToLower(got)), []byte(want)) != 1 {
		return ErrSignature
	}
	return nil
}
