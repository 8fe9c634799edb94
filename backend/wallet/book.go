package wallet

import (
	"context"
	"errors"
)

// Book is where wallets are kept: for every customer the records, append-only,
// and their sum as one row; for every attempt, ever, what became of it.
// ledger/sqlite is one; whoever writes another runs booktest on it.
//
// A Book may be used by many goroutines. Every method is bounded in what it
// returns and honours its context while it waits.
type Book interface {
	// CommitWallet makes an entry durable, or nothing of it. It counts the
	// attempt's number for its device, as an order's would. It fails with
	// ErrStale when the entry does not continue what is stored, or has an
	// attempt that is another customer's.
	CommitWallet(ctx context.Context, e Entry) error
	// Wallet is the sum of a customer's records; ok is false for an unknown one.
	Wallet(ctx context.Context, customer string) (f Facts, ok bool, err error)
	// WalletHistory is a customer's records, oldest first, at most limit.
	WalletHistory(ctx context.Context, customer string, limit int) ([]Record, error)
	// Link is an attempt, and whose; ok is false for an unknown one.
	Link(ctx context.Context, id string) (customer string, a Attempt, ok bool, err error)
	// CustomerOf is whose pay account this is or was; ok is false for one that
	// was not made here.
	CustomerOf(ctx context.Context, account string) (customer string, ok bool, err error)
	// WatchedWallets is up to limit customers, by id, after the one given (""
	// for the first), about whom the provider is still to be asked.
	WatchedWallets(ctx context.Context, after string, limit int) ([]Facts, error)
	// Salt is the book's own secret of at least MinSalt bytes, made once and the
	// same ever after; see CustomerID.
	Salt(ctx context.Context) ([]byte, error)
}

// Entry is what one step has made of one wallet.
type Entry struct {
	Facts   Facts    // after Records
	Records []Record // at least one; Facts.Version-len(Records) is what must be stored already
}

// ErrStale is CommitWallet's answer to an entry whose wallet has changed
// meanwhile, by another hand: load it again and step again.
var ErrStale = errors.New("the wallet has changed meanwhile")
