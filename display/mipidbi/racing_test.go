//go:build race

package mipidbi_test

func init() { racing = true }
