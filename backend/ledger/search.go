package ledger

import "context"

// MaxSearch is the most orders one search gives.
const MaxSearch = 200

// Query says which orders are looked for, newest first. Fields that are zero
// exclude nothing.
type Query struct {
	Order  string // exactly this one
	Device string
	State  State
	FromMS int64 // asked for at or after, Unix milliseconds
	ToMS   int64 // asked for before
	Limit  int   // 1..MaxSearch

	// BeforeMS and BeforeOrder are AskedMS and Order of the last one of the
	// page before; zero for the first page.
	BeforeMS    int64
	BeforeOrder string
}

// Searcher is a Book that can be searched, for reports.
type Searcher interface {
	Search(ctx context.Context, q Query) ([]Facts, error)
}
