package office

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"kasir/backend/merchant"
)

// Kinds of papers, beside those of package merchant.
const (
	kindAccount merchant.Kind = "office-account" // by name; key: the digest of a link that was not used yet
	kindSession merchant.Kind = "office-session" // by the digest of its token; key: the account
	kindSeen    merchant.Kind = "office-seen"    // what a person said to an order's alarm, by order
)

// Role is what somebody may do.
type Role string

// Roles.
const (
	Owner Role = "owner" // sees and acts
	Clerk Role = "clerk" // sees
)

// Bounds of accounts.
const (
	maxAccounts = 200
	inviteLife  = 48 * time.Hour
	paperTime   = 20 * time.Second // for one paper
)

// Account is somebody who may use the page.
type Account struct {
	Name    string `json:"name"`
	Role    Role   `json:"role"`
	Removed bool   `json:"removed,omitempty"`
	// Epoch counts what ends all sessions: another password, a removal.
	Epoch   int64  `json:"epoch"`
	SinceMS int64  `json:"since_ms"` // Unix milliseconds
	Lang    string `json:"lang,omitempty"`
	Zone    string `json:"zone,omitempty"`

	Secret secret `json:"secret,omitzero"`
	Invite invite `json:"invite,omitzero"`
}

// invite is a link that makes a password, once.
type invite struct {
	Digest string `json:"digest,omitempty"`
	EndsMS int64  `json:"ends_ms,omitempty"`
}

// Errors of accounts that a caller decides on.
var (
	ErrName     = errors.New("a name is 2 to 32 small letters, digits, points, hyphens and underscores, and begins with a letter")
	ErrRole     = errors.New("a role is owner or clerk")
	ErrAccount  = errors.New("there is no such account")
	ErrLast     = errors.New("the last owner is not removed")
	ErrCrowd    = errors.New("there are too many accounts")
	errInvite   = errors.New("the link was used, or it ran out")
	errPassword = errors.New("the password is too short, or the first that anybody would try")
)

// validName reports whether an account may be called so.
func validName(name string) bool {
	if len(name) < 2 || len(name) > 32 || name[0] < 'a' || name[0] > 'z' {
		return false
	}
	return strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789._-") == ""
}

// Ready reports whether somebody can log in to it.
func (a Account) Ready() bool { return !a.Removed && len(a.Secret.Hash) > 0 }

// Invited reports whether its link can still be used.
func (a Account) Invited(now time.Time) bool {
	return !a.Removed && a.Invite.Digest != "" && now.UnixMilli() < a.Invite.EndsMS
}

// filed reads a paper's body into v; version 0 is a paper that is not there.
func (o *Office) filed(ctx context.Context, kind merchant.Kind, id string, v any) (version int64, err error) {
	p, ok, err := o.papers.Get(ctx, kind, id)
	if err != nil || !ok {
		return 0, err
	}
	if err := json.Unmarshal(p.Body, v); err != nil {
		return 0, fmt.Errorf("read %s: %w", kind, err)
	}
	return p.Version, nil
}

// file writes the next version of a paper. What is decided is written even when
// whoever asked has gone.
func (o *Office) file(ctx context.Context, p merchant.Paper, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("write %s: %w", p.Kind, err)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), paperTime)
	defer cancel()
	p.Version, p.Body, p.AtMS = p.Version+1, text, time.Now().UnixMilli()
	return o.papers.Put(ctx, p)
}

// change makes the next version of an account, again when somebody was faster.
func (o *Office) change(ctx context.Context, name string, to func(a *Account, there bool) error) (Account, error) {
	for range 5 {
		var a Account
		version, err := o.filed(ctx, kindAccount, name, &a)
		if err != nil {
			return Account{}, err
		}
		a.Name = name
		if err := to(&a, version > 0); err != nil {
			return Account{}, err
		}
		err = o.file(ctx, merchant.Paper{Kind: kindAccount, ID: name, Version: version, Key: a.Invite.Digest, Open: !a.Removed}, a)
		if !errors.Is(err, merchant.ErrStale) {
			return a, err
		}
	}
	return Account{}, fmt.Errorf("change account: %w", merchant.ErrStale)
}

