//go:build race

package qrimage

const underRace = true
