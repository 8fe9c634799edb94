package ledger

import "context"

// Epochs is a Book that notices when it is not the one that it was: that an
// older copy of it was put back, in which the numbers of news count something
// else. An epoch is 1 to 32 letters and digits, made at random.
type Epochs interface {
	// Epoch names the book as it counts its news now.
	Epoch(ctx context.Context) (string, error)
	// Renew gives it another name, for the restore of a copy and for a device
	// that has news which this book has not told. It does nothing when the name
	// is not was any more, and returns the name afterwards.
	Renew(ctx context.Context, was string) (string, error)
}
