//go:build race

package ssd168x

func init() { racing = true }
