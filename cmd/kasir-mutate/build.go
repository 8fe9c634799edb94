package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

//go:embed helper.go.txt
var helper string

// build makes the test program with every mistake in it.
func (h *hunter) build(ctx context.Context) error {
	replace := make(map[string]string)
	put := func(path string, text []byte) error {
		abs, err := filepath.Abs(path)
		if err != nil {
			return err
		}
		to := filepath.Join(h.scratch, fmt.Sprintf("%d.go", len(replace)))
		replace[abs] = to
		return os.WriteFile(to, text, 0o600)
	}
	for path, text := range h.files {
		if err := put(path, text); err != nil {
			return err
		}
	}
	text := strings.Replace(helper, "package PACKAGE", "package "+h.name, 1)
	if err := put(filepath.Join(h.dir, "kasir_mutant.go"), []byte(text)); err != nil {
		return err
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return err
	}
	list := filepath.Join(h.scratch, "overlay.json")
	if err := os.WriteFile(list, overlay, 0o600); err != nil {
		return err
	}
	if h.program, err = filepath.Abs(filepath.Join(h.scratch, "mutants.test")); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-overlay", list, "-o", h.program, ".")
	cmd.Dir = h.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build the tests of %s: %w\n%s", h.dir, err, out)
	}
	return nil
}
