package card

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// Partitions, as genimage.cfg.in has them.
const (
	Boot = 1
	A    = 2
	B    = 3
	Data = 4
)

const sector = 512

// Part is where a partition is, in bytes.
type Part struct{ Start, Size int64 }

// Find reads the partition table of an image.
func Find(image string, n int) (Part, error) {
	f, err := os.Open(image)
	if err != nil {
		return Part{}, fmt.Errorf("find partition: %w", err)
	}
	defer f.Close()
	return find(f, n)
}

func find(image io.ReaderAt, n int) (Part, error) {
	table := make([]byte, sector)
	if _, err := image.ReadAt(table, 0); err != nil || table[510] != 0x55 || table[511] != 0xaa {
		return Part{}, errors.Join(errors.New("find partition: there is no table"), err)
	}
	entry := table[446+16*(n-1):]
	p := Part{int64(binary.LittleEndian.Uint32(entry[8:])) * sector, int64(binary.LittleEndian.Uint32(entry[12:])) * sector}
	if p.Size == 0 {
		return Part{}, fmt.Errorf("find partition: there is no %d", n)
	}
	return p, nil
}

// Copy is a new image like another, with the holes that it has.
func Copy(ctx context.Context, to, from string) error {
	return run(ctx, "cp", "--sparse=always", from, to)
}

// Put writes a file of the boot partition.
func Put(ctx context.Context, image, name, text string) error {
	p, err := Find(image, Boot)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(image), "put-*")
	if err != nil {
		return fmt.Errorf("put %s: %w", name, err)
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(text)
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("put %s: %w", name, err)
	}
	return run(ctx, "mcopy", "-o", "-i", fmt.Sprintf("%s@@%d", image, p.Start), f.Name(), "::/"+name)
}

// Get reads a file of the boot partition.
func Get(ctx context.Context, image, name string) (string, error) {
	p, err := Find(image, Boot)
	if err != nil {
		return "", err
	}
	out, err := exec.CommandContext(ctx, "mtype", "-i", fmt.Sprintf("%s@@%d", image, p.Start), "::/"+name).Output()
	if err != nil {
		return "", fmt.Errorf("get %s: %w", name, err)
	}
	return string(out), nil
}

// Zero destroys a partition.
func Zero(image string, n int) error {
	p, err := Find(image, n)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(image, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("zero partition: %w", err)
	}
	nothing := make([]byte, 1<<20)
	for at := int64(0); at < p.Size && err == nil; at += int64(len(nothing)) {
		_, err = f.WriteAt(nothing[:min(int64(len(nothing)), p.Size-at)], p.Start+at)
	}
	return errors.Join(err, f.Close())
}

// DataOf is a copy of an image's data partition.
func DataOf(image string) ([]byte, error) {
	p, err := Find(image, Data)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(image)
	if err != nil {
		return nil, fmt.Errorf("read data partition: %w", err)
	}
	defer f.Close()
	data := make([]byte, p.Size)
	if _, err := f.ReadAt(data, p.Start); err != nil {
		return nil, fmt.Errorf("read data partition: %w", err)
	}
	return data, nil
}

// Files takes files out of a data partition as a device would find them after its
// next start: the file system's own journal is played first. What is not there is
// left out.
func Files(ctx context.Context, data []byte, dir string, names ...string) error {
	part := filepath.Join(dir, "data.ext4")
	if err := os.WriteFile(part, data, 0o600); err != nil {
		return fmt.Errorf("write data partition: %w", err)
	}
	defer os.Remove(part)
	err := exec.CommandContext(ctx, "e2fsck", "-fp", part).Run()
	if exit := (*exec.ExitError)(nil); err != nil && (!errors.As(err, &exit) || exit.ExitCode() > 1) { // 1: it was repaired
		return fmt.Errorf("check file system: %w", err)
	}
	for _, name := range names {
		to := filepath.Join(dir, filepath.Base(name))
		if err := run(ctx, "debugfs", "-R", fmt.Sprintf("dump %s %s", name, to), part); err != nil {
			return err
		}
		if info, err := os.Stat(to); err == nil && info.Size() == 0 {
			if err := os.Remove(to); err != nil {
				return err
			}
		}
	}
	return nil
}

func run(ctx context.Context, name string, args ...string) error {
	if out, err := exec.CommandContext(ctx, name, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("run %s: %w: %s", name, err, out)
	}
	return nil
}
