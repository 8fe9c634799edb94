package backend

import (
	"container/heap"
	"time"
)

// Places of a file that is not on the agenda.
const (
	nowhere  = -1
	unloaded = -2 // nor stepped with Resume yet
)

const never = 24 * time.Hour // a look at the agenda at least that often

// agenda is the files that want a tick, soonest first.
type agenda []*file

func (a agenda) Len() int           { return len(a) }
func (a agenda) Less(i, j int) bool { return a[i].due < a[j].due }
func (a agenda) Swap(i, j int) {
	a[i], a[j] = a[j], a[i]
	a[i].place, a[j].place = i, j
}

func (a *agenda) Push(x any) {
	f := x.(*file)
	f.place = len(*a)
	*a = append(*a, f)
}

func (a *agenda) Pop() any {
	last := len(*a) - 1
	f := (*a)[last]
	(*a)[last] = nil
	*a = (*a)[:last]
	f.place = nowhere
	return f
}

// put sets when f is due.
func (a *agenda) put(f *file, due time.Duration) {
	f.due = due
	if f.place >= 0 {
		heap.Fix(a, f.place)
		return
	}
	heap.Push(a, f)
}

// drop takes f off, if it is on.
func (a *agenda) drop(f *file) {
	if f.place >= 0 {
		heap.Remove(a, f.place)
	}
}

// wait is how long it is from now to the first.
func (a agenda) wait(now time.Duration) time.Duration {
	if len(a) == 0 {
		return never
	}
	return min(never, max(0, a[0].due-now))
}
