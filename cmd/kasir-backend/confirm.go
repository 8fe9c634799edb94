package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"

	"kasir/backend"
)

// confirmSecret is what every device's key for receipts is made from: a file
// beside the book, made when there is none, that must be kept and copied with
// it, or a row in the database. Without a public URL nobody can open a receipt,
// and there is none.
func (c config) confirmSecret(ctx context.Context, kept *storage, log *slog.Logger) ([]byte, error) {
	if c.publicURL == "" {
		return nil, nil
	}
	if u, err := url.Parse(c.publicURL); err == nil && u.Scheme != "https" && c.production() {
		log.Warn("terminals show no receipt links: the public URL is not https", "public-url", u.Redacted())
	}
	return kept.secret(ctx)
}

// fileSecret is the secret in a file, made when there is none.
func fileSecret(path string) ([]byte, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if err := makeSecret(path); err != nil {
			return nil, fmt.Errorf("make secret for receipts: %w", err)
		}
	}
	text, err := readSecret("secret for receipts", path)
	if err != nil {
		return nil, err
	}
	secret, err := hex.DecodeString(text)
	if err != nil || len(secret) < backend.MinConfirmSecret {
		return nil, fmt.Errorf("read secret for receipts: %s does not hold one; with another file every terminal learns a new key", path)
	}
	return secret, nil
}

// makeSecret writes a new secret.
func makeSecret(path string) error {
	secret := make([]byte, backend.MinConfirmSecret)
	rand.Read(secret) // never fails
	return writeSecret(path, []byte(hex.EncodeToString(secret)+"\n"))
}

// writeSecret writes a file for its owner's eyes, whole or not at all.
func writeSecret(path string, text []byte) error {
	next := path + ".new"
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
	if err := os.Rename(next, path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
