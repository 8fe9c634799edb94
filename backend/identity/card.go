package identity

import (
	"crypto/hmac"
	"errors"
	"time"
)

// Card is what is known of one device. Times are Unix milliseconds. It is stored
// as JSON: a name is never used again for another meaning.
type Card struct {
	Name    string `json:"name"`
	Revoked bool   `json:"revoked,omitempty"`
	Held    string `json:"held,omitempty"` // why it may make no new charges; "": it may
	// Key is the public key that is the device (Fingerprint); "" before enrolment
	// and after revocation. Coming is the key that a rotation gave it, until it
	// is used: before that the answer may have been lost on the way.
	Key    string `json:"key,omitempty"`
	Coming string `json:"coming,omitempty"`
	Rotate bool   `json:"rotate,omitempty"` // a new key is wanted
	Ends   int64  `json:"ends,omitempty"`   // of the newest certificate
	// Authority is the mark of who signed that; "" before there were marks.
	Authority string `json:"authority,omitempty"`
	Code      *Code  `json:"code,omitempty"` // the newest one

	Session string   `json:"session,omitempty"` // who spoke last
	Former  []Former `json:"former,omitempty"`  // who spoke before, newest last
	Journal string   `json:"journal,omitempty"` // of the last greeting
	Rows    int64    `json:"rows,omitempty"`    // and how long that journal was then
}

// Code is a way in, once. The code itself is not kept, only what is derived from it.
type Code struct {
	Key  []byte `json:"key"`
	Ends int64  `json:"ends"`
	Used string `json:"used,omitempty"` // the public key that came with it
}

// Former is a session that another one succeeded.
type Former struct {
	Session string `json:"session"`
	Ended   int64  `json:"ended"`
}

const (
	// maxFormer is how many lives are remembered; the clone of a card speaks
	// every few seconds, so it is noticed among the newest.
	maxFormer = 16
	// echo is how long what a program sent before it ended may still arrive.
	echo = 30 * time.Second
)

// Why a device is turned away.
var (
	ErrCode    = errors.New("the code is wrong, or it ran out")
	ErrUsed    = errors.New("another device enrolled with this code")
	ErrRevoked = errors.New("the certificate was taken back")
	ErrKey     = errors.New("the key is not that of the device")
)

// Why a device is held.
const (
	HeldSessions = "two tills speak with this certificate: its card was copied"
	HeldJournal  = "its journal is shorter than it was: an older copy was put back"
	HeldNumber   = "an order number was used twice, with two amounts"
)

// Invite gives the device a code; one that was given before is void.
func (c *Card) Invite(key []byte, ends time.Time) { c.Code = &Code{Key: key, Ends: ends.UnixMilli()} }

// Enrol makes key the device's, if whoever has it proved the code. The same key
// again, while the code lasts, is the answer that was lost; it changes nothing,
// and above all lifts nothing.
func (c *Card) Enrol(key string, proven func(code []byte) bool, now time.Time) (again bool, err error) {
	switch {
	case c.Code == nil || now.UnixMilli() >= c.Code.Ends || !proven(c.Code.Key):
		return false, ErrCode
	case c.Code.Used == "":
	case c.Code.Used != key || c.Key != key:
		return false, ErrUsed
	default:
		return true, nil
	}
	*c = Card{Name: c.Name, Key: key, Code: &Code{Key: c.Code.Key, Ends: c.Code.Ends, Used: key}, Journal: c.Journal, Rows: c.Rows}
	return false, nil
}

// Admit lets whoever holds key in, or says why not. changed is true when the key
// that was coming is the device's from now on.
func (c *Card) Admit(key string) (changed bool, err error) {
	switch {
	case c.Revoked:
		return false, ErrRevoked
	case key == "":
		return false, ErrKey
	case hmac.Equal([]byte(key), []byte(c.Key)):
		return false, nil
	case hmac.Equal([]byte(key), []byte(c.Coming)):
		c.Key, c.Coming, c.Rotate = key, "", false
		return true, nil
	}
	return false, ErrKey
}

// Renew says whether a certificate may be made for key; another one than the
// device's only when a rotation is wanted.
func (c *Card) Renew(key string) error {
	switch {
	case c.Revoked:
		return ErrRevoked
	case key == c.Key:
	case c.Rotate:
		c.Coming = key
	default:
		return ErrKey
	}
	return nil
}

// Speak notes a session. changed is false for the one that spoke last.
func (c *Card) Speak(session string, now time.Time) (changed bool) {
	if session == c.Session {
		return false
	}
	for i, f := range c.Former {
		if f.Session != session {
			continue
		}
		if c.Held != "" || now.UnixMilli()-f.Ended < echo.Milliseconds() {
			return false // known already, or an echo
		}
		c.Held = HeldSessions
		c.Former = append(c.Former[:i:i], c.Former[i+1:]...)
		break
	}
	if c.Session != "" {
		c.Former = append(c.Former, Former{c.Session, now.UnixMilli()})
		c.Former = c.Former[max(0, len(c.Former)-maxFormer):]
	}
	c.Session = session
	return true
}

// Greet notes how long the device's journal is. Another journal is no offence:
// cards are replaced.
func (c *Card) Greet(journal string, rows int64) (changed bool) {
	if journal == c.Journal && rows < c.Rows && c.Held == "" {
		c.Held = HeldJournal
		return true
	}
	if journal == c.Journal && rows <= c.Rows {
		return false
	}
	c.Journal, c.Rows = journal, rows
	return true
}

// Revoke shuts the device out until it is enrolled again.
func (c *Card) Revoke() {
	c.Revoked, c.Key, c.Coming, c.Rotate, c.Code = true, "", "", false, nil
}

// Lift ends a quarantine. What spoke before counts no more: whoever lifts it has
// taken one of the two away, and the other may be whichever.
func (c *Card) Lift() {
	c.Held, c.Former, c.Session, c.Journal, c.Rows = "", nil, "", "", 0
}
