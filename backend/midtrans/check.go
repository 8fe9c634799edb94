package midtrans

import (
	"fmt"
	"strings"
)

// ValidOrderID reports whether the provider would take id as an order id.
func ValidOrderID(id string) bool {
	if id == "" || len(id) > MaxOrderID {
		return false
	}
	for _, c := range []byte(id) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case strings.IndexByte("-_~.", c) >= 0:
		default:
			return false
		}
	}
	return true
}

// check finds what the provider would refuse, or worse, would not notice, and
// says it in the words of the fields.
func (r ChargeRequest) check() []string {
	var problems []string
	wrong := func(bad bool, format string, args ...any) {
		if bad {
			problems = append(problems, fmt.Sprintf(format, args...))
		}
	}
	limit := int64(MaxQRIS)
	if r.PaymentType == PaymentGoPay {
		limit = MaxGoPay
	}
	wrong(r.PaymentType != PaymentQRIS && r.PaymentType != PaymentGoPay, "payment_type %q is not qris or gopay", r.PaymentType)
	wrong(!ValidOrderID(r.OrderID), "order_id %.60q is not 1 to %d letters, digits, - _ ~ .", r.OrderID, MaxOrderID)
	wrong(dots(r.OrderID), "order_id %q cannot be asked about", r.OrderID)
	wrong(r.GrossAmount < 1 || r.GrossAmount > limit, "gross_amount %d is not in 1..%d", r.GrossAmount, limit)
	wrong(r.Acquirer != "" && r.PaymentType != PaymentQRIS, "acquirer is for qris only")
	wrong(r.GoPay != nil && r.PaymentType != PaymentGoPay, "gopay is for gopay only")
	wrong(len(r.IdempotencyKey) > MaxIdempotencyKey, "Idempotency-Key is longer than %d", MaxIdempotencyKey)
	wrong(!printable(r.IdempotencyKey), "Idempotency-Key has characters that do not belong in a header")
	for i, field := range []string{r.CustomField1, r.CustomField2, r.CustomField3} {
		wrong(len(field) > 255, "custom_field%d is longer than 255", i+1)
	}
	problems = append(problems, r.checkGoPay()...)
	return append(append(problems, checkItems(r.Items, r.GrossAmount)...), r.checkExpiry()...)
}

func (r ChargeRequest) checkGoPay() []string {
	g := r.GoPay
	if g == nil {
		return nil
	}
	var problems []string
	if g.CallbackURL != "" && !linkable(g.CallbackURL) {
		problems = append(problems, "gopay.callback_url is not a URL with a scheme")
	}
	if len(g.AccountID) > 255 || !printable(g.AccountID) || !printable(g.PaymentOptionToken) {
		problems = append(problems, "gopay.account_id or gopay.payment_option_token has characters that none has")
	}
	if g.PaymentOptionToken != "" && g.AccountID == "" {
		problems = append(problems, "gopay.payment_option_token without gopay.account_id")
	}
	return problems
}

func checkItems(items []Item, gross int64) []string {
	if len(items) == 0 {
		return nil
	}
	var problems []string
	var sum int64
	for i, item := range items {
		// Bounded factors keep the sum exact.
		if item.Quantity < 1 || item.Quantity > 1_000_000 || item.Price > MaxGoPay || item.Price < -MaxGoPay {
			return append(problems, fmt.Sprintf("item_details[%d] has an impossible price or quantity", i))
		}
		if item.Name == "" || len(item.Name) > 50 {
			problems = append(problems, fmt.Sprintf("item_details[%d].name is not 1 to 50 characters", i))
		}
		sum += item.Price * item.Quantity
	}
	if sum != gross {
		problems = append(problems, fmt.Sprintf("gross_amount %d is not the sum of item_details, %d", gross, sum))
	}
	return problems
}

func (r ChargeRequest) checkExpiry() []string {
	if r.CustomExpiry == nil {
		return nil
	}
	length, ok := r.CustomExpiry.Length()
	switch {
	case !ok:
		return []string{fmt.Sprintf("custom_expiry.unit %q is not second, minute, hour or day", r.CustomExpiry.Unit)}
	case length > MaxExpiry || r.CustomExpiry.Duration < 1 || r.CustomExpiry.OrderTime.IsZero() && length < MinExpiry:
		return []string{fmt.Sprintf("custom_expiry %v is not in %v..%v", length, MinExpiry, MaxExpiry)}
	}
	return nil
}

// dots reports a path segment that HTTP would take for a direction.
func dots(id string) bool { return id == "." || id == ".." }

func printable(s string) bool {
	for _, c := range []byte(s) {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return true
}
