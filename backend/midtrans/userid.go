package midtrans

import (
	"crypto/hmac"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
)

// MaxUserID is the longest user id Snap takes.
const MaxUserID = 255

// minSalt makes guessing the salt harder than guessing the customer.
const minSalt = 16

// UserID names a customer to Snap without telling who it is. One can only be
// derived, so that no e-mail address, phone number or database id is sent by
// mistake. Whoever knows it can look at the customer's balance: it stays
// between backend and provider.
type UserID struct{ text string }

// DeriveUserID makes the user id of a customer: the HMAC-SHA-512 of whatever
// identifies the customer at the merchant, keyed with a secret salt of at least
// 16 bytes, as 128 lower-case hexadecimal digits. The salt must be kept as long
// as links made with it are to be found again.
func DeriveUserID(salt []byte, customer string) (UserID, error) {
	if len(salt) < minSalt {
		return UserID{}, fmt.Errorf("derive user id: a salt of %d bytes, at least %d", len(salt), minSalt)
	}
	if customer == "" {
		return UserID{}, errors.New("derive user id: no customer")
	}
	mac := hmac.New(sha512.New, salt)
	mac.Write([]byte(customer))
	return UserID{hex.EncodeToString(mac.Sum(nil))}, nil
}

// StoredUserID reads back what String gave, from a book or from
// ExtraInfo.UserID. It takes nothing else: not a raw id.
func StoredUserID(text string) (UserID, error) {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != sha512.Size || hex.EncodeToString(b) != text {
		return UserID{}, errors.New("read user id: not one that was derived here")
	}
	return UserID{text}, nil
}

// String is the id as Snap knows it; "" for the zero UserID.
func (u UserID) String() string { return u.text }

// short is enough of it to find a log line again.
func (u UserID) short() string { return u.text[:min(8, len(u.text))] }

// MarshalJSON writes the id as a string.
func (u UserID) MarshalJSON() ([]byte, error) { return json.Marshal(u.text) }
