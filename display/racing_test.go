//go:build race

package display

func init() { racing = true }
