package main

import (
	"flag"
	"fmt"
	"io"

	"kasir/backend/midtrans/sandbox"
)

// usage says everything there is to know before trying it.
func usage(f *flag.FlagSet, w io.Writer) {
	fmt.Fprint(w, `midtrans-sandbox is the payment provider on a port, without money.

  midtrans-sandbox -server-key SB-Mid-server-demo [flags]

Flags:
`)
	f.PrintDefaults()
	fmt.Fprintf(w, `
Pages for a browser, where nobody is asked who they are:
  /                  open orders, to pay them
  /sandbox/wallets   linked wallets, to unlink them or top them up
Links in the API's answers lead to the others: linking a wallet, its PIN for a
large charge, the wallet's app, and Snap. PIN %s, OTP %s.
In JSON: /sandbox/orders /sandbox/accounts /sandbox/faults /sandbox/magic

Telephone numbers (any other one has a wallet with Rp 1.000.000, unless
-known-phones-only):
`, sandbox.PIN, sandbox.OTP)
	for _, wallet := range sandbox.Wallets {
		fmt.Fprintf(w, "  +%-14s %s\n", wallet.Phone, wallet.Says)
	}
	fmt.Fprint(w, "\nAmounts that go wrong, in rupiah:\n")
	for _, m := range sandbox.Magic {
		fmt.Fprintf(w, "  %-6d %-20s %s\n", m.Amount, m.Fault.Kind, m.Says)
	}
	fmt.Fprint(w, `
Faults are armed with POST /sandbox/faults and a JSON array, for instance
  [{"kind":"drop-notification","order":"till-1-","state":"settlement","count":2}]
The kinds are those of the table above; the fields are order (a prefix), op,
state, count, after, delay, amount and text.
`)
}
