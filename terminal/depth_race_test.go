//go:build race

package terminal

// usualDepth is less under the race detector, which makes a search by one goroutine
// ten times slower and can find nothing in it; make check searches the whole.
const usualDepth = 1
