//go:build !linux

package keypad

import "errors"

var errNoEvdev = errors.New("input devices are for Linux; use -keys web or -keys stdin")

func openInput(string) (device, error) { return nil, errNoEvdev }

// dirWatch is for Linux, which is what a till runs on.
type dirWatch struct{ changes chan struct{} }

func watchDirs(...string) (*dirWatch, error) { return nil, errNoEvdev }

func (*dirWatch) again() {}
func (*dirWatch) close() {}
