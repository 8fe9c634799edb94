package crashvfs

/*
#include <stdint.h>
#include "vfs.h"

enum { CRASH_READ = 1, CRASH_WRITE, CRASH_TRUNCATE, CRASH_SYNC, CRASH_SHM, CRASH_REST, CRASH_SHORT = 1 << 30 };
*/
import "C"

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"unsafe"
)

// disks are what is watched now. SQLite calls from any thread.
var disks struct {
	sync.Mutex
	byDir map[string]*Disk
	files map[int]*Disk // by number; 0 is no file that is watched
	last  int           // number given
}

var install = sync.OnceValue(func() error {
	if C.crash_install() != 0 {
		return errors.New("install crash disk: there is no SQLite in this program")
	}
	disks.byDir = map[string]*Disk{}
	disks.files = map[int]*Disk{}
	return nil
})

// of is the disk that a path is on, nil when it is not watched, and what the
// name stands for there. SQLite's own answer would be that an empty file is
// not there.
func of(path *C.char) (d *Disk, name string, node fs.FileInfo) {
	full := C.GoString(path)
	disks.Lock()
	d = disks.byDir[filepath.Dir(full)]
	disks.Unlock()
	if d != nil {
		if info, err := os.Lstat(full); err == nil {
			node = info
		}
	}
	return d, filepath.Base(full), node
}

//export crashOpen
func crashOpen(path *C.char, flags C.int) C.int {
	d, name, node := of(path)
	if d == nil {
		return 0
	}
	if code := d.open(name, int(flags), node); code != 0 {
		return C.int(-code)
	}
	return C.int(d.number(name))
}

//export crashOpened
func crashOpened(path *C.char) {
	if d, name, node := of(path); d != nil {
		d.opened(name, node)
	}
}

//export crashRemove
func crashRemove(path *C.char, sync C.int, watched *C.int) C.int {
	d, name, node := of(path)
	if d == nil {
		return 0
	}
	*watched = 1
	return C.int(d.remove(name, sync != 0, node != nil))
}

//export crashCall
func crashCall(number, kind C.int, at C.int64_t, data unsafe.Pointer, n C.int) C.int {
	disks.Lock()
	d := disks.files[int(number)]
	disks.Unlock()
	if d == nil {
		return 0 // nobody watches any more
	}
	var bytes []byte
	if data != nil {
		bytes = C.GoBytes(data, n)
	}
	switch kind {
	case C.CRASH_READ:
		return C.int(d.call(int(number), Op{Kind: Read, At: int64(at)}))
	case C.CRASH_WRITE:
		return C.int(d.call(int(number), Op{Kind: Write, At: int64(at), Data: bytes}))
	case C.CRASH_TRUNCATE:
		return C.int(d.call(int(number), Op{Kind: Truncate, At: int64(at)}))
	case C.CRASH_SYNC:
		return C.int(d.call(int(number), Op{Kind: Sync}))
	case C.CRASH_SHM:
		return C.int(d.call(int(number), Op{Kind: Map, At: int64(at)}))
	}
	d.rest(int(number), Op{Kind: Write, At: int64(at), Data: bytes})
	return 0
}
