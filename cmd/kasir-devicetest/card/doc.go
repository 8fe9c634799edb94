// Package card knows an image of a till's card from outside: where its partitions
// are, the files on its boot partition, the journal on its data partition, and what
// would be on it if the power had gone at some write. It may not know what the rows
// of a journal mean. Next room to visit: cmd/kasir-devicetest, which breaks cards.
package card
