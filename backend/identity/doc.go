// Package identity says who a device is: the authority that signs devices'
// certificates, the codes by which they are enrolled, and a card for each device
// with all that is known of it.
//
//	person ──Invite──▶ code ──keyed──▶ device ──Enrol──▶ certificate ──Renew──▶ certificate ...
//	                                      └─ every request ──Admit──▶ Visitor
//
// The card and the authority are pure: a card and what happens to it are the next
// card. A Registry does it for real, in a Store, whose every change is one version
// of one card: two processes on one store cannot overwrite each other.
//
// What counts is the key, not the certificate. A card names the one public key
// that is the device; to revoke is to strike that out, and takes effect with the
// next request (on other processes of the same store within seconds), without
// lists that somebody would have to publish.
//
// There is one authority and no root above it. Only this backend's devices trust
// it, and only for its own server certificate, which is made anew at every start;
// a root would lie on the same disk, and a stolen disk means new codes either way.
//
// A copied card (SD cards cannot keep a secret) is found by what only one of two
// tills can keep up: a till's program has a session for each of its lives, and a
// session that was succeeded and speaks again is one of two; a journal grows, and
// one that got shorter was put back. The device is then held: it may look at and
// let go of what it has, and makes no new charges until a person lifts that.
//
// The room knows no HTTP and no SQL (see identity/cabinet for a Store on papers),
// and nothing of charges. Next rooms to visit: backend, whose doors ask it, and
// backend/wire, which has the words of enrolment.
package identity
