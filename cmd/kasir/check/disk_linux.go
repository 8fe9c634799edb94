package check

import "syscall"

// freeMB is how much room there is for us on the file system of dir.
func freeMB(dir string) (int64, error) {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return 0, err
	}
	return int64(fs.Bavail) * int64(fs.Bsize) >> 20, nil
}
