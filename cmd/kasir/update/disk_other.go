//go:build !linux

package update

import "errors"

// Free is known on Linux only, as updates are for devices.
func Free(string) (int64, error) { return 0, errors.New("ask for free room: not on this system") }
