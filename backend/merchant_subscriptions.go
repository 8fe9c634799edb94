package backend

import (
	"net/http"
	"strconv"

	"kasir/backend/ledger"
	"kasir/backend/merchant"
	"kasir/backend/wire"
)

// merchantSubscribe has the provider charge a linked wallet by itself, or finds
// the subscription that was made under the name.
func (b *Backend) merchantSubscribe(r *http.Request) (any, error) {
	var in merchant.SubscriptionAsk
	if err := readInto(r, &in); err != nil {
		return nil, err
	}
	var account string
	var err error
	switch {
	case (in.Customer == "") == (in.SnapCustomer == ""):
		return nil, &wire.Error{Code: wire.BadRequest, Message: "a customer or a snap_customer is needed, and not both"}
	case in.Customer != "":
		account, err = b.chargeable(r.Context(), in.Customer)
	default:
		account, err = b.o.Merchant.Desk.AccountOf(r.Context(), in.SnapCustomer)
	}
	if err != nil {
		return nil, err
	}
	return b.o.Merchant.Desk.Subscribe(r.Context(), in, account)
}

func (b *Backend) merchantSubscriptions(r *http.Request) (any, error) {
	limit := defaultPage
	if text := r.URL.Query().Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > ledger.MaxSearch {
			return nil, &wire.Error{Code: wire.BadRequest, Message: "limit is not in 1..200"}
		}
		limit = n
	}
	return b.o.Merchant.Desk.Subscriptions(r.Context(), r.URL.Query().Get("after"), limit)
}

func (b *Backend) merchantSubscription(r *http.Request) (any, error) {
	return b.o.Merchant.Desk.SubscriptionOf(r.Context(), r.PathValue("name"))
}

func (b *Backend) merchantResubscribe(r *http.Request) (any, error) {
	var in merchant.SubscriptionChange
	if err := readInto(r, &in); err != nil {
		return nil, err
	}
	return b.o.Merchant.Desk.Want(r.Context(), r.PathValue("name"), merchant.WantUpdate, &in)
}

// want is a handler that wants something of a subscription.
func (b *Backend) want(what string) handler {
	return func(r *http.Request) (any, error) {
		return b.o.Merchant.Desk.Want(r.Context(), r.PathValue("name"), what, nil)
	}
}

func (b *Backend) subscriptionRoutes() []route {
	const path = "/v1/merchant/subscriptions"
	return []route{
		{path, b.desk(methods{http.MethodPost: b.merchantSubscribe, http.MethodGet: b.merchantSubscriptions}), b.admitMerchant},
		{path + "/{name}", b.desk(methods{http.MethodGet: b.merchantSubscription, http.MethodPatch: b.merchantResubscribe}), b.admitMerchant},
		{path + "/{name}/enable", b.desk(methods{http.MethodPost: b.want(merchant.WantEnable)}), b.admitMerchant},
		{path + "/{name}/disable", b.desk(methods{http.MethodPost: b.want(merchant.WantDisable)}), b.admitMerchant},
		{path + "/{name}/cancel", b.desk(methods{http.MethodPost: b.want(merchant.WantCancel)}), b.admitMerchant},
		{"/v1/notifications/midtrans/recurring", methods{http.MethodPost: b.recurring}, nil},
	}
}
