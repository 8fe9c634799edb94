// Package auditor keeps the accounts straight: it takes the provider's
// settlement files, compares them with what was sold, keeps the queue of what did
// not agree, and writes the export that an owner's spreadsheet sums up.
//
// What it learns it keeps on the merchant's Shelf, so that it is where the other
// papers are, whichever database that is. A file is taken once: the same bytes
// again give the first answer, and a process that died half-way takes the file
// again from its beginning without opening a case twice.
//
// It knows neither HTTP nor SQL nor the provider's API. What was sold it hears
// from Sources. Next rooms: backend/reconcile, which compares; package backend,
// which serves it.
package auditor
