// Package uplink carries a till's questions to the merchant's backend and
// brings back its news. It speaks HTTP in the words of backend/wire and
// translates them into the events of package terminal; it decides nothing
// about a sale, keeps nothing on disk, and knows no screen.
//
// What it promises to a till:
//
//   - every Call is answered by exactly one event, within 15 seconds of the
//     call, whatever the network, the backend or something that pretends to be
//     the backend does;
//   - an answer that is not in the backend's words, or not about the order
//     that was asked for, is TroubleNonsense and never a fact;
//   - news arrive in the backend's order, each as a Told with its Seq, the
//     moment they are known; a till asks by itself too, so that a broken news
//     connection costs seconds and no money.
//
// A device sits behind shop routers, captive portals and mobile networks, so
// every length is bounded, every wait has an end and nothing that arrives is
// trusted. It may import package terminal, backend/wire and the standard
// library. Next room to visit: backend/wire for the words, package backend
// for who answers them.
package uplink
