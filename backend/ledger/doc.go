// Package ledger decides what a charge may become. It is pure: Step takes a
// charge, a moment and an event, and returns the charge afterwards together
// with what is owed to the world, in the order in which it is owed.
//
//	Effects{Records, Calls, Wake}
//	  1. Records are made durable, all of them, in one transaction;
//	  2. Calls go to the provider;
//	  3. Wake: terminals are told that there is news.
//
// Charge.Apply is the only thing that changes the durable half of a charge,
// when it happens and when it is loaded again. The other half, what is in the
// air just now, is forgotten at a restart and made anew by the Resume event.
//
// Three rules carry everything here:
//
//   - Only the provider's own word ends a charge: a status that was read back,
//     or a refusal of the charge call itself. A notification, a deadline, a
//     cancel that was accepted are reasons to ask.
//   - States have ranks: asked and pending < denied, cancelled, expired <
//     settled. A lower rank never replaces a higher one, so the order in which
//     news arrives does not matter; money that arrives after the end wins.
//   - An unanswered charge call is unknown, never failed. It is looked for by
//     its order id; when the provider goes on not to know it, it is sent again
//     with the same order id and the same key, and only after AbsenceGrace of
//     that may a charge that is not wanted any more end by it.
//
// The package knows neither HTTP nor SQL nor the provider's JSON: it imports
// nothing but the standard library. Storage owes it what Book says (see
// ledger/sqlite, proven by ledger/booktest); package backend drives it.
package ledger
