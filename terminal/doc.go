// Package terminal is what a till decides. A till is a value: every key, reply
// and timer is an Event, and Step turns a State and an Event into the next
// State and what the world now owes it. The fields of Effects stand in the
// order in which they are owed: what must be on disk, then what may be sent,
// then what may be heard. The screen is not an effect: it is the state.
//
// The rules that everything else serves:
//
//   - An order id is made and journaled before the network hears of it, and an
//     unanswered one is sent again, never replaced.
//   - Book.Apply is the only thing that changes the durable half, live and at
//     boot. Recovery is not a second program.
//   - Only a Told with the provider's own verdict ends a charge; a countdown
//     or a key only asks.
//   - LUNAS is drawn only from a settled record, that is from the journal.
//   - A code that a customer's phone fetched from the backend is such a word
//     too, while there is no network: made from the provider's settlement and a
//     key that only the two halves have, for one showing of one sale. The
//     backend is asked afterwards whether it agrees (see Confirming).
//   - Letting go is not forgetting: money that arrives after is a screen of
//     its own that a person must acknowledge.
//
// The package imports the standard library without net, os, database/sql and
// image, starts no goroutine but the one that calls Run, and asks nobody for
// the time: it is handed a Moment. Next room to visit: package display, which
// draws a View; uplink, keypad and speaker carry events in and effects out;
// store keeps the records.
package terminal
