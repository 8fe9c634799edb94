// Package midtrans speaks the payment provider's APIs: Core (charge, ask,
// cancel, expire, give back), pay accounts (link a wallet and charge it), Snap
// (pages to pay and link on) and subscriptions. It reads and verifies the
// notifications that come back. It imports nothing but the standard library; it
// knows neither what a charge may become (see backend/ledger) nor who is asking
// (see backend). The provider to test against is next door, in
// backend/midtrans/sandbox. README.md here says where each statement of the
// provider's documents is.
//
// # Three outcomes
//
// A call about money has three outcomes, not two:
//
//   - nil: the provider answered, and the Transaction is its word. A refused
//     payment is an answer too: Status "deny".
//   - *APIError: it is certain that the call did nothing. The request was
//     refused by the provider, or was never sent because it was malformed.
//   - *UnknownError (errors.Is ErrUnknown): the call may or may not have
//     worked. Ask with Status before doing anything that matters.
//
// The body's status_code decides; the HTTP status only counts when the body
// has none, and then only where a refusal is beyond doubt:
//
//	body status_code                     outcome
//	200 201 202 407 with a transaction   nil
//	200 201 202 407 without one          unknown (charge 202: a deny)
//	400..499                             APIError; channel code 900: unknown
//	3xx, 5xx, anything else              unknown, also inside HTTP 200
//
//	no status_code in the body           outcome
//	HTTP 429, any body                   APIError: the limiter stands before
//	                                     the API, nothing was done
//	HTTP 400 401 402 403 405 413 415
//	with a JSON object                   APIError
//	HTTP 202                             unknown: an earlier request with the
//	                                     same Idempotency-Key is still running
//	everything else                      unknown: HTML, 5xx, redirects, a
//	                                     gateway's 404, cut or oversized bodies
//
// Snap and subscriptions have no status code in any body. There the HTTP status
// counts beside a JSON object that reads like theirs: 200 and 201 with what was
// asked for are nil, 4xx with a complaint an APIError, the rest is unknown.
//
// # What arrives by itself
//
//	ParseNotification         a payment; signed, but not its state: ask with Status
//	ParseAccountNotification  a link; signed: ask with Account
//	ParseRecurring            a subscription; not signed: ask with ReadBack
//	CallbackOrder             a payer's phone comes back; proves nothing: ask with Status
//
// # Order ids
//
// The provider takes an order id once while it is pending or paid, and again
// after it was cancelled or has expired. What follows from that:
//
//   - A fresh order id for every attempt. Using one again is allowed by the
//     provider, and makes every question about it ambiguous.
//   - Facts are kept by Transaction.Key: a notification about the cancelled
//     first use of an order id says nothing about its second.
//   - All order ids of a merchant have the same length, or end a fixed number
//     of digits after a hyphen. A notification's signature covers order id,
//     status code and amount one after the other without a mark between them,
//     so that order "a-1" with 200100.00 and order "a-1200" with 100.00 have
//     the same one; with one length they cannot.
//   - A refusal as a duplicate is a reason to ask, not to try another id: the
//     first charge may be the one that the payer is looking at. See ChargeOnce.
//
// # Secrets
//
// The Server Key is held by the Client and goes into one header; it is in no
// error and no log line, and neither is a QR payload.
package midtrans
