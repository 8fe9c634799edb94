package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// programs are the paths of what the shop is made of.
type programs struct{ till, backend, provider string }

var names = []string{"kasir", "kasir-backend", "midtrans-sandbox"}

// findPrograms takes the programs that lie beside this one, as make build puts
// them, or else builds them from this checkout.
func findPrograms(ctx context.Context, data string, stderr io.Writer) (programs, error) {
	if self, err := os.Executable(); err == nil {
		if p, all := programsIn(filepath.Dir(self)); all {
			return p, nil
		}
	}
	dir := filepath.Join(data, "bin")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return programs{}, fmt.Errorf("make directory: %w", err)
	}
	fmt.Fprintln(stderr, "building kasir, kasir-backend and midtrans-sandbox; the first time this takes a minute or two ...")
	// Without the stamp of the checkout, which fails when somebody else owns it.
	args := []string{"build", "-buildvcs=false", "-o", dir + string(filepath.Separator)}
	for _, name := range names {
		args = append(args, "kasir/cmd/"+name)
	}
	out, err := exec.CommandContext(ctx, "go", args...).CombinedOutput()
	if err != nil {
		return programs{}, fmt.Errorf("build programs: %w\n%s", err, bytes.TrimSpace(out))
	}
	p, _ := programsIn(dir)
	return p, nil
}

func programsIn(dir string) (p programs, all bool) {
	for i, into := range []*string{&p.till, &p.backend, &p.provider} {
		*into = filepath.Join(dir, names[i])
		if _, err := os.Stat(*into); err != nil {
			return programs{}, false
		}
	}
	return p, true
}
