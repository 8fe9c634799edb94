// Package cmd holds the programs, one a folder, and the tests that need more
// than one room: the rules of the house, whole-device plays, and storms that
// kill real processes. There is nothing in it to import.
package cmd
