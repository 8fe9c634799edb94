package update

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"kasir/backend/wire"
)

// lookEvery is how often the keeper looks at what it was asked and what is plugged in.
const lookEvery = 2 * time.Second

// Tools are what the keeper does things with; Real are those of a device.
type Tools struct {
	// Info is what the signed part of a bundle says; an error when the signature
	// is not of somebody this device trusts.
	Info func(ctx context.Context, bundle string) (Manifest, error)
	// Install writes a bundle to the slot that does not run, and has it started next.
	Install func(ctx context.Context, bundle string) error
	// Sticks are the partitions of USB sticks that are plugged in.
	Sticks func() ([]string, error)
	// Mount makes a partition readable at dir; the function that it returns undoes it.
	Mount func(ctx context.Context, partition, dir string) (func() error, error)
	// Restart starts the device again.
	Restart func() error
}

// Keeper installs updates. It runs as root and believes nothing that it is told.
type Keeper struct {
	System System
	Slot   string // that runs: A or B
	Paths  Paths
	Inbox  string // directory into which the till fetches
	Home   string // directory of the keeper alone, on the same file system as Inbox
	Tools  Tools
	Log    *slog.Logger

	state State
	sum   string          // of the bundle that is ready
	seen  map[string]bool // sticks that were looked at
}

// The files of Home.
const (
	readyFile   = "ready.raucb" // from a stick, or by hand; waits to be asked for
	workFile    = "work.raucb"  // is being installed
	takenFile   = "taken.raucb" // somebody with a shell left it
	pendingFile = "pending"     // what was installed and is not known to be good
	badFile     = "bad"         // what came back, a sha256 a line
	goodFile    = "good"        // slots and versions that were found good; the trial's
)

// pending is an update that was installed.
type pending struct {
	Slot    string `json:"slot"` // into which
	Version string `json:"version"`
	SHA256  string `json:"sha256"`
}

// Run works until ctx ends.
func (k *Keeper) Run(ctx context.Context) error {
	if err := k.begin(); err != nil {
		return err
	}
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		k.step(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// begin takes up what an earlier life left.
func (k *Keeper) begin() error {
	k.seen = map[string]bool{}
	for _, dir := range []string{k.Paths.Keeper, k.Home} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return fmt.Errorf("begin keeping: %w", err)
		}
	}
	for _, left := range []string{workFile, readyFile, readyFile + ".new"} {
		if err := os.Remove(k.home(left)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("begin keeping: %w", err)
		}
	}
	text, err := readMost(k.home(badFile), maxState)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		k.Log.Error("what came back before is not known", "err", err)
	}
	k.state = State{Bad: strings.Fields(string(text))}
	k.settle()
	return k.say()
}

func (k *Keeper) home(name string) string { return filepath.Join(k.Home, name) }

// settle finds out what came of the last update: it was found good, or its slot is
// not the one that runs, and then it is not tried again.
func (k *Keeper) settle() {
	text, err := readMost(k.home(pendingFile), maxState)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	var p pending
	if err == nil {
		err = json.Unmarshal(text, &p)
	}
	switch {
	case err != nil:
		k.Log.Error("what was installed last is not known", "err", err)
	case p.Slot != k.Slot:
		k.Log.Error("the update came back", "version", p.Version, "runs", k.System.Version)
		k.state.Why = p.Version + " was not well, and the system before it runs again"
		k.bad(p.SHA256)
	case !k.good():
		return // it is on trial
	default:
		k.Log.Info("the update is good", "version", p.Version)
	}
	if err := os.Remove(k.home(pendingFile)); err != nil {
		k.Log.Error("what was installed last cannot be settled", "err", err)
	}
}

// good reports whether the trial found the system that runs good.
func (k *Keeper) good() bool {
	text, err := readMost(k.home(goodFile), maxState)
	return err == nil && slices.Contains(strings.Split(string(text), "\n"), k.Slot+" "+k.System.Version)
}

// bad remembers a bundle that is not to be taken again.
func (k *Keeper) bad(sum string) {
	if sum == "" || slices.Contains(k.state.Bad, sum) {
		return
	}
	k.state.Bad = append(k.state.Bad, sum)
	k.state.Bad = k.state.Bad[max(0, len(k.state.Bad)-maxBad):]
	if err := keep(k.home(badFile), []byte(strings.Join(k.state.Bad, "\n")+"\n")); err != nil {
		k.Log.Error("a bad update cannot be remembered", "err", err)
	}
}

