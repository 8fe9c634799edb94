package reconcile

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Columns are the names under which a settlement file's columns are found, for
// each several: the first one that the file has is taken. Letters' case, spaces,
// dashes and underscores do not matter. The provider has no published layout of
// its files, and lets a merchant choose their columns: the defaults are the names
// of its API's fields and those usual in such exports; a merchant whose file
// says otherwise adds to them.
type Columns struct {
	Order, TransactionID []string // at least one of the two must be there
	Amount               []string // must be there
	Fee, Net             []string // with one of them the other follows
	Act, Status, At      []string
}

// Default is the names that are looked for.
func Default() Columns {
	return Columns{
		Order:         []string{"order_id", "order", "merchant order id", "invoice"},
		TransactionID: []string{"transaction_id", "midtrans transaction id", "payment id"},
		Amount:        []string{"gross_amount", "transaction amount", "amount", "gross"},
		Fee:           []string{"fee", "mdr", "mdr amount", "total fee", "transaction fee", "fee amount", "biaya"},
		Net:           []string{"net_amount", "net", "settlement amount", "payout amount", "nett amount"},
		Act:           []string{"type", "transaction type", "record type"},
		Status:        []string{"transaction_status", "status"},
		At:            []string{"settlement_time", "settlement date", "transaction_time", "transaction date", "date", "time", "date & time"},
	}
}

// With is the columns with extra's names looked for first.
func (c Columns) With(extra Columns) Columns {
	return Columns{
		Order:         slices.Concat(extra.Order, c.Order),
		TransactionID: slices.Concat(extra.TransactionID, c.TransactionID),
		Amount:        slices.Concat(extra.Amount, c.Amount),
		Fee:           slices.Concat(extra.Fee, c.Fee),
		Net:           slices.Concat(extra.Net, c.Net),
		Act:           slices.Concat(extra.Act, c.Act),
		Status:        slices.Concat(extra.Status, c.Status),
		At:            slices.Concat(extra.At, c.At),
	}
}

// columns is where in a file what stands; -1 is nowhere.
type columns struct {
	order, tx, amount, fee, net, act, status, at int

	zone *time.Location
}

func (c Columns) find(header []string) (columns, error) {
	have := make([]string, len(header))
	for i, h := range header {
		have[i] = plain(h)
	}
	place := func(names []string) int {
		for _, n := range names {
			if i := slices.Index(have, plain(n)); i >= 0 {
				return i
			}
		}
		return -1
	}
	out := columns{order: place(c.Order), tx: place(c.TransactionID), amount: place(c.Amount), fee: place(c.Fee),
		net: place(c.Net), act: place(c.Act), status: place(c.Status), at: place(c.At)}
	if out.order < 0 && out.tx < 0 {
		return out, fmt.Errorf("its first line names neither an order id nor a transaction id: %s", short(strings.Join(header, " ")))
	}
	if out.amount < 0 {
		return out, errors.New("its first line names no amount")
	}
	for i, h := range have {
		if h != "" && slices.Contains(have[:i], h) && slices.Contains([]int{out.order, out.tx, out.amount, out.fee, out.net}, slices.Index(have, h)) {
			return out, fmt.Errorf("two columns are called %q", short(header[i]))
		}
	}
	return out, nil
}

// plain is a column's name without what people write differently.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '_', '-', '.', '\t', '(', ')', '\u00a0':
			return -1
		}
		return r
	}, strings.ToLower(s))
}

