package backend

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"kasir/backend/merchant"
	"kasir/backend/reconcile"
	"kasir/backend/wire"
)

// Merchant is what the merchant's own programs are served with. The zero value
// serves none of them.
type Merchant struct {
	// Token is what their requests carry as "Authorization: Bearer TOKEN".
	// Empty: the paths under /v1/merchant are shut.
	Token string
	// Desk takes what is not a charge; it is needed with a Token.
	Desk *merchant.Desk
	// Papers is the shelf of the desk: the accounts are kept on it; nil: there
	// are none.
	Papers merchant.Shelf
	// Columns are names of a settlement file's columns, before the usual ones.
	Columns reconcile.Columns
	// PublicURL is where payers' phones reach this backend, for instance
	// https://shop.example; "": wallets do not send them back.
	PublicURL string
}

// MinToken is the shortest token, in bytes, that is taken: one that cannot be
// guessed by trying.
const MinToken = 16

// check says what is wrong with it.
func (m Merchant) check() error {
	switch u, err := url.Parse(m.PublicURL); {
	case m.Token != "" && m.Desk == nil:
		return errors.New("a merchant's token without a desk")
	case m.Token != "" && len(m.Token) < MinToken:
		return fmt.Errorf("a merchant's token of %d bytes, at least %d", len(m.Token), MinToken)
	case m.PublicURL == "":
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		return errors.New("the public URL is not a plain http or https URL")
	}
	return nil
}

// merchantTable is the paths of the merchant's programs, and of payers.
func (b *Backend) merchantTable() []route {
	return append([]route{
		{"/v1/merchant/charges/{order}", b.desk(methods{
			http.MethodPut: b.merchantOpen, http.MethodGet: b.merchantLook, http.MethodDelete: b.merchantCancel,
		}), b.admitMerchant},
		{"/v1/merchant/transactions", b.desk(methods{http.MethodGet: b.merchantSearch}), b.admitMerchant},
		{"/v1/merchant/transactions/{order}/refunds", b.desk(methods{http.MethodGet: b.merchantRefunds, http.MethodPost: b.merchantRefund}), b.admitMerchant},
		{"/v1/callback/gopay", methods{http.MethodGet: b.callback}, nil},
		{"/v1/openapi.json", methods{http.MethodGet: b.openAPI}, nil},
	}, slices.Concat(b.linkRoutes(), b.deviceRoutes(), b.snapRoutes(), b.subscriptionRoutes(), b.accountRoutes(), b.findingRoutes(), b.ownerRoutes())...)
}

// admitMerchant lets programs in that are on this machine and know the token.
func (b *Backend) admitMerchant(r *http.Request) error {
	if err := b.admitLocal(r); err != nil {
		return err
	}
	if b.o.Merchant.Token == "" {
		return &wire.Error{Code: wire.Forbidden, Message: "the merchant's paths are shut: the backend was started without a token for them"}
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	// Hashed, so that not even the length shows in the time it takes.
	want, got := sha256.Sum256([]byte(b.o.Merchant.Token)), sha256.Sum256([]byte(token))
	if subtle.ConstantTimeCompare(want[:], got[:]) != 1 || !strings.EqualFold(scheme, "Bearer") {
		return &wire.Error{Code: wire.Unauthorized, Message: "the token is missing or wrong"}
	}
	return nil
}

// admitWhere is admitMerchant for what needs something that not every backend has.
func (b *Backend) admitWhere(has func() bool, without string) func(*http.Request) error {
	return func(r *http.Request) error {
		if err := b.admitMerchant(r); err != nil {
			return err
		}
		if !has() {
			return &wire.Error{Code: wire.NotFound, Message: without}
		}
		return nil
	}
}

// desk logs why the desk could not work; whoever asked is told less.
func (b *Backend) desk(m methods) methods {
	out := make(methods, len(m))
	for method, h := range m {
		out[method] = func(r *http.Request) (any, error) {
			body, err := h(r)
			var e *wire.Error
			if err != nil && (!errors.As(err, &e) || e.Code == wire.Busy) && r.Context().Err() == nil {
				b.log.ErrorContext(r.Context(), "merchant's request not done", "method", r.Method, "path", loggable(r), "error", err)
			}
			return body, err
		}
	}
	return out
}

// readInto reads a bounded body of exactly one JSON value. A name that is not
// known is refused: in a request about money a slip of the pen is no detail.
func readInto(r *http.Request, v any) error {
	body, err := readBody(r, wire.MaxBody)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return &wire.Error{Code: wire.BadRequest, Message: "the body cannot be read: " + clip(err.Error(), maxWord)}
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return &wire.Error{Code: wire.BadRequest, Message: "something follows the body"}
	}
	return nil
}

// document is an answer that is not JSON of ours to write.
type document struct {
	status int
	kind   string // Content-Type
	text   []byte
	policy string // Content-Security-Policy of a page for people
}