func (k *Keeper) say() error {
	text, err := json.Marshal(k.state)
	if err != nil {
		return fmt.Errorf("say state: %w", err)
	}
	return k.Paths.leave(k.Paths.state(), text)
}

// step looks once at everything.
func (k *Keeper) step(ctx context.Context) {
	if k.state.Phase == Nothing {
		k.settle()
	}
	if k.state.Phase == Nothing || k.state.Phase == Ready {
		k.lookAtTaken(ctx)
		k.lookAtSticks(ctx)
	}
	restart, bundle, err := k.Paths.asked()
	switch {
	case err != nil:
		k.Log.Error("a question cannot be read", "err", err)
	case restart && k.state.Phase == Installed:
		k.Log.Info("restarting into the update", "version", k.state.Version)
		if err := k.Tools.Restart(); err != nil {
			k.Log.Error("the device does not restart", "err", err)
		}
	case restart:
		k.Log.Error("a restart was asked for, and there is nothing to restart for")
	case bundle != "" && k.state.Phase != Installed:
		k.install(ctx, bundle)
	}
	if err := k.say(); err != nil {
		k.Log.Error("nobody hears the keeper", "err", err)
	}
}

// install installs the bundle of this name.
func (k *Keeper) install(ctx context.Context, bundle string) {
	sum := strings.TrimSuffix(bundle, bundleSuffix)
	from := filepath.Join(k.Inbox, bundle)
	if bundle == ofKeeper {
		from, sum = k.home(readyFile), k.sum
	}
	version, err := k.try(ctx, from, sum)
	k.state.Version, k.state.AtOnce, k.state.Why = version, k.state.AtOnce && err == nil, ""
	if err == nil {
		k.state.Phase = Installed
		k.Log.Info("an update is installed", "version", version)
		return
	}
	k.state.Phase, k.state.Version, k.state.Why = Nothing, "", err.Error()
	k.Log.Error("an update was not installed", "version", version, "err", err)
	if ctx.Err() == nil {
		k.bad(sum)
	}
}

// try takes the file away from whoever put it there, looks at it, and installs it.
func (k *Keeper) try(ctx context.Context, from, sum string) (version string, err error) {
	work := k.home(workFile)
	if err := own(from, work); err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.Remove(work)) }()
	m, err := k.Tools.Info(ctx, work)
	if err != nil {
		return "", err
	}
	if err := Judge(m, k.System); err != nil {
		return clip(m.Version), err
	}
	text, err := json.Marshal(pending{Slot: other(k.Slot), Version: m.Version, SHA256: sum})
	if err != nil {
		return m.Version, fmt.Errorf("remember update: %w", err)
	}
	k.state.Phase, k.state.Version = Installing, m.Version
	if err := k.say(); err != nil {
		return m.Version, err
	}
	k.Log.Info("an update is being installed", "version", m.Version, "slot", other(k.Slot))
	if err := k.Tools.Install(ctx, work); err != nil {
		return m.Version, err
	}
	if err := keep(k.home(pendingFile), text); err != nil {
		return m.Version, fmt.Errorf("remember update: %w", err)
	}
	return m.Version, nil
}

func other(slot string) string {
	if slot == "A" {
		return "B"
	}
	return "A"
}

// own makes a file the keeper's: where nobody else can put another in its place, and
// not a second name of something that somebody can write to.
func own(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return fmt.Errorf("take bundle: %w", err)
	}
	info, err := os.Lstat(to)
	if err == nil {
		s, known := info.Sys().(*syscall.Stat_t)
		switch {
		case !info.Mode().IsRegular(), !known, s.Nlink != 1:
			err = errors.New("it is not a file of its own")
		case info.Size() > wire.MaxUpdate:
			err = errors.New("it is too large")
		default:
			err = errors.Join(os.Lchown(to, os.Geteuid(), os.Getegid()), os.Chmod(to, 0o600))
		}
	}
	if err != nil {
		return errors.Join(fmt.Errorf("take bundle: %w", err), os.RemoveAll(to))
	}
	return nil
}

// keep makes a file durable.
func keep(path string, text []byte) error {
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
