//go:build !linux

package keypad

import (
	"errors"
	"os"
)

// raw is for Linux, which is what a till runs on; at other desks the keys come
// from a browser or from standard input.
func raw(*os.File) (restore func() error, err error) {
	return nil, errors.New("raw terminal mode is for Linux; use -keys web or -keys stdin")
}
