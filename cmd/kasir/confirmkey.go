package main

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"kasir/terminal"
)

// receiptKey is what receipt links are made with, in a file of its own beside
// the journal: whoever has it can make codes that say LUNAS, so it is in no
// record, no export and no log, and only the till's own user may read it.
type receiptKey struct {
	path            string
	device, journal string // whose it is; another's is not used
}

// keyFile is the file's content.
type keyFile struct {
	Device  string `json:"device"`
	Journal string `json:"journal"`
	Key     string `json:"key"` // hexadecimal
	URL     string `json:"url"`
}

const maxKeyFile = 4 << 10 // bytes

// load is what an earlier life was told; zero when there is nothing of this
// device's and this journal's.
func (k receiptKey) load() (c terminal.Confirm, err error) {
	f, err := os.Open(k.path)
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return c, fmt.Errorf("read key for receipts: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxKeyFile))
	if err != nil {
		return c, fmt.Errorf("read key for receipts: %w", err)
	}
	var in keyFile
	if err := json.Unmarshal(text, &in); err != nil {
		return c, fmt.Errorf("read key for receipts: %s is not such a file", k.path) // the cause would quote it
	}
	key, err := hex.DecodeString(in.Key)
	if err != nil || len(key) != len(c.Key) {
		return c, fmt.Errorf("read key for receipts: %s holds no key", k.path)
	}
	if in.Device != k.device || in.Journal != k.journal {
		return c, nil
	}
	copy(c.Key[:], key)
	c.Base = in.URL
	return c, nil
}

// save makes c durable, or with the zero Confirm that there is none. A power
// cut leaves the old file or the new one.
func (k receiptKey) save(c terminal.Confirm) error {
	if c == (terminal.Confirm{}) {
		if err := os.Remove(k.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove key for receipts: %w", err)
		}
		return nil
	}
	text, err := json.Marshal(keyFile{k.device, k.journal, hex.EncodeToString(c.Key[:]), c.Base})
	if err != nil {
		return fmt.Errorf("write key for receipts: %w", err)
	}
	if err := k.replace(text); err != nil {
		return fmt.Errorf("write key for receipts: %w", err)
	}
	return nil
}

func (k receiptKey) replace(text []byte) error {
	next := k.path + ".new"
	// One that was left by a power cut may have another's mode.
	if err := os.Remove(next); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(next))
	}
	if err := os.Rename(next, k.path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(k.path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
