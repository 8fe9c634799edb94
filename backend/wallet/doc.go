// Package wallet decides what a linked wallet may become: from the attempt to
// link it, over its owner's agreement on a page of the provider's, to its end,
// whoever brings that about. It has the shape of package ledger: Step takes a
// wallet, a moment and an event, and returns the wallet afterwards and what is
// owed, Records durable first and then Calls; Wallet.Apply is the only thing
// that changes the durable half.
//
//	attempt   asked → waiting → linked | expired | failed
//	customer  → linked → unlinking → unlinked → linked ...
//
// One Wallet is one customer, with the latest attempt to link him. A newer
// attempt ends an older one; if the older one's page is used all the same, a
// notification tells, and the wallet is linked by it.
//
// Three rules carry everything here:
//
//   - Only an account that was read is linked, or is not any more. What a
//     notification says, or an unbinding that was accepted, are reasons to ask.
//   - Making a pay account is not idempotent, and an account that nobody
//     agrees to ends by itself: after an answer that was lost another is made,
//     a few times. That needs the telephone number, which is nowhere but in
//     memory, so an attempt that a restart finds unanswered has failed.
//   - Whoever wants to be unlinked is not charged from that moment, and the
//     provider is told until it says that it is so.
//
// The telephone number is in no record: a customer is known by CustomerID and
// the last four digits. The package imports nothing but the standard library.
// Storage owes it what Book says (see ledger/sqlite, proven by
// ledger/booktest); package backend drives it.
package wallet
