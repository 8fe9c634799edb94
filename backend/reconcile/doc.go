// Package reconcile compares what the provider says it paid out with what the
// backend believes was sold, order by order, and remembers what did not agree
// until a person has said why.
//
// A provider's settlement file is read whole or not at all (Read). Compare sets
// it against the charges of the same time and gives what matches, with the
// provider's fee and what is left, and a Mismatch for everything else: paid there
// and unknown or unpaid here, paid here and missing there, other amounts, the
// same money twice. A Case is a mismatch in the queue: it is closed by a person
// with a reason, or by a later file in which the money turned up, and is opened
// again when the figures change.
//
// Rupiah are whole, as everywhere. The provider's fee is a share of the amount
// and need not be: fees, and what is left after them, are counted in sen, a
// hundredth of a rupiah, and never rounded.
//
// The package is pure: it knows neither files nor databases nor the provider's
// API, and imports nothing but the standard library. Package backend feeds it and
// keeps its cases.
package reconcile
