package sandbox

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// The state file is lines of JSON: a heading, then one entry a line, each line
// all of one change. Opening rewrites it to what is still true.
const (
	heading      = `{"midtrans-sandbox":1}`
	maxLine      = 1 << 20  // bytes
	maxBloat     = 32 << 20 // bytes appended before it is rewritten
	durable      = true     // append: on disk before it returns
	soon         = false    // append: losing it only repeats a notification
	stateMode    = 0o600
	stateDirMode = 0o700
)

// journal is the state file. A nil journal keeps nothing and never fails.
type journal struct {
	path  string
	file  *os.File
	grown int64
	sick  error // a write failed halfway: nothing may follow a torn line
}

// openJournal reads what the file says and opens it for more. A torn last
// line was never answered and is dropped; any other damage is an error.
func openJournal(path string) (*journal, []entry, error) {
	if err := os.MkdirAll(filepath.Dir(path), stateDirMode); err != nil {
		return nil, nil, fmt.Errorf("open state %s: %w", path, err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, stateMode)
	if err != nil {
		return nil, nil, fmt.Errorf("open state: %w", err)
	}
	entries, err := readEntries(f)
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("read state %s: %w", path, err), f.Close())
	}
	return &journal{path: path, file: f}, entries, nil
}

func readEntries(r io.Reader) ([]entry, error) {
	var entries []entry
	lines := bufio.NewReaderSize(r, maxLine)
	for n := 1; ; n++ {
		line, err := lines.ReadSlice('\n')
		if errors.Is(err, io.EOF) {
			return entries, nil // nothing, or a torn line
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if n == 1 {
			if string(line) != heading+"\n" {
				return nil, errors.New("line 1: not a state file of this sandbox")
			}
			continue
		}
		var e entry
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		entries = append(entries, e)
	}
}

// append adds a line in one write.
func (j *journal) append(e entry, sync bool) error {
	if j == nil {
		return nil
	}
	if j.sick != nil {
		return j.sick
	}
	line, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("write state: %w", err)
	}
	n, err := j.file.Write(append(line, '\n'))
	if err == nil && sync {
		err = j.file.Sync()
	}
	if err != nil {
		j.sick = fmt.Errorf("write state %s: %w", j.path, err)
		return j.sick
	}
	j.grown += int64(n)
	return nil
}

func (j *journal) bloated() bool { return j != nil && j.grown > maxBloat }

// rewrite replaces the file by one that holds entries only: written beside it,
// synced, renamed over it, and the directory synced, so that a power cut
// leaves the one or the other.
func (j *journal) rewrite(entries []entry) error {
	if j == nil {
		return nil
	}
	f, err := os.CreateTemp(filepath.Dir(j.path), filepath.Base(j.path)+".*")
	if err != nil {
		return fmt.Errorf("rewrite state: %w", err)
	}
	err = errors.Join(writeEntries(f, entries), f.Sync())
	if err == nil {
		err = os.Rename(f.Name(), j.path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("rewrite state %s: %w", j.path, err), f.Close(), os.Remove(f.Name()))
	}
	old := j.file
	j.file, j.grown, j.sick = f, 0, nil
	return errors.Join(old.Close(), syncDir(filepath.Dir(j.path)))
}

func writeEntries(f io.Writer, entries []entry) error {
	w := bufio.NewWriter(f)
	w.WriteString(heading + "\n") // errors stay with w until Flush
	for _, e := range entries {
		line, err := json.Marshal(e)
		if err != nil {
			return err
		}
		w.Write(append(line, '\n'))
	}
	return w.Flush()
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("sync directory: %w", err)
	}
	return errors.Join(d.Sync(), d.Close())
}

func (j *journal) close() error {
	if j == nil {
		return nil
	}
	if err := errors.Join(j.file.Sync(), j.file.Close()); err != nil {
		return fmt.Errorf("close state %s: %w", j.path, err)
	}
	return nil
}
