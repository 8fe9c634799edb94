package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"kasir/backend/midtrans"
)

// Why a verb about a pay account did nothing, besides ErrState.
var (
	ErrNoAccount = errors.New("no such pay account")
	ErrSecret    = errors.New("wrong PIN or OTP")
)

// linkage is all that follows from an account becoming a: whoever unlinks it,
// the merchant is told. s.mu is held.
func (s *Sandbox) linkage(a account) entry {
	return entry{Account: &a, Letters: s.accountLetters(a)}
}

// accountLetters tells of a linking or an unlinking.
func (s *Sandbox) accountLetters(a account) []*letter {
	message := "Midtrans account_linked notification"
	if a.Status == midtrans.AccountDisabled {
		message = "Midtrans account_unlinked notification"
	}
	at := scene{order: a.ID, op: OpAccount, state: a.Status}
	return s.send(at, a.ID, s.accountURLs(), func() string {
		key := s.opts.ServerKey
		if _, forge := s.faults.take(at, ForgeNotification); forge {
			key = "not the " + key
		}
		code := accountCode[a.Status]
		body, _ := json.Marshal(midtrans.AccountNotification{ // strings
			AccountID: a.ID, MerchantID: s.merchant.id, PaymentType: midtrans.PaymentGoPay, StatusCode: code, Status: a.Status,
			Message: message, SignatureKey: midtrans.AccountSignature(a.ID, a.Status, code, key),
		})
		return string(body)
	})
}

func (s *Sandbox) accountURLs() []string {
	if s.opts.AccountNotifyURL != "" {
		return splitURLs(s.opts.AccountNotifyURL)
	}
	return splitURLs(s.opts.NotifyURL)
}

// Activate links a pending pay account, as its owner does with PIN and OTP. It
// wraps ErrNoAccount or ErrState when it does nothing, as the other three do.
func (s *Sandbox) Activate(account string) error {
	return s.reaccount(account, midtrans.AccountPending, midtrans.AccountEnabled)
}

// Refuse ends a pending pay account: its owner does not want to be linked.
func (s *Sandbox) Refuse(account string) error {
	return s.reaccount(account, midtrans.AccountPending, midtrans.AccountExpired)
}

// ExpireLink lets the activation links of a pending pay account run out now.
func (s *Sandbox) ExpireLink(account string) error { return s.Refuse(account) }

// Unlink unlinks a pay account, as its owner does in the wallet's app.
func (s *Sandbox) Unlink(account string) error {
	return s.reaccount(account, midtrans.AccountEnabled, midtrans.AccountDisabled)
}

// reaccount brings an account from one state to another. Only a link that came
// to be, or came to an end, is news to the merchant.
func (s *Sandbox) reaccount(id, from, to string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	kept := s.accounts.byID[id]
	switch {
	case kept == nil:
		return fmt.Errorf("find pay account %s: %w", clip(id), ErrNoAccount)
	case kept.Status != from:
		return fmt.Errorf("make pay account %s %s: it is %s: %w", id, to, kept.Status, ErrState)
	case from == midtrans.AccountPending && to == midtrans.AccountEnabled && !time.Now().Before(kept.Until):
		return fmt.Errorf("link pay account %s: its time is over: %w", id, ErrState)
	}
	a := *kept
	a.Status = to
	e := entry{Account: &a}
	if to != midtrans.AccountExpired {
		e = s.linkage(a)
	}
	if err := s.commit(e); err != nil {
		return err
	}
	s.log.Info("pay account changed", "account", a.ID, "status", a.Status)
	return nil
}

// secrets reports ErrSecret unless both are right.
func secrets(pin, otp string) error {
	if pin != PIN || otp != OTP {
		return ErrSecret
	}
	return nil
}

// lapse ends accounts whose links have run out and says when to come again.
// s.mu is held.
func (s *Sandbox) lapse(now time.Time) (next time.Time, any bool) {
	first, any := s.accounts.nextExpiry()
	if !any || first.After(now) {
		return first, any
	}
	for _, kept := range s.accounts.all {
		if kept.Status != midtrans.AccountPending || kept.Until.After(now) {
			continue
		}
		a := *kept
		a.Status = midtrans.AccountExpired
		if err := s.commit(entry{Account: &a}); err != nil {
			s.log.Error("expire pay account", "account", a.ID, "error", err)
			return now.Add(time.Second), true // the disk may recover
		}
	}
	return s.accounts.nextExpiry()
}
