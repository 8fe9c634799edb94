package reconcile

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"
)

// Row is one movement of money: a payment, or one refund of it.
type Row struct {
	Order         string
	TransactionID string
	Till          string
	Act           Act   // Payment or Refund
	Amount        int64 // rupiah, what came; negative for what went back
	AtMS          int64 // Unix milliseconds
	Fee, Net      Sen   // of a payment that a settlement file has paid out
	PaidOut       bool  // Fee and Net are known
	Alarm         string
}

// Heading is the export's first line. Every amount stands in one row only, so that
// a column's sum is the truth: amount is what was taken less what was given
// back, net what the provider pays out. fee and net are empty until a settlement
// file has named them.
var Heading = []string{"order_id", "transaction_id", "till", "type", "time", "amount", "fee", "net", "alarm"}

// Export writes rows as CSV, as RFC 4180 has it. A text that a spreadsheet would
// run as a formula gets an apostrophe before it.
type Export struct {
	out  *csv.Writer
	zone *time.Location
}

// NewExport starts an export whose times are those of zone.
func NewExport(w io.Writer, zone *time.Location) (*Export, error) {
	e := &Export{out: csv.NewWriter(w), zone: zone}
	e.out.UseCRLF = true
	return e, e.out.Write(Heading)
}

// Add writes one row.
func (e *Export) Add(r Row) error {
	fee, net := "", ""
	if r.PaidOut {
		fee, net = r.Fee.String(), r.Net.String()
	}
	at := ""
	if r.AtMS > 0 {
		at = time.UnixMilli(r.AtMS).In(e.zone).Format("2006-01-02 15:04:05")
	}
	return e.out.Write([]string{harmless(r.Order), harmless(r.TransactionID), harmless(r.Till), string(r.Act), at,
		strconv.FormatInt(r.Amount, 10), fee, net, harmless(r.Alarm)})
}

// Close writes what is left, and says what went wrong.
func (e *Export) Close() error {
	e.out.Flush()
	return e.out.Error()
}

func harmless(s string) string {
	if s != "" && strings.ContainsAny(s[:1], "=+-@\t\r") {
		return "'" + s
	}
	return s
}
