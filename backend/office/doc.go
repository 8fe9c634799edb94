// Package office is the owner's page: a small website, rendered here and working
// without any script, on which people watch the shop's sales, look after what is
// not certain, enrol and revoke devices, and check the provider's payouts.
//
//	browser ──▶ door (where from, which session, whose form) ──▶ page ──▶ book, auditor, identity ...
//
// There are two roles: a clerk sees, an owner acts. An account begins with a link
// that can be used once, made by the command kasir-backend owner or by another
// owner; whoever opens it chooses the password. Passwords are kept as
// PBKDF2-SHA-256 with 600,000 rounds, sessions and links as hashes of 256 random
// bits. All of that is papers on the merchant's Shelf, in whichever database that
// is. Every form carries a token of its session, is refused when another site
// sent it, and is bounded.
//
// It is served under /owner/ at the public URL when that is https, which a proxy
// may speak for us, or on this very machine by a loopback address; elsewhere a
// password would travel in the clear.
//
// The package knows HTML, people and whole rupiah. It knows no SQL, and it
// decides nothing about charges: whatever it does goes through those who do
// (Shop, auditor.Auditor, identity.Registry). Next rooms: package backend, which
// serves it; backend/ledger, backend/auditor and backend/identity, whose words it
// shows.
package office
