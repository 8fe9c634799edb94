// Package midtrans speaks the payment provider's Core API: it charges, asks,
// cancels and expires, and reads and verifies the notifications that come
// back. It imports nothing but the standard library; it knows neither what a
// charge may become (see backend/ledger) nor who is asking (see backend). The
// provider to test against is next door, in backend/midtrans/sandbox.
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
// The Server Key is held by the Client and goes into one header; it is in no
// error and no log line, and neither is a QR payload.
package midtrans
