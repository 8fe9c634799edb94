package desk

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"kasir/display/frame"
)

// PNGs writes every frame that differs from the one before as 0001.png,
// 0002.png and so on, and the last one also as latest.png. No file is ever
// seen half written: each gets its name when it is complete.
type PNGs struct {
	dir  string
	size image.Point
	next int
	last []byte
}

// NewPNGs is a panel of size over a directory, which is made when it is
// missing. Numbers go on after the highest that is there already.
func NewPNGs(dir string, size image.Point) (*PNGs, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("open picture folder: %w", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("open picture folder: %w", err)
	}
	p := &PNGs{dir: dir, size: size, next: 1}
	for _, e := range entries {
		name, isPNG := strings.CutSuffix(e.Name(), ".png")
		if n, err := strconv.Atoi(name); isPNG && err == nil && n >= p.next {
			p.next = n + 1
		}
	}
	return p, nil
}

// Bounds implements frame.Panel.
func (p *PNGs) Bounds() image.Rectangle { return image.Rectangle{Max: p.size} }

// String implements frame.Panel.
func (p *PNGs) String() string { return "png:" + p.dir }

// Close implements frame.Panel.
func (p *PNGs) Close() error { return nil }

// Show implements frame.Panel.
func (p *PNGs) Show(ctx context.Context, f *frame.Frame, _ frame.Refresh, _ image.Rectangle) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	var picture bytes.Buffer
	if err := f.WritePNG(&picture); err != nil {
		return err
	}
	if bytes.Equal(picture.Bytes(), p.last) {
		return nil
	}
	if err := p.write(fmt.Sprintf("%04d.png", p.next), picture.Bytes()); err != nil {
		return err
	}
	if err := p.write("latest.png", picture.Bytes()); err != nil {
		return err
	}
	p.next++
	p.last = picture.Bytes()
	return nil
}

func (p *PNGs) write(name string, picture []byte) error {
	draft := filepath.Join(p.dir, fmt.Sprintf(".%s.%d.tmp", name, time.Now().UnixNano()))
	if err := os.WriteFile(draft, picture, 0o644); err != nil {
		os.Remove(draft)
		return fmt.Errorf("write picture: %w", err)
	}
	if err := os.Rename(draft, filepath.Join(p.dir, name)); err != nil {
		os.Remove(draft)
		return fmt.Errorf("write picture: %w", err)
	}
	return nil
}
