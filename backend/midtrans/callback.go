package midtrans

import (
	"errors"
	"fmt"
	"net/url"
)

// CallbackOrder reads the query with which a wallet's app sends the payer back
// to GoPayOptions.CallbackURL: order_id and result. It returns the order id to
// ask about with Client.Status, and nothing else: the query comes from the
// payer's own phone, and whoever can type can write result=success into it.
func CallbackOrder(query string) (string, error) {
	if len(query) > maxCallback {
		return "", fmt.Errorf("read callback: a query of %d bytes, at most %d", len(query), maxCallback)
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return "", errors.New("read callback: not a query")
	}
	ids := values["order_id"]
	if len(ids) != 1 || !ValidOrderID(ids[0]) || dots(ids[0]) {
		return "", errors.New("read callback: order_id is not there once, or is none")
	}
	return ids[0], nil
}

// maxCallback bounds a callback's query, in bytes.
const maxCallback = 2048
