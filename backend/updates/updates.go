// Package updates is the shelf from which devices take new systems: a directory
// of signed bundles, as "make bundle" names them, kasir-BOARD-VERSION.raucb. To
// publish one is to copy it there, to withdraw it is to remove it.
//
// The room knows files and their sums. It knows neither HTTP nor devices, and it
// cannot tell a good bundle from a bad one: that is a signature's matter, and the
// device's (buildroot/README.md, Update). Next room to visit: backend, whose route
// /v1/updates serves it.
package updates

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"kasir/backend/wire"
)

// ErrNone is that the shelf has no such bundle.
var ErrNone = errors.New("no such update")

const (
	prefix = "kasir-"
	suffix = ".raucb"
	most   = 4096 // files of a shelf that are looked at
	// settle is how long a file must not have changed: before, somebody may still
	// be copying it.
	settle = 10 * time.Second
)

// Shelf is a directory of bundles. It may be used by several goroutines, and the
// files may come and go meanwhile.
type Shelf struct {
	dir string

	mu   sync.Mutex
	sums map[string]known // by file name
}

// known is a file's sum, as long as it does not change.
type known struct {
	size int64
	at   time.Time
	sum  string
}

// New is the shelf at dir, which must be there.
func New(dir string) (*Shelf, error) {
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() {
		err = errors.New("it is not a directory")
	}
	if err != nil {
		return nil, fmt.Errorf("open updates %s: %w", dir, err)
	}
	return &Shelf{dir: dir, sums: map[string]known{}}, nil
}

// file is a bundle of the shelf.
type file struct {
	name, board, version string
}

// parse reads a bundle's name; ok is false for any other file.
func parse(name string) (f file, ok bool) {
	rest, found := strings.CutPrefix(name, prefix)
	rest, also := strings.CutSuffix(rest, suffix)
	board, version, cut := strings.Cut(rest, "-")
	return file{name, board, version}, found && also && cut && wire.ValidBoard(board) && wire.ValidUpdateVersion(version)
}

// of is the board's bundles, by file name.
func (s *Shelf) of(board string) (map[string]file, error) {
	dir, err := os.Open(s.dir)
	if err != nil {
		return nil, fmt.Errorf("read updates: %w", err)
	}
	defer dir.Close()
	names, err := dir.Readdirnames(most)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read updates: %w", err)
	}
	found := map[string]file{}
	for _, name := range names {
		if f, ok := parse(name); ok && f.board == board {
			found[name] = f
		}
	}
	return found, nil
}

// Newest is the newest bundle for a board, or ErrNone.
func (s *Shelf) Newest(board string) (wire.Update, error) {
	files, err := s.of(board)
	if err != nil {
		return wire.Update{}, err
	}
	best := wire.Update{}
	for _, f := range files {
		if best.Version != "" && !wire.NewerUpdate(f.version, best.Version) {
			continue
		}
		k, err := s.sum(f.name)
		if errors.Is(err, ErrNone) {
			continue
		}
		if err != nil {
			return wire.Update{}, err
		}
		best = wire.Update{Board: board, Version: f.version, Size: k.size, SHA256: k.sum}
	}
	if best.Version == "" {
		return wire.Update{}, ErrNone
	}
	return best, nil
}

// Open is the board's bundle with this sum, or ErrNone. The caller closes it.
func (s *Shelf) Open(board, sum string) (*os.File, error) {
	files, err := s.of(board)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		k, err := s.sum(f.name)
		if errors.Is(err, ErrNone) || err == nil && k.sum != sum {
			continue
		}
		if err != nil {
			return nil, err
		}
		file, err := os.Open(filepath.Join(s.dir, f.name))
		if errors.Is(err, fs.ErrNotExist) {
			return nil, ErrNone
		}
		if err != nil {
			return nil, fmt.Errorf("open update: %w", err)
		}
		return file, nil
	}
	return nil, ErrNone
}

// sum reads a file once, and again only when it changed. One at a time: a thousand
// devices that ask at once make it be read once.
func (s *Shelf) sum(name string) (known, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	path := filepath.Join(s.dir, name)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		delete(s.sums, name)
		return known{}, ErrNone
	case err != nil:
		return known{}, fmt.Errorf("read update: %w", err)
	case !info.Mode().IsRegular(), info.Size() == 0, info.Size() > wire.MaxUpdate, time.Since(info.ModTime()) < settle:
		return known{}, ErrNone
	}
	if k, ok := s.sums[name]; ok && k.size == info.Size() && k.at.Equal(info.ModTime()) {
		return k, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return known{}, fmt.Errorf("read update: %w", err)
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, io.LimitReader(f, wire.MaxUpdate+1))
	if err != nil {
		return known{}, fmt.Errorf("read update: %w", err)
	}
	if n != info.Size() {
		return known{}, ErrNone // it changed under our hands: the next one to ask sees more
	}
	k := known{info.Size(), info.ModTime(), hex.EncodeToString(h.Sum(nil))}
	s.sums[name] = k
	return k, nil
}
