package backend

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"kasir/backend/ledger"
	"kasir/backend/merchant"
	"kasir/backend/midtrans"
	"kasir/backend/office"
	"kasir/backend/wire"
)

// openOffice makes the owner's page; there is none without a shelf for its
// accounts, or when the book has no reports.
func (b *Backend) openOffice() error {
	m := b.o.Merchant
	if _, ok := b.o.Book.(ledger.Reporter); !ok || m.Papers == nil || m.Desk == nil {
		return nil
	}
	var public *url.URL
	if m.PublicURL != "" {
		var err error
		if public, err = url.Parse(m.PublicURL); err != nil {
			return fmt.Errorf("read public URL: %w", err)
		}
	}
	o := office.Options{Papers: m.Papers, Book: b.o.Book, Shop: storefront{b}, Auditor: b.auditor, Columns: m.Columns,
		Devices: b.o.Devices, Public: public, Proxies: b.o.Proxies, Sandbox: b.o.Sandbox, Logger: b.log}
	if b.archive != nil {
		o.Journals = b.archive
	}
	var err error
	b.office, err = office.New(o)
	return err
}

// storefront is the shop as the owner's page asks for it.
type storefront struct{ b *Backend }

// Search is a page of all orders, newest first.
func (c storefront) Search(ctx context.Context, q ledger.Query, want wire.State) (merchant.Transactions, error) {
	if q.Order != "" && !searchable(q.Order) {
		return merchant.Transactions{}, nil
	}
	return c.b.search(ctx, q, want)
}

// maxOnline bounds how many orders of checkout pages and subscriptions are read
// for a day's sum.
const maxOnline = 25 * ledger.MaxSearch

// Online is what checkout pages and subscriptions took in a time.
func (c storefront) Online(ctx context.Context, fromMS, toMS int64) (s ledger.Sum, more bool, err error) {
	span := merchant.Span{FromMS: max(0, fromMS-longSpan.Milliseconds()), ToMS: toMS, Limit: ledger.MaxSearch}
	for n := 0; n < maxOnline; n += span.Limit {
		found, err := c.b.o.Merchant.Desk.Search(ctx, span)
		if err != nil {
			return s, false, err
		}
		for _, t := range found {
			if of := chargeOfDesk(t); of.Paid && of.SettledMS >= fromMS && of.SettledMS < toMS {
				s.Count++
				s.Paid += of.Taken
			}
		}
		if len(found) < span.Limit {
			return s, false, nil
		}
		last := found[len(found)-1]
		span.BeforeMS, span.BeforeOrder = last.AskedAt, last.OrderID
	}
	return s, true, nil
}

// Ask has the provider asked about an order.
func (c storefront) Ask(ctx context.Context, order string) error {
	_, err := c.b.ask(ctx, order)
	return c.told(ctx, err)
}

// Refund gives money back, once for every key.
func (c storefront) Refund(ctx context.Context, order string, ask merchant.RefundAsk) (merchant.Refund, error) {
	sale, err := c.b.saleOf(ctx, order)
	if err != nil {
		return merchant.Refund{}, c.told(ctx, err)
	}
	done, err := c.b.o.Merchant.Desk.Refund(ctx, sale, ask)
	return done, c.told(ctx, err)
}

// Refunds is what became of all refunds of an order.
func (c storefront) Refunds(ctx context.Context, order string) (merchant.Refunds, error) {
	return c.b.o.Merchant.Desk.Refunds(ctx, order)
}

// told is an error in the words of the protocol, which people have words for.
func (c storefront) told(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	no := refusalOf(err)
	if no.Code == wire.Busy || no.Code == wire.Internal {
		c.b.log.ErrorContext(ctx, "owner's request not done", "error", err)
	}
	return no
}

// Receipt is the address of an order's receipt, as a terminal's first one.
func (c storefront) Receipt(f ledger.Facts) string {
	if !c.b.confirms() || f.Journal == "" || !midtrans.ValidOrderID(f.Order) {
		return ""
	}
	of := wire.Receipt{Device: f.Device, Order: f.Order, Amount: f.Amount, Count: 1}
	return c.b.publicBase() + receiptPath + of.Token(c.b.confirmKey(f.Device, f.Journal))
}

// ownerRoutes is what an administrator's commands ask about who may use the
// owner's page.
func (b *Backend) ownerRoutes() []route {
	door := b.admitWhere(func() bool { return b.office != nil }, "this backend has no owner's page")
	return []route{
		{"/v1/merchant/owners", b.desk(methods{http.MethodGet: b.owners, http.MethodPost: b.inviteOwner}), door},
		{"/v1/merchant/owners/{name}", b.desk(methods{http.MethodDelete: b.removeOwner}), door},
	}
}

// owners is everybody who may use the owner's page.
func (b *Backend) owners(r *http.Request) (any, error) {
	all, err := b.office.Accounts(r.Context())
	if err != nil {
		return nil, b.unread(r.Context(), err)
	}
	return office.List(all), nil
}

// inviteOwner makes an account, and a link by which its password is chosen.
func (b *Backend) inviteOwner(r *http.Request) (any, error) {
	var in struct {
		Name string      `json:"name"`
		Role office.Role `json:"role"`
	}
	if err := readInto(r, &in); err != nil {
		return nil, err
	}
	path, err := b.office.Invite(r.Context(), in.Name, in.Role)
	if err != nil {
		return nil, refuseOwner(err)
	}
	base := b.publicBase()
	if !strings.HasPrefix(base, "https://") {
		base = "http://" + r.Host // of this very machine: nobody else is let in there
	}
	return office.Invitation{Name: in.Name, Role: in.Role, Link: base + path}, nil
}

func (b *Backend) removeOwner(r *http.Request) (any, error) {
	name := r.PathValue("name")
	if err := b.office.Remove(r.Context(), name); err != nil {
		return nil, refuseOwner(err)
	}
	return office.Gone{Name: name}, nil
}

// refuseOwner is an office's error in the words of the protocol.
func refuseOwner(err error) error {
	for no, code := range map[error]string{office.ErrName: wire.BadRequest, office.ErrRole: wire.BadRequest, office.ErrLast: wire.BadRequest,
		office.ErrCrowd: wire.TooMany, office.ErrAccount: wire.NotFound} {
		if errors.Is(err, no) {
			return &wire.Error{Code: code, Message: no.Error()}
		}
	}
	return err
}
