//go:build !race

package terminal

// usualDepth is that of TestEveryMove where nobody looks over its shoulder.
const usualDepth = 2
