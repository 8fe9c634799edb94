package update

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"kasir/backend/wire"
)

const (
	// nowFile on a stick says that a technician stands there and waits.
	nowFile  = "kasir-update-now.txt"
	maxNames = 1000 // on a stick that are looked at
)

// lookAtTaken takes what somebody with a shell left ("kasir update -take").
func (k *Keeper) lookAtTaken(ctx context.Context) {
	err := os.Rename(k.home(takenFile), k.home(readyFile))
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err == nil {
		err = k.ready(ctx, true)
	}
	k.tell("a bundle that was left", err)
}

// Take leaves a bundle for the keeper whose home this is; it is installed as soon as
// no sale is open.
func Take(home string, bundle io.Reader) error {
	made := filepath.Join(home, takenFile+".new")
	if err := fill(made, bundle); err != nil {
		return fmt.Errorf("leave bundle: %w", errors.Join(err, os.Remove(made)))
	}
	if err := os.Rename(made, filepath.Join(home, takenFile)); err != nil {
		return fmt.Errorf("leave bundle: %w", err)
	}
	return nil
}

// lookAtSticks looks once at each stick that is plugged in.
func (k *Keeper) lookAtSticks(ctx context.Context) {
	there, err := k.Tools.Sticks()
	if err != nil {
		k.Log.Error("nobody knows which sticks there are", "err", err)
		return
	}
	now := map[string]bool{}
	for _, stick := range there {
		now[stick] = true
		if !k.seen[stick] {
			k.tell(stick, k.lookAtStick(ctx, stick))
		}
	}
	k.seen = now
}

// tell says what came of a bundle that was brought.
func (k *Keeper) tell(where string, err error) {
	if err == nil {
		return
	}
	k.state.Why = err.Error()
	k.Log.Error("no update was taken", "from", where, "err", err)
}

// lookAtStick copies the newest bundle for this board, if there is one.
func (k *Keeper) lookAtStick(ctx context.Context, stick string) (err error) {
	dir := filepath.Join(k.Paths.Keeper, "stick")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("read stick: %w", err)
	}
	unmount, err := k.Tools.Mount(ctx, stick, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unmount()) }()
	name, err := newest(dir, k.System.Board)
	if name == "" || err != nil {
		return err
	}
	_, err = os.Lstat(filepath.Join(dir, nowFile))
	atOnce := err == nil
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return fmt.Errorf("read stick: %w", err)
	}
	defer f.Close()
	made := k.home(readyFile + ".new")
	if err := fill(made, f); err != nil {
		return errors.Join(fmt.Errorf("copy bundle: %w", err), os.Remove(made))
	}
	if err := os.Rename(made, k.home(readyFile)); err != nil {
		return fmt.Errorf("copy bundle: %w", err)
	}
	return k.ready(ctx, atOnce)
}

// newest is the name of the newest bundle for a board in dir; "" without one.
func newest(dir, board string) (string, error) {
	d, err := os.Open(dir)
	if err != nil {
		return "", fmt.Errorf("read stick: %w", err)
	}
	defer d.Close()
	names, err := d.Readdirnames(maxNames)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read stick: %w", err)
	}
	best, version := "", ""
	for _, name := range names {
		rest, a := strings.CutPrefix(name, "kasir-"+board+"-")
		v, b := strings.CutSuffix(rest, bundleSuffix)
		if a && b && wire.ValidUpdateVersion(v) && (best == "" || wire.NewerUpdate(v, version)) {
			best, version = name, v
		}
	}
	return best, nil
}

// fill makes a file of what r has, and waits until it is on the card.
func fill(path string, r io.Reader) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	n, err := io.Copy(f, io.LimitReader(r, wire.MaxUpdate+1))
	if err == nil && n > wire.MaxUpdate {
		err = errors.New("it is too large")
	}
	return errors.Join(err, f.Sync(), f.Close())
}

// ready looks at the bundle that was brought, and offers it to the till.
func (k *Keeper) ready(ctx context.Context, atOnce bool) error {
	m, err := k.Tools.Info(ctx, k.home(readyFile))
	if err == nil {
		err = Judge(m, k.System)
	}
	if err == nil {
		k.sum, err = sumOf(k.home(readyFile))
	}
	if err == nil && slices.Contains(k.state.Bad, k.sum) {
		err = fmt.Errorf("judge bundle: %s was tried before and came back", m.Version) // a stick that is left in
	}
	if err != nil {
		k.state.Phase, k.state.Version, k.state.AtOnce = Nothing, "", false
		return errors.Join(err, os.Remove(k.home(readyFile)))
	}
	k.state.Phase, k.state.Version, k.state.AtOnce, k.state.Why = Ready, m.Version, atOnce, ""
	k.Log.Info("an update is ready", "version", m.Version, "at once", atOnce)
	return nil
}
