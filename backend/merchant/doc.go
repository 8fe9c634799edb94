// Package merchant is what a merchant's own programs ask of the backend beside
// a till's charges: which way a charge is to be paid, refunds, the provider's
// checkout pages and the wallets linked on them, and subscriptions.
//
// Every request is a paper on a Shelf: durable before the provider hears of it,
// changed only by what the provider was read to say, and kept for ever. What
// went unanswered is asked about, not assumed; what can be repeated safely is
// repeated with the same key, by Desk.Run, until its fate is known.
//
// The package speaks of money in whole rupiah and of people by derived ids: the
// merchant's own name for a customer is hashed before it is written anywhere.
// It knows the provider's client (backend/midtrans) and the refusals of the
// protocol (backend/wire), and neither HTTP routes nor SQL nor what a till's
// charge may become. Next rooms: package backend, which serves it, and
// merchant/shelf, which keeps its papers.
package merchant
