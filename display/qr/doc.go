// Package qr turns a payment text into modules and modules into pixels: whole
// pixels only, black on white, with a quiet zone, as large as the glass allows.
// The size of a module is what decides whether a customer's phone can read it,
// so the fit is searched (see Fit and Plan.Raise), and a glass too small for its text is
// refused instead of being given a picture nobody can scan.
//
// The room takes the text as it comes and never changes it; whether it is the
// right text was attested before, in package terminal. Next room to visit:
// package display, which finds the place for the code on the glass.
package qr
