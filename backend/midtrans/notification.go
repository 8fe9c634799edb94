package midtrans

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// MaxNotification bounds a notification's body, in bytes.
const MaxNotification = 64 << 10

// Notification is what the provider posts when a transaction changes. Only
// order id, status code and gross amount are signed, so even a genuine one can
// be an old one with another state written over it: it is a reason to ask with
// Client.Status, never a proof.
type Notification struct {
	Transaction
	SignatureKey string

	// The three signed texts, as they stand in the body.
	RawOrderID     string
	RawStatusCode  string
	RawGrossAmount string
}

// ParseNotification reads a notification about a payment. Unknown fields are
// passed over. A body that is too large, is not one JSON object, names a key
// twice (which of the two was signed?), or lacks an id, a state or a signed
// field is an error. The signature is not looked at: see Verify.
func ParseNotification(body []byte) (Notification, error) {
	if len(body) > MaxNotification {
		return Notification{}, fmt.Errorf("read notification: %d bytes, at most %d", len(body), MaxNotification)
	}
	if err := uniqueKeys(body); err != nil {
		return Notification{}, fmt.Errorf("read notification: %w", err)
	}
	var raw rawTransaction
	if err := json.Unmarshal(body, &raw); err != nil {
		return Notification{}, fmt.Errorf("read notification: %w", err)
	}
	for _, must := range []struct {
		name string
		text loose
	}{
		{"order_id", raw.OrderID}, {"transaction_id", raw.TransactionID}, {"status_code", raw.StatusCode},
		{"gross_amount", raw.GrossAmount}, {"transaction_status", raw.TransactionStatus}, {"signature_key", raw.SignatureKey},
	} {
		if must.text == "" {
			return Notification{}, fmt.Errorf("read notification: %s is missing", must.name)
		}
	}
	t, err := raw.transaction()
	if err != nil {
		return Notification{}, fmt.Errorf("read notification: %w", err)
	}
	return Notification{
		Transaction: t, SignatureKey: string(raw.SignatureKey),
		RawOrderID: string(raw.OrderID), RawStatusCode: string(raw.StatusCode), RawGrossAmount: string(raw.GrossAmount),
	}, nil
}

// MarshalJSON writes the notification as the provider does, with the signed
// texts as they were.
func (n Notification) MarshalJSON() ([]byte, error) {
	raw := n.raw()
	raw.SignatureKey = loose(n.SignatureKey)
	for _, signed := range []struct {
		to   *loose
		text string
	}{{&raw.OrderID, n.RawOrderID}, {&raw.StatusCode, n.RawStatusCode}, {&raw.GrossAmount, n.RawGrossAmount}} {
		if signed.text != "" {
			*signed.to = loose(signed.text)
		}
	}
	return json.Marshal(raw)
}

// UnmarshalJSON is ParseNotification for decoders.
func (n *Notification) UnmarshalJSON(b []byte) error {
	got, err := ParseNotification(b)
	if err != nil {
		return err
	}
	*n = got
	return nil
}

// Verify reports ErrSignature when the notification was not signed with key.
// It takes the same time wherever the difference is.
func (n Notification) Verify(key string) error {
	return verify(n.SignatureKey, Signature(n.RawOrderID, n.RawStatusCode, n.RawGrossAmount, key))
}

// maxDepth is deeper than any document of the provider's.
const maxDepth = 32

// uniqueKeys refuses a document that is not exactly one JSON object, or in
// which an object names a key twice. Letter case is no difference: the decoder
// would not see one either.
func uniqueKeys(body []byte) error {
	if !isObject(body) {
		return errors.New("not a JSON object")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := walk(d, 0); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the JSON object")
	}
	return nil
}

// walk reads one value and everything in it.
func walk(d *json.Decoder, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("nested deeper than %d", maxDepth)
	}
	token, err := d.Token()
	if err != nil {
		return err
	}
	open, ok := token.(json.Delim)
	if !ok {
		return nil
	}
	seen := make(map[string]bool)
	for d.More() {
		if open == '{' {
			key, err := d.Token()
			if err != nil {
				return err
			}
			name := strings.ToLower(strings.ToUpper(key.(string))) // folds what the decoder folds, the long s too
			if seen[name] {
				return fmt.Errorf("%.60q stands there twice", name)
			}
			seen[name] = true
		}
		if err := walk(d, depth+1); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}
