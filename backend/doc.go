// Package backend is the merchant's side: it holds the Server Key, makes
// charges for terminals, hears the provider's notifications, asks until the
// provider's last word, and wakes the terminals that wait for it.
//
//	terminal ──HTTP──▶ handlers ──notes──▶ clerk ── 1. ledger.Book  (durable first)
//	provider ──HTTP──▶ handlers ──notes──▶   │  ├── 2. teller       (calls to the provider)
//	                                         │  └── 3. bells        (whoever waits)
//	                                   ledger.Step
//
// One goroutine, the clerk, owns every charge. Another, the registrar, owns
// every linked wallet in the same way, by wallet.Step and wallet.Book; a charge
// of one names its pay account, and never its telephone number. What comes in
// while the clerk is committing is decided together and committed together. A
// note that could not be committed has not happened: whoever sent it gets an
// error, and the charge is loaded again as after a restart.
//
// The merchant's own programs are served under /v1/merchant, with a token: the
// same charges and wallets, and what backend/merchant keeps on paper (refunds,
// checkout pages, subscriptions). Payers come back to /v1/callback/gopay, and
// open at /r/{token} the receipt that a terminal without a network shows.
//
// Everything comes through a gate, which names each request and slows down whoever
// asks too often. Terminals' journals are kept as copies (backend/archive), and
// held against what was sent before.
//
// The package serves the paths of backend/wire, POST /v1/notifications/midtrans
// for payments, the same with /account for linked wallets and /recurring for
// subscriptions, and GET /healthz and /readyz; openapi.json, which it serves too, describes
// every one of them. It decides nothing about charges (backend/ledger does),
// wallets (backend/wallet) or papers (backend/merchant), knows no SQL
// (ledger/sqlite, merchant/shelf) and none of the provider's JSON
// (backend/midtrans). It is never part of a device.
package backend
