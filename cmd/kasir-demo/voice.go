package main

import (
	"fmt"
	"os"
	"path/filepath"

	"kasir/terminal/speaker/voice/recorded"
)

// unpackVoice puts the recordings where the till can read them: its program has
// none.
func unpackVoice(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make directory: %w", err)
	}
	for _, name := range []string{"id.wav", "en.wav"} {
		file, err := recorded.Files.ReadFile(name)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), file, 0o600)
		}
		if err != nil {
			return fmt.Errorf("unpack voice: %w", err)
		}
	}
	return nil
}
