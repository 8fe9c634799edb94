package backend

import (
	"net/http"

	"kasir/backend/merchant"
	"kasir/backend/wire"
)

// merchantLink begins to link the wallet with a number, or finds the attempt
// that was begun under this id; what a terminal does with PUT.
func (b *Backend) merchantLink(r *http.Request) (any, error) {
	var in merchant.LinkAsk
	if err := readInto(r, &in); err != nil {
		return nil, err
	}
	phone, err := parsePhone(in.Phone)
	if err != nil {
		return nil, err
	}
	return b.linkPhone(r, in.LinkID, merchantJournal, phone)
}

// merchantFind is which customer has a number.
func (b *Backend) merchantFind(r *http.Request) (any, error) {
	var in wire.Find
	if err := readInto(r, &in); err != nil {
		return nil, err
	}
	phone, err := parsePhone(in.Phone)
	if err != nil {
		return nil, err
	}
	return b.findCustomer(r.Context(), phone)
}

// linkRoutes are the merchant's paths about linked wallets. Looking at an
// attempt or a customer, and unlinking one, is what a terminal does, with
// another door.
func (b *Backend) linkRoutes() []route {
	return []route{
		{"/v1/merchant/links", b.desk(methods{http.MethodPost: b.merchantLink}), b.admitMerchant},
		{"/v1/merchant/links/{link}", b.desk(methods{http.MethodGet: b.getLink}), b.admitMerchant},
		{"/v1/merchant/customers", b.desk(methods{http.MethodPost: b.merchantFind}), b.admitMerchant},
		{"/v1/merchant/customers/{customer}", b.desk(methods{http.MethodGet: b.getCustomer, http.MethodDelete: b.unlink}), b.admitMerchant},
	}
}
