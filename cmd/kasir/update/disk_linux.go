package update

import (
	"fmt"
	"syscall"
)

// Free is how many bytes the file system of dir has left for the till.
func Free(dir string) (int64, error) {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return 0, fmt.Errorf("ask for free room: %w", err)
	}
	return int64(fs.Bavail) * int64(fs.Bsize), nil
}
