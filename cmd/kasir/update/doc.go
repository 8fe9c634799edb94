// Package update brings a new system to a device: it fetches signed bundles from
// the backend or a USB stick, decides when one may be installed, and says whether a
// system that was installed is well.
//
// Two programs work here that do not trust each other. The till (unprivileged)
// fetches, watches its own calm and its own health, and asks. The keeper (root,
// "kasir update -keep") looks at what it is given with its own eyes - RAUC verifies
// the signature, and the board and version in what was signed are compared with the
// system that runs - installs, and restarts the device. What they say to each other
// is files: the till's in Paths.Till, the keeper's in Paths.Keeper.
//
// A third one is no Go: /usr/lib/kasir/trial calls a new system good, or starts the
// device again until the old one comes back. It must work when this program does
// not. It reads the till's health (health.go).
//
// The decisions are functions of their arguments: decide.go, health.go. The room
// knows nothing of sales: it is told calm or not. Next rooms to visit:
// cmd/kasir/updating.go, and Update in buildroot/README.md.
package update
