package update

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"kasir/backend/wire"
)

const (
	// piece is how much is asked for at a time, in bytes: little enough for the
	// server's and our own patience on a slow line, and all that a cut costs.
	piece = 1 << 20
	// patience is how long an answer may take, all of a piece included.
	patience = time.Minute
	// spare is what must stay free beside a bundle, for the journal.
	spare = 64 << 20

	bundleSuffix = ".raucb"
	partSuffix   = ".part"
)

// ErrNothing is that there is no update for this board.
var ErrNothing = errors.New("no update")

// Fetcher takes bundles from the backend. It keeps one, or a part of one, in Dir.
type Fetcher struct {
	Base  *url.URL // of the backend
	HTTP  *http.Client
	Board string
	Dir   string // the till's own
	// Free is how many bytes the file system of Dir has left.
	Free func() (int64, error)
	// Pause is called between pieces; it may wait, for instance until a sale is
	// over. nil: no pause.
	Pause func(context.Context) error
}

// Offer asks for the newest update there is, or ErrNothing.
func (f *Fetcher) Offer(ctx context.Context) (wire.Update, error) {
	var u wire.Update
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	res, err := f.get(ctx, "", f.Board)
	if err != nil {
		return u, fmt.Errorf("ask for update: %w", err)
	}
	defer res.Body.Close()
	if res.StatusCode == http.StatusNotFound {
		return u, ErrNothing
	}
	if res.StatusCode != http.StatusOK {
		return u, fmt.Errorf("ask for update: HTTP %d", res.StatusCode)
	}
	text, err := io.ReadAll(io.LimitReader(res.Body, wire.MaxBody))
	if err == nil {
		err = json.Unmarshal(text, &u)
	}
	if err != nil {
		return wire.Update{}, fmt.Errorf("read offer of update: %w", err)
	}
	return u, nil
}

// Fetch brings u, which must be Wanted, and returns the name of its file in Dir.
// What was fetched before an error or a power cut is not fetched again.
func (f *Fetcher) Fetch(ctx context.Context, u wire.Update) (name string, err error) {
	name = u.SHA256 + bundleSuffix
	whole := filepath.Join(f.Dir, name)
	if info, err := os.Stat(whole); err == nil && info.Size() == u.Size {
		return name, nil // it was verified before it got its name
	}
	if err := f.tidy(u.SHA256); err != nil {
		return "", err
	}
	part := filepath.Join(f.Dir, u.SHA256+partSuffix)
	file, err := os.OpenFile(part, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return "", fmt.Errorf("keep update: %w", err)
	}
	defer file.Close()
	if err := f.fill(ctx, file, u); err != nil {
		return "", err
	}
	if err := check(part, u.SHA256); err != nil {
		return "", errors.Join(err, os.Remove(part))
	}
	if err := os.Rename(part, whole); err != nil {
		return "", fmt.Errorf("keep update: %w", err)
	}
	return name, nil
}

// tidy removes everything but what begins with keep.
func (f *Fetcher) tidy(keep string) error {
	entries, err := os.ReadDir(f.Dir)
	if err != nil {
		return fmt.Errorf("look at updates: %w", err)
	}
	for _, e := range entries {
		if keep != "" && strings.HasPrefix(e.Name(), keep) {
			continue
		}
		if err := os.Remove(filepath.Join(f.Dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("forget old update: %w", err)
		}
	}
	return nil
}

// Forget removes what was fetched, because it is of no use any more.
func (f *Fetcher) Forget() error { return f.tidy("") }

// fill fetches what is missing of the file, piece by piece.
func (f *Fetcher) fill(ctx context.Context, file *os.File, u wire.Update) error {
	at, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return fmt.Errorf("keep update: %w", err)
	}
	if at > u.Size { // a part of something else
		if err := errors.Join(file.Truncate(0), seek(file)); err != nil {
			return fmt.Errorf("keep update: %w", err)
		}
		at = 0
	}
	free, err := f.Free()
	if err != nil {
		return fmt.Errorf("keep update: %w", err)
	}
	if need := u.Size - at + spare; free < need {
		return fmt.Errorf("keep update: %d bytes are free, and %d are needed", free, need)
	}
	for at < u.Size {
		n, err := f.piece(ctx, file, u, at)
		at += n
		if err != nil {
			return err
		}
		if f.Pause != nil {
			if err := f.Pause(ctx); err != nil {
				return err
			}
		}
	}
	if err := file.Sync(); err != nil {
		return fmt.Errorf("keep update: %w", err)
	}
	return nil
}

func seek(file *os.File) error {
	_, err := file.Seek(0, io.SeekStart)
	return err
}

// piece appends the next piece, or as much of it as came.
func (f *Fetcher) piece(ctx context.Context, file *os.File, u wire.Update, at int64) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	end := min(at+piece, u.Size)
	res, err := f.get(ctx, fmt.Sprintf("bytes=%d-%d", at, end-1), f.Board, u.SHA256)
	if err != nil {
		return 0, fmt.Errorf("fetch update: %w", err)
	}
	defer res.Body.Close()
	want := fmt.Sprintf("bytes %d-%d/%d", at, end-1, u.Size)
	switch got := res.Header.Get("Content-Range"); {
	case res.StatusCode != http.StatusPartialContent:
		return 0, fmt.Errorf("fetch update: HTTP %d", res.StatusCode)
	case got != want:
		return 0, fmt.Errorf("fetch update: got %.60q, want %q", got, want)
	}
	n, err := io.Copy(file, io.LimitReader(res.Body, end-at))
	if err == nil && n < end-at {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return n, fmt.Errorf("fetch update: %w", err)
	}
	return n, nil
}

func (f *Fetcher) get(ctx context.Context, part string, path ...string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, f.Base.JoinPath(append([]string{"v1", "updates"}, path...)...).String(), nil)
	if err != nil {
		return nil, err
	}
	if part != "" {
		r.Header.Set("Range", part)
	}
	return f.HTTP.Do(r)
}

// check reads all of a file and compares its sum.
func check(path, want string) error {
	got, err := sumOf(path)
	if err == nil && got != want {
		err = fmt.Errorf("verify update: its sha256 is %s, want %s", got, want)
	}
	return err
}

// sumOf is the sha256 of a file, as wire.Update has it.
func sumOf(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("verify update: %w", err)
	}
	defer file.Close()
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		return "", fmt.Errorf("verify update: %w", err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
