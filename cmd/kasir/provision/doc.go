// Package provision reads kasir.txt, the file by which a person with a card
// reader tells a till who it is: what it says, what is wrong with it line by line,
// and what is left of it when the passwords are gone.
//
// The room is pure: it is handed text and hands back text. Which files those are
// and in which order they are written, so that a power cut at any moment leaves
// either the old settings or the new ones, is cmd/kasir's (provisioncmd.go). It
// knows terminal's rule for names and nothing else of the till. Next room to
// visit: buildroot/README.md, where the card is.
package provision