// line reads a row. counts is false for a transaction that took no money.
func (c columns) line(row []string, width int) (l Line, counts bool, err error) {
	if len(row) != width {
		return l, false, fmt.Errorf("has %d columns, the first line %d", len(row), width)
	}
	for i, cell := range row {
		if len(cell) > MaxCell {
			return l, false, fmt.Errorf("column %d is longer than %d bytes", i+1, MaxCell)
		}
	}
	l.Order, l.TransactionID, l.Status = cell(row, c.order), cell(row, c.tx), cell(row, c.status)
	l.Act, counts, err = act(cell(row, c.act), l.Status)
	if err != nil || !counts {
		return l, counts, err
	}
	if l.Order == "" && l.TransactionID == "" && l.Act != Other {
		return l, false, errors.New("has neither an order id nor a transaction id")
	}
	if err := c.sums(row, &l); err != nil {
		return l, false, err
	}
	l.AtMS, err = moment(cell(row, c.at), c.zone)
	return l, true, err
}

func cell(row []string, at int) string {
	if at < 0 {
		return ""
	}
	return strings.TrimSpace(row[at])
}

// sums reads the line's amounts. A refund may be written with or without a minus.
func (c columns) sums(row []string, l *Line) error {
	gross, err := ParseSen(cell(row, c.amount))
	if err != nil {
		return err
	}
	back := l.Act == Refund || l.Act == Chargeback
	if gross < 0 && l.Act == Payment {
		return fmt.Errorf("a payment of %s rupiah", gross)
	}
	if gross%100 != 0 {
		return fmt.Errorf("an amount of %s: rupiah are whole", gross)
	}
	fee, hasFee, err := optional(cell(row, c.fee))
	if err != nil {
		return err
	}
	net, hasNet, err := optional(cell(row, c.net))
	if err != nil {
		return err
	}
	if gross < 0 && back {
		gross, fee, net = -gross, -fee, -net
	}
	if back && !hasFee && hasNet && net < 0 { // the amount bare, what is taken off the payout with its minus
		net = -net
	}
	switch {
	case hasFee && !hasNet:
		net = gross - fee
	case hasNet && !hasFee:
		fee = gross - net
	case !hasFee && !hasNet:
		net = gross
	}
	l.Amount, l.Fee, l.Net = int64(gross/100), fee, net
	return nil
}

func optional(s string) (v Sen, there bool, err error) {
	if s == "" || s == "-" {
		return 0, false, nil
	}
	v, err = ParseSen(s)
	return v, true, err
}

// act is what a line is about, from its type and its status. A word that is not
// known is not passed over: it might be money.
func act(kind, status string) (a Act, counts bool, err error) {
	switch plain(status) {
	case "", "settlement", "settled", "success", "capture", "paid", "completed":
	case "refund", "partialrefund", "refunded":
		return Refund, true, nil
	case "chargeback", "partialchargeback":
		return Chargeback, true, nil
	case "pending", "expire", "expired", "cancel", "cancelled", "canceled", "deny", "denied", "failure", "failed", "authorize":
		return Other, false, nil
	default:
		return "", false, fmt.Errorf("its status is not known: %q", short(status))
	}
	switch plain(kind) {
	case "refund", "partialrefund", "void":
		return Refund, true, nil
	case "chargeback", "dispute":
		return Chargeback, true, nil
	case "fee", "adjustment", "withdrawal", "payout", "tax":
		return Other, true, nil
	}
	return Payment, true, nil // the type of most files is the way of payment: qris, gopay ...
}

var moments = []string{"2006-01-02 15:04:05", "2006-01-02T15:04:05", time.RFC3339, "2006-01-02 15:04", "02/01/2006 15:04:05", "02/01/2006 15:04",
	"02-01-2006 15:04:05", "2006-01-02 15:04:05 -0700", "02 Jan 2006 15:04:05", "02 Jan 2006, 15:04", "2006-01-02", "02/01/2006"}

func moment(s string, zone *time.Location) (int64, error) {
	if s == "" {
		return 0, nil
	}
	for _, form := range moments {
		if at, err := time.ParseInLocation(form, s, zone); err == nil {
			return at.UnixMilli(), nil
		}
	}
	return 0, fmt.Errorf("its time cannot be read: %q (year-month-day hour:minute:second)", short(s))
}
