package merchant

import (
	"context"
	"errors"

	"kasir/backend/midtrans"
	"kasir/backend/wire"
)

// SnapUser is how the wallet stands that a customer linked on a checkout page.
type SnapUser struct {
	State   wire.CustomerState `json:"state"`
	Phone   string             `json:"phone,omitempty"`   // masked
	Balance int64              `json:"balance,omitempty"` // rupiah, when the provider tells
}

// linkedUser is the paper: which pay account a customer has linked. It is filed
// under the derived user id; who that is, only the salt tells.
type linkedUser struct {
	Account string `json:"account"`
	Order   string `json:"order,omitempty"` // whose payment it was linked by
	Gone    bool   `json:"gone,omitempty"`  // unlinked
}

var errNoUser = &wire.Error{Code: wire.NotFound, Message: "this customer has linked no wallet on a checkout page"}

func (d *Desk) userOf(customer string) (midtrans.UserID, error) {
	if customer == "" || len(customer) > MaxCustomer {
		return midtrans.UserID{}, &wire.Error{Code: wire.BadRequest, Message: "customer is not 1 to 128 bytes"}
	}
	return midtrans.DeriveUserID(d.salt, customer)
}

// linkedOn keeps the account that was linked by an order's payment. The first
// settlement names it; it counts when it is for the user the page was made for,
// and the provider, asked for that user, names the same one.
func (d *Desk) linkedOn(ctx context.Context, s *sheet[snap], tx midtrans.Transaction) error {
	if s.Is.User == "" || s.Is.Linked || tx.Extra.UserID != s.Is.User || tx.Extra.AccountID == "" || !tx.Paid() {
		return nil
	}
	user, err := midtrans.StoredUserID(s.Is.User)
	if err != nil {
		return err
	}
	got, err := d.provider.SnapUser(ctx, user)
	if err != nil || got.AccountID != tx.Extra.AccountID || got.AccountStatus != midtrans.AccountEnabled {
		d.log.Warn("a link that was told cannot be read back", "order", s.Is.OrderID, "status", got.AccountStatus, "error", err)
		return nil
	}
	s.Is.Linked = true
	return d.keepUser(ctx, user, linkedUser{Account: got.AccountID, Order: s.Is.OrderID})
}

// keepUser writes down whose account is whose.
func (d *Desk) keepUser(ctx context.Context, user midtrans.UserID, is linkedUser) error {
	done, err := d.locks.take(ctx, "user "+user.String())
	if err != nil {
		return err
	}
	defer done()
	p, err := read[linkedUser](ctx, d.shelf, KindUser, user.String())
	if err != nil || p.there() && p.Is.Account == is.Account && p.Is.Gone == is.Gone {
		return err
	}
	p.Is = is
	return write(ctx, d.shelf, filing{kind: KindUser, id: user.String()}, &p)
}

// User is how the wallet of a customer stands, by the provider's word.
func (d *Desk) User(ctx context.Context, customer string) (SnapUser, error) {
	user, err := d.userOf(customer)
	if err != nil {
		return SnapUser{}, err
	}
	got, err := d.provider.SnapUser(ctx, user)
	if err != nil {
		return d.nobody(ctx, user, err)
	}
	out := SnapUser{State: wire.CustomerUnlinked}
	if got.AccountStatus == midtrans.AccountEnabled {
		out.State = wire.CustomerLinked
	}
	if got.PhoneNumber != "" {
		out.Phone = midtrans.MaskPhone(got.PhoneNumber)
	}
	if n, ok := got.Rupiah(); ok {
		out.Balance = int64(n)
	}
	if got.AccountID != "" && len(got.AccountID) <= maxURL {
		err = d.keepUser(ctx, user, linkedUser{Account: got.AccountID, Gone: out.State != wire.CustomerLinked})
	}
	return out, err
}

// nobody is the answer when the provider does not name a wallet: one that was
// linked once is unlinked now.
func (d *Desk) nobody(ctx context.Context, user midtrans.UserID, cause error) (SnapUser, error) {
	if !midtrans.IsNotFound(cause) {
		return SnapUser{}, errors.Join(&wire.Error{Code: wire.Busy, Message: "the provider does not say; nothing was decided, try again"}, cause)
	}
	p, err := read[linkedUser](ctx, d.shelf, KindUser, user.String())
	if err != nil {
		return SnapUser{}, err
	}
	if !p.there() {
		return SnapUser{}, errNoUser
	}
	return SnapUser{State: wire.CustomerUnlinked}, d.keepUser(ctx, user, linkedUser{Account: p.Is.Account, Order: p.Is.Order, Gone: true})
}

// UnlinkUser unlinks a customer's wallet. Doing it again is harmless.
func (d *Desk) UnlinkUser(ctx context.Context, customer string) (SnapUser, error) {
	user, err := d.userOf(customer)
	if err != nil {
		return SnapUser{}, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTime)
	defer cancel()
	if _, err = d.provider.SnapUnlink(ctx, user); err != nil && !midtrans.IsNotFound(err) {
		d.log.Warn("wallet not unlinked yet", "error", err)
	}
	return d.User(ctx, customer) // what it came to, the provider is asked
}

// AccountOf is the pay account of a customer's wallet, "" when none is linked.
func (d *Desk) AccountOf(ctx context.Context, customer string) (string, error) {
	user, err := d.userOf(customer)
	if err != nil {
		return "", err
	}
	p, err := read[linkedUser](ctx, d.shelf, KindUser, user.String())
	if err != nil || p.Is.Gone {
		return "", err
	}
	return p.Is.Account, nil
}
