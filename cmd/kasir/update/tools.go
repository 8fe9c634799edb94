package update

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

const (
	infoMost    = 2 * time.Minute  // to verify a signature on the slowest board
	installMost = 30 * time.Minute // to write a slot to the slowest card
	mountMost   = 20 * time.Second
	restartMost = time.Minute
	maxSaid     = 2000 // bytes of what a tool said that are kept
)

// Where a device keeps what it is.
const (
	boardFile   = "/etc/kasir-board"
	versionFile = "/etc/kasir-version"
	cmdlineFile = "/proc/cmdline"
	keyringFile = "/etc/rauc/keyring.pem"
)

// ThisSystem is what this device runs, as the read-only root that begins at root
// says; fields are empty where it does not.
func ThisSystem(root string) System {
	word := func(path string) string {
		text, err := readMost(filepath.Join(root, path), 1000)
		if err != nil {
			return ""
		}
		return strings.TrimSpace(string(text))
	}
	return System{Board: word(boardFile), Version: word(versionFile)}
}

// Started is the slot that a kernel's command line is of, and the disk of its root.
func Started(cmdline string) (slot, disk string, err error) {
	for _, word := range strings.Fields(cmdline) {
		if s, found := strings.CutPrefix(word, "rauc.slot="); found && (s == "A" || s == "B") {
			slot = s
		}
		if root, found := strings.CutPrefix(word, "root=/dev/"); found && len(root) > 2 && root[len(root)-2] == 'p' {
			disk = "/dev/" + root[:len(root)-2]
		}
	}
	if slot == "" || disk == "" {
		return "", "", errors.New("read kernel's command line: it names no slot and no disk")
	}
	return slot, disk, nil
}

// raucConfig is RAUC's system.conf. It is made when the keeper starts, as the disk's
// name depends on the machine.
func raucConfig(board, disk string) []byte {
	return fmt.Appendf(nil, `# Made when the keeper started.
[system]
compatible=%s
bootloader=custom
bundle-formats=verity
statusfile=/data/system/rauc.status
mountprefix=/run/kasir-rauc

[handlers]
bootloader-custom-backend=/usr/lib/kasir/slots

[keyring]
path=%s

[slot.rootfs.0]
device=%sp2
type=raw
bootname=A

[slot.rootfs.1]
device=%sp3
type=raw
bootname=B
`, Compatible(board), keyringFile, disk, disk)
}

// rauc is RAUC with that configuration.
type rauc struct{ config string }

// Real are the tools of this device, which runs this system; RAUC's configuration
// goes into dir.
func Real(s System, dir string) (t Tools, slot string, err error) {
	line, err := readMost(cmdlineFile, maxState)
	if err != nil {
		return t, "", fmt.Errorf("find slot: %w", err)
	}
	slot, disk, err := Started(string(line))
	if err != nil {
		return t, "", err
	}
	r := rauc{filepath.Join(dir, "rauc.conf")}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return t, "", fmt.Errorf("configure RAUC: %w", err)
	}
	if err := os.WriteFile(r.config, raucConfig(s.Board, disk), 0o644); err != nil {
		return t, "", fmt.Errorf("configure RAUC: %w", err)
	}
	return Tools{
		Info: r.info, Install: r.install, Mount: mount,
		Sticks:  func() ([]string, error) { return sticks("/sys/class/block", filepath.Base(disk)) },
		Restart: func() error { return tool(context.Background(), restartMost, "reboot") },
	}, slot, nil
}

func (r rauc) info(ctx context.Context, bundle string) (Manifest, error) {
	out, err := output(ctx, infoMost, "rauc", "--conf="+r.config, "info", "--output-format=shell", bundle)
	if err != nil {
		return Manifest{}, fmt.Errorf("verify bundle: %w", err)
	}
	return manifestOf(string(out)), nil
}

func (r rauc) install(ctx context.Context, bundle string) error {
	if err := tool(ctx, installMost, "rauc", "--conf="+r.config, "install", bundle); err != nil {
		return fmt.Errorf("install bundle: %w", err)
	}
	return nil
}

// manifestOf reads what rauc info prints for shells: NAME='value'.
func manifestOf(text string) (m Manifest) {
	for _, line := range strings.Split(text, "\n") {
		name, value, _ := strings.Cut(line, "=")
		value = strings.TrimSuffix(strings.TrimPrefix(value, "'"), "'")
		switch name {
		case "RAUC_MF_COMPATIBLE":
			m.Compatible = value
		case "RAUC_MF_VERSION":
			m.Version = value
		}
	}
	return m
}

// sticks are the partitions, or whole disks without any, on removable disks and on
// those behind USB, but for those of the disk that the system is on.
func sticks(sys, own string) ([]string, error) {
	entries, err := os.ReadDir(sys)
	if err != nil {
		return nil, fmt.Errorf("look for sticks: %w", err)
	}
	var found []string
	for _, e := range entries {
		name := e.Name()
		if strings.HasPrefix(name, "sd") && !strings.HasPrefix(name, own) && !hasParts(entries, name) {
			found = append(found, "/dev/"+name)
		}
	}
	return found, nil
}

// hasParts reports whether a disk is divided.
func hasParts(entries []os.DirEntry, disk string) bool {
	for _, e := range entries {
		if rest, found := strings.CutPrefix(e.Name(), disk); found && rest != "" && strings.Trim(rest, "0123456789") == "" {
			return true
		}
	}
	return false
}

// mount makes a stick readable. Nothing on it is run, and nothing written to it.
func mount(ctx context.Context, partition, dir string) (func() error, error) {
	if err := tool(ctx, mountMost, "mount", "-t", "vfat", "-o", "ro,nodev,nosuid,noexec", partition, dir); err != nil {
		return nil, fmt.Errorf("read stick: %w", err)
	}
	return func() error {
		// Also when the keeper is told to end: a stick is not left mounted.
		if err := tool(context.WithoutCancel(ctx), mountMost, "umount", dir); err != nil {
			return fmt.Errorf("let go of stick: %w", err)
		}
		return nil
	}, nil
}

// tool runs a program, for so long at most.
func tool(ctx context.Context, most time.Duration, name string, args ...string) error {
	_, err := output(ctx, most, name, args...)
	return err
}

// output is what a program printed. Its last words are in the error.
func output(ctx context.Context, most time.Duration, name string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &out, &errs, time.Second
	if err := cmd.Run(); err != nil {
		said := strings.TrimSpace(errs.String())
		return nil, fmt.Errorf("%s: %w: %s", name, err, said[max(0, len(said)-maxSaid):])
	}
	return out.Bytes(), nil
}
