package bus

import (
	"fmt"
	"sync"
)

// most is how many notes are kept: who breaks a rule a million times has made
// his point with the first ones.
const most = 100

// Notes are the protocol violations that emulated glass saw. Its methods may
// be called by any goroutine.
type Notes struct {
	mu   sync.Mutex
	list []string
	all  int
}

// Add notes a violation.
func (n *Notes) Add(format string, args ...any) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.all++; n.all <= most {
		n.list = append(n.list, fmt.Sprintf(format, args...))
	}
}

// Take is what was noted since the last Take, oldest first; nil is nothing.
func (n *Notes) Take() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	list := n.list
	if n.all > most {
		list = append(list, fmt.Sprintf("and %d more", n.all-most))
	}
	n.list, n.all = nil, 0
	return list
}
