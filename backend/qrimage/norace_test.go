//go:build !race

package qrimage

const underRace = false
