// Package sim tells stories about money. A story is one seed: a few tills,
// their backend, the payment provider, cashiers and customers, and a storm in
// which every message can be lost, late, doubled and overtaken, every program
// can die before and after every record and call, disks refuse, clocks jump,
// old copies are put back, and the provider is slow, silent, forgetful and
// wrong. Everything is one queue of events in virtual time, on one goroutine.
// The cores are the real ones: terminal.Step, ledger.Step and wallet.Step; what
// stands around them is written here once more, as short as it can be.
//
// The judge trusts none of them. It compares what the provider did, what stands
// on the disks record by record, and what people saw; see Promise. How sharp it
// is, the plants say: bugs made on purpose, each of which stories must find.
//
// It imports the cores, the queue of what is heard, the words of receipts and the provider's
// signature, and nothing else of the house. Next room to visit: cmd/kasir-storm, which tells many stories.
package sim
