//go:build !race

package words

const race = false
