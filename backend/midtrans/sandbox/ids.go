package sandbox

import (
	crand "crypto/rand"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strconv"
	"time"

	"kasir/backend/midtrans"
)

// ids makes the provider's identifiers. With a seed they are the same in every
// run, as long as the requests come in the same order.
type ids struct {
	seed uint64
	rand *rand.Rand
}

func newIDs(seed uint64) ids {
	if seed == 0 {
		var b [8]byte
		crand.Read(b[:]) // never fails
		seed = binary.LittleEndian.Uint64(b[:])
	}
	return ids{seed: seed, rand: rand.New(rand.NewPCG(seed, 0))}
}

// skip begins the sequence of another life: with the same seed, but with none
// of the ids that earlier lives gave out.
func (d *ids) skip(life int) { d.rand = rand.New(rand.NewPCG(d.seed, uint64(life))) }

// uuid is a random UUID, version 4.
func (d *ids) uuid() string {
	hi, lo := d.rand.Uint64(), d.rand.Uint64()
	hi = hi&^0xF000 | 0x4000
	lo = lo&^(3<<62) | 2<<62
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", hi>>32, hi>>16&0xFFFF, hi&0xFFFF, lo>>48, lo&0xFFFFFFFFFFFF)
}

// number is a refund's: 18 digits, the moment and four of chance.
func (d *ids) number(t time.Time) int64 {
	n, _ := strconv.ParseInt(t.In(midtrans.Zone).Format("20060102150405"), 10, 64) // digits
	return n*10_000 + d.rand.Int64N(10_000)
}

// reference is the wallet's id of a payment made at t: 28 characters.
func (d *ids) reference(t time.Time) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	random := make([]byte, 10)
	for i := range random {
		random[i] = letters[d.rand.IntN(len(letters))]
	}
	return "A1" + t.UTC().Format("20060102150405") + string(random) + "ID"
}

// shift is a part of 1, in [0.5, 1), that belongs to name: retry jitter that
// does not depend on which goroutine asks first.
func (d *ids) shift(name string) float64 {
	h := fnv.New64a()
	h.Write([]byte(name))
	return 0.5 + rand.New(rand.NewPCG(d.seed, h.Sum64())).Float64()/2
}
