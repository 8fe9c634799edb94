package ledger

import "context"

// Shared is what a Book that several backends use at one time offers besides:
// who of them acts on what, and a way to tell the others. ledger/postgres is
// one. A Book that is open in one process only needs none of it.
//
// Devices are dealt into parts. Whoever has claimed a part is the only one that
// acts on the orders of its devices, and the only one whose Commit for them
// succeeds. A claim ends when it is released, and with the session with the
// database: then Life changes, and nothing that was claimed is held any more.
type Shared interface {
	// PartOf is the part of a device.
	PartOf(device string) int
	// Claim takes parts that nobody else has, and says which it has.
	Claim(ctx context.Context, parts []int) (got []bool, life int64, err error)
	Release(ctx context.Context, parts []int) error
	// Holds fails unless all these parts are still held, by the server's word.
	Holds(ctx context.Context, parts []int) error
	Life() int64

	// Orders is Book.Order for several, those that are known, in any order.
	Orders(ctx context.Context, ids []string) ([]Facts, error)
	// WatchedParts is the parts of which any order is watched; WatchedOf is
	// Book.Watched for some of them.
	WatchedParts(ctx context.Context) ([]int, error)
	WatchedOf(ctx context.Context, parts []int, after string, limit int) ([]Facts, error)

	// ClaimCustomers and ReleaseCustomers are the same for customers' wallets.
	ClaimCustomers(ctx context.Context, customers []string) (got []bool, life int64, err error)
	ReleaseCustomers(ctx context.Context, customers []string) error

	// Secret is random bytes, made when they are first asked for and the same for
	// every backend on this book.
	Secret(ctx context.Context, name string, size int) ([]byte, error)
	// Tell sends texts of at most MaxTold bytes to all backends, this one
	// included; they may be lost. Hear takes them, and OnNews takes devices that
	// have news; resumed says that some may have been lost. None may block.
	Tell(ctx context.Context, texts []string) error
	Hear(heard func(text string), resumed func())
	OnNews(ring func(devices []string), resumed func())
}

// MaxTold is the longest text that one Tell takes, in bytes.
const MaxTold = 7900
