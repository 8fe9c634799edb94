package office

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"time"

	"kasir/backend/merchant"
)

// How long a session lasts: without anybody using it, and at most. A page that
// looks again by itself is nobody.
const (
	idleLife = time.Hour
	fullLife = 12 * time.Hour
	noteGap  = 5 * time.Minute // between two notes that it is used
)

// session is somebody's browser after a login. Times are Unix milliseconds.
type session struct {
	Account string `json:"account"`
	Epoch   int64  `json:"epoch"` // of the account, then
	SinceMS int64  `json:"since_ms"`
	UsedMS  int64  `json:"used_ms"`
	Ended   bool   `json:"ended,omitempty"`
}

// alive reports whether it may still be used.
func (s session) alive(now time.Time) bool {
	age, idle := now.UnixMilli()-s.SinceMS, now.UnixMilli()-s.UsedMS
	return !s.Ended && age >= 0 && age < fullLife.Milliseconds() && idle < idleLife.Milliseconds()
}

var errNoSession = errors.New("there is no session")

// begin makes a session and gives its token, which is kept nowhere.
func (o *Office) begin(ctx context.Context, a Account) (string, error) {
	t, now := token(), time.Now().UnixMilli()
	s := session{Account: a.Name, Epoch: a.Epoch, SinceMS: now, UsedMS: now}
	if err := o.file(ctx, merchant.Paper{Kind: kindSession, ID: digest(t), Key: a.Name}, s); err != nil {
		return "", fmt.Errorf("begin session: %w", err)
	}
	return t, nil
}

// resume is whose session a token is; watching says that nobody need be there.
func (o *Office) resume(ctx context.Context, t string, watching bool) (Account, error) {
	if len(t) != len(token()) {
		return Account{}, errNoSession
	}
	var s session
	version, err := o.filed(ctx, kindSession, digest(t), &s)
	if err != nil {
		return Account{}, fmt.Errorf("read session: %w", err)
	}
	now := time.Now()
	if version == 0 || !s.alive(now) {
		return Account{}, errNoSession
	}
	var a Account
	if _, err := o.filed(ctx, kindAccount, s.Account, &a); err != nil {
		return Account{}, fmt.Errorf("read account: %w", err)
	}
	if a.Removed || a.Epoch != s.Epoch {
		return Account{}, errNoSession
	}
	if !watching && now.UnixMilli()-s.UsedMS >= noteGap.Milliseconds() {
		s.UsedMS = now.UnixMilli()
		err := o.file(ctx, merchant.Paper{Kind: kindSession, ID: digest(t), Version: version, Key: s.Account}, s)
		if err != nil && !errors.Is(err, merchant.ErrStale) { // another request of it was faster
			return Account{}, fmt.Errorf("note session: %w", err)
		}
	}
	return a, nil
}

// end ends a session.
func (o *Office) end(ctx context.Context, t string) error {
	for range 5 {
		var s session
		version, err := o.filed(ctx, kindSession, digest(t), &s)
		if err != nil || version == 0 || s.Ended {
			return err
		}
		s.Ended = true
		err = o.file(ctx, merchant.Paper{Kind: kindSession, ID: digest(t), Version: version, Key: s.Account}, s)
		if !errors.Is(err, merchant.ErrStale) {
			return err
		}
	}
	return fmt.Errorf("end session: %w", merchant.ErrStale)
}

// seal of a form: only a page that was made for this token has it.
func formKey(token string) string {
	h := hmac.New(sha256.New, []byte(token))
	h.Write([]byte("kasir office form"))
	return hex.EncodeToString(h.Sum(nil))
}

// cookie names. Those of https have a prefix that browsers take from nobody but
// this very host, over TLS (RFC 6265bis, section 4.1.3).
const (
	sessionCookie = "kasir-session"
	gateCookie    = "kasir-gate" // of forms before there is a session
	langCookie    = "kasir-lang"
)

func cookieName(name string, secure bool) string {
	if secure {
		return "__Host-" + name
	}
	return name
}

// setCookie gives the browser a cookie until it closes, or for some time; an
// empty value takes it away.
func (v *visit) setCookie(name, value string, life time.Duration) {
	c := &http.Cookie{Name: cookieName(name, v.secure), Value: value, Path: "/", HttpOnly: true, Secure: v.secure, SameSite: http.SameSiteStrictMode}
	if life > 0 {
		c.MaxAge = int(life / time.Second)
	}
	if value == "" {
		c.MaxAge = -1
	}
	http.SetCookie(v.w, c)
}

func (v *visit) cookie(name string) string {
	c, err := v.r.Cookie(cookieName(name, v.secure))
	if err != nil {
		return ""
	}
	return c.Value
}