// Accounts is everybody who may use the page, by name.
func (o *Office) Accounts(ctx context.Context) ([]Account, error) {
	papers, err := o.papers.Open(ctx, kindAccount, "", maxAccounts)
	if err != nil {
		return nil, fmt.Errorf("list accounts: %w", err)
	}
	out := make([]Account, len(papers))
	for i, p := range papers {
		if err := json.Unmarshal(p.Body, &out[i]); err != nil {
			return nil, fmt.Errorf("list accounts: %w", err)
		}
	}
	return out, nil
}

// Invite makes an account, or a new link for one that there is: whoever opens the
// path that is returned, within two days and once, chooses its password.
func (o *Office) Invite(ctx context.Context, name string, role Role) (path string, err error) {
	switch {
	case !validName(name):
		return "", ErrName
	case role != Owner && role != Clerk:
		return "", ErrRole
	}
	all, err := o.Accounts(ctx)
	if err != nil {
		return "", err
	}
	if len(all) >= maxAccounts {
		return "", ErrCrowd
	}
	link := token()
	_, err = o.change(ctx, name, func(a *Account, there bool) error {
		if !there || a.Removed {
			a.Removed, a.SinceMS, a.Secret = false, time.Now().UnixMilli(), secret{}
			a.Epoch++
		}
		if there && a.Role == Owner && role != Owner && lastOwner(all, name) {
			return ErrLast
		}
		a.Role, a.Invite = role, invite{digest(link), time.Now().Add(inviteLife).UnixMilli()}
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("invite %s: %w", name, err)
	}
	o.log.InfoContext(ctx, "account invited", "account", name, "role", string(role))
	return Prefix + "invite/" + link, nil
}

// lastOwner reports whether nobody else is an owner who can log in.
func lastOwner(all []Account, name string) bool {
	for _, a := range all {
		if a.Name != name && a.Role == Owner && a.Ready() {
			return false
		}
	}
	return true
}

// Remove takes an account away, and ends its sessions.
func (o *Office) Remove(ctx context.Context, name string) error {
	all, err := o.Accounts(ctx)
	if err != nil {
		return err
	}
	_, err = o.change(ctx, name, func(a *Account, there bool) error {
		switch {
		case !there || a.Removed:
			return ErrAccount
		case a.Role == Owner && a.Ready() && lastOwner(all, name):
			return ErrLast
		}
		a.Removed, a.Secret, a.Invite = true, secret{}, invite{}
		a.Epoch++
		return nil
	})
	if err != nil {
		return fmt.Errorf("remove %s: %w", name, err)
	}
	o.log.InfoContext(ctx, "account removed", "account", name)
	return nil
}

// invited is the account of a link that can still be used.
func (o *Office) invited(ctx context.Context, link string) (Account, error) {
	if len(link) != len(token()) {
		return Account{}, errInvite
	}
	papers, err := o.papers.Keyed(ctx, kindAccount, digest(link), "", 1)
	if err != nil || len(papers) == 0 {
		return Account{}, errors.Join(err, errInvite)
	}
	var a Account
	if err := json.Unmarshal(papers[0].Body, &a); err != nil {
		return a, fmt.Errorf("read account: %w", err)
	}
	if !a.Invited(time.Now()) {
		return a, errInvite
	}
	return a, nil
}

// setPassword gives an account a password and ends its sessions; admit says
// whether that may be, of the account as it is then.
func (o *Office) setPassword(ctx context.Context, name, password string, admit func(Account) error) (Account, error) {
	if !fitPassword(name, password) {
		return Account{}, errPassword
	}
	s, err := o.sealed(ctx, password)
	if err != nil {
		return Account{}, err
	}
	return o.change(ctx, name, func(a *Account, there bool) error {
		if !there || a.Removed {
			return ErrAccount
		}
		if err := admit(*a); err != nil {
			return err
		}
		a.Secret, a.Invite = s, invite{}
		a.Epoch++
		return nil
	})
}
