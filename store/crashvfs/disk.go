package crashvfs

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// Kind is what a call does.
type Kind uint8

// Read, Open and Map change nothing and are on no tape; they can fail.
const (
	Read     Kind = iota + 1
	Open          // a file that is there
	Map           // a part of the log's index
	Create        // a name for a new file
	Write         //
	Truncate      //
	Sync          //
	Lost          // a sync that failed
	Replace       // by a new file, synced and then renamed, not by SQLite
	Remove        // a name
	Mark          // what the test has to say at this place
)

func (k Kind) String() string {
	return [...]string{"?", "read", "open", "map", "create", "write", "truncate", "sync", "lost sync", "replace", "remove", "mark"}[k]
}

// Op is one call. On a tape it is one change to the disk.
type Op struct {
	Kind Kind
	Name string // of the file, without its folder; of a Mark, what it says
	File int    // which file has, or had, that name
	At   int64  // offset; size of a Truncate; number of a Mark
	Data []byte // of a Write, Replace or Mark
	Dir  bool   // a Sync or Remove that syncs the folder as well
}

// Plan says how a call ends: 0 lets it happen, anything else is SQLite's code
// of the error (sqlite.org/rescode.html). n counts the calls to a Disk from 1.
// It is called with the disk locked and must not use it.
type Plan func(n int, op Op) (code int)

// Short as the code of a Write lets half of it happen before the disk is full.
const Short = 1 << 30

// Disk watches the files of one folder. Its methods may be used by several
// goroutines.
type Disk struct {
	dir string

	mu    sync.Mutex
	base  map[string][]byte // what was there at the beginning, on disk
	tape  []Op
	plan  Plan
	calls int
	names map[string]int // which file has the name now
	kinds map[int]Op     // file by number: its name, and whether its first sync syncs the folder
	nodes map[string]fs.FileInfo
}

// Watch watches the files in dir until Close, one Disk a folder. What is there
// is taken to be on disk; no connection may have it open.
func Watch(dir string) (*Disk, error) {
	if err := install(); err != nil {
		return nil, err
	}
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, err
	}
	d := &Disk{dir: dir, names: map[string]int{}, kinds: map[int]Op{}, nodes: map[string]fs.FileInfo{}}
	if d.base, err = Load(dir); err != nil {
		return nil, fmt.Errorf("watch %s: %w", dir, err)
	}
	disks.Lock()
	defer disks.Unlock()
	if disks.byDir[dir] != nil {
		return nil, fmt.Errorf("watch %s: it is watched already", dir)
	}
	disks.byDir[dir] = d
	for name := range d.base {
		d.names[name] = d.add(Op{Name: name})
		d.nodes[name], _ = os.Lstat(filepath.Join(dir, name)) // nil when it is gone again
	}
	return d, nil
}

// add gives a file its number; the lock of disks is held.
func (d *Disk) add(op Op) int {
	disks.last++
	disks.files[disks.last] = d
	d.kinds[disks.last] = op
	return disks.last
}

// Close ends the watch. Files that are still open are like any others.
func (d *Disk) Close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	disks.Lock()
	defer disks.Unlock()
	delete(disks.byDir, d.dir)
	for file := range d.kinds {
		delete(disks.files, file)
	}
}

// Arm has every call from now on ask p; nil lets them all happen.
func (d *Disk) Arm(p Plan) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.plan = p
}

// Calls is how many calls there were.
func (d *Disk) Calls() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.calls
}

// Mark puts a word, a number and what belongs to it on the tape.
func (d *Disk) Mark(word string, n int64, data []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tape = append(d.tape, Op{Kind: Mark, Name: word, At: n, Data: data})
}

// Tape is what happened up to now.
func (d *Disk) Tape() Tape {
	d.mu.Lock()
	defer d.mu.Unlock()
	return Tape{base: maps.Clone(d.base), names: d.first(), Ops: slices.Clone(d.tape)}
}

// first is which files had which names at the beginning.
func (d *Disk) first() map[string]int {
	names := map[string]int{}
	for file, op := range d.kinds {
		if op.Kind == 0 {
			names[op.Name] = file
		}
	}
	return names
}

// ask counts a call and asks the plan. The lock is held.
func (d *Disk) ask(op Op) int {
	d.calls++
	if d.plan == nil {
		return 0
	}
	return d.plan(d.calls, op)
}

// Flags of sqlite.org/c3ref/c_open_autoproxy.html: what makes a name, and the
// kinds of file whose first sync syncs the folder too.
const (
	flagCreate  = 0x4
	flagJournal = 0x800 | 0x4000 | 0x80000
	cantOpen    = 14
)

// open is the opening of a file; node is what the name stands for, nil when
// there is no such file.
func (d *Disk) open(name string, flags int, node fs.FileInfo) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	op := Op{Kind: Open, Name: name, File: d.names[name]}
	made := node == nil && flags&flagCreate != 0
	if made {
		op.Kind = Create
	}
	if code := d.ask(op); code != 0 {
		return code
	}
	disks.Lock()
	defer disks.Unlock()
	switch before := d.nodes[name]; {
	case made:
		op.File = d.add(op)
		d.tape = append(d.tape, op)
	case node == nil:
		return 0
	case d.names[name] == 0, before != nil && !os.SameFile(before, node):
		content, err := os.ReadFile(filepath.Join(d.dir, name))
		if err != nil {
			return cantOpen
		}
		op = Op{Kind: Replace, Name: name, Data: content}
		op.File = d.add(op)
		d.tape = append(d.tape, op)
	}
	d.names[name] = op.File
	if is := d.kinds[op.File]; flags&flagCreate != 0 && flags&flagJournal != 0 {
		is.Dir = true // also when it was there: SQLite cannot tell
		d.kinds[op.File] = is
	}
	return 0
}

// opened remembers which file the name stands for.
func (d *Disk) opened(name string, node fs.FileInfo) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.nodes[name] = node
}

func (d *Disk) number(name string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.names[name]
}

func (d *Disk) call(file int, op Op) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	was := d.kinds[file]
	op.Name, op.File = was.Name, file
	code := d.ask(op)
	switch {
	case op.Kind == Sync && code != 0:
		op.Kind = Lost
	case code != 0 || op.Kind < Create:
		return code
	case op.Kind == Sync && was.Dir:
		op.Dir = true
		was.Dir = false
		d.kinds[file] = was
	}
	d.tape = append(d.tape, op)
	return code
}

// rest is the half of a write that there was room for.
func (d *Disk) rest(file int, op Op) {
	d.mu.Lock()
	defer d.mu.Unlock()
	op.Name, op.File = d.kinds[file].Name, file
	d.tape = append(d.tape, op)
}

func (d *Disk) remove(name string, dir, there bool) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	op := Op{Kind: Remove, Name: name, File: d.names[name], Dir: dir}
	if code := d.ask(op); code != 0 || !there {
		return code
	}
	delete(d.names, name)
	delete(d.nodes, name)
	d.tape = append(d.tape, op)
	return 0
}

// Load is every file of a folder by name. The index of a log is none: SQLite
// makes it anew after a power cut, whatever is in it.
func Load(dir string) (map[string][]byte, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, e := range entries {
		if !e.Type().IsRegular() || strings.HasSuffix(e.Name(), "-shm") {
			continue
		}
		if files[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			return nil, err
		}
	}
	return files, nil
}
