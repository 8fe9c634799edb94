package update

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"kasir/backend/wire"
)

// Paths is where the till and the keeper leave word for each other. Both are gone
// with the power, so nobody acts on what was meant for another life.
type Paths struct {
	Till   string // directory in which only the till writes
	Keeper string // directory in which only the keeper writes
}

// Device is Paths on a device.
var Device = Paths{Till: "/run/kasir", Keeper: "/run/kasir-update"}

func (p Paths) health() string { return filepath.Join(p.Till, "health") }
func (p Paths) ask() string    { return filepath.Join(p.Till, "ask") }
func (p Paths) state() string  { return filepath.Join(p.Keeper, "state") }

// Phase is how far an update has come.
type Phase string

// The phases.
const (
	Nothing    Phase = ""
	Ready      Phase = "ready"      // the keeper has one, and waits to be asked
	Installing Phase = "installing" // selling may go on
	Installed  Phase = "installed"  // it begins with the next start
)

// State is what the keeper says.
type State struct {
	Phase   Phase    `json:"phase"`
	Version string   `json:"version,omitempty"` // that is ready, being installed or installed
	AtOnce  bool     `json:"at_once,omitempty"` // a technician stands there
	Why     string   `json:"why,omitempty"`     // the last one was refused
	Bad     []string `json:"bad,omitempty"`     // sha256 of bundles that are not taken again
}

const (
	maxState = 16 << 10 // bytes of a state
	maxAsk   = 200      // bytes of a question
	maxBad   = 32       // bundles that are remembered as bad

	askRestart = "restart"
	askInstall = "install "
	ofKeeper   = "ready" // install what the keeper has
)

// State reads what the keeper says; the zero State when it says nothing.
func (p Paths) State() (State, error) {
	var s State
	text, err := readMost(p.state(), maxState)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	if err != nil {
		return State{}, fmt.Errorf("read state of update: %w", err)
	}
	return s, nil
}

// AskInstall asks the keeper to install what it has ready, or the bundle of this
// name that the till fetched.
func (p Paths) AskInstall(name string) error {
	if name == "" {
		name = ofKeeper
	}
	return p.leave(p.ask(), []byte(askInstall+name+"\n"))
}

// AskRestart tells the keeper that the till is gone and the device may restart, and
// /usr/lib/kasir/till not to start another one meanwhile.
func (p Paths) AskRestart() error {
	if err := p.leave(filepath.Join(p.Till, "restarting"), nil); err != nil {
		return err
	}
	return p.leave(p.ask(), []byte(askRestart+"\n"))
}

// SayHealth tells the trial how the till is.
func (p Paths) SayHealth(h Health, why string, calm bool) error {
	return p.leave(p.health(), healthFile(h, why, calm))
}

// leave makes a file of the text, whole or not at all.
func (p Paths) leave(path string, text []byte) error {
	made := path + ".new"
	err := os.WriteFile(made, text, 0o644)
	if err == nil {
		err = os.Rename(made, path)
	}
	if err != nil {
		return fmt.Errorf("say %s: %w", filepath.Base(path), err)
	}
	return nil
}

// asked is what the till asks for: restart, or a bundle's name, which is the
// keeper's own or one that cannot lead out of a directory. The question is gone
// when it was read. The till's directory is the till's: nothing in it is followed
// or waited for.
func (p Paths) asked() (restart bool, bundle string, err error) {
	text, err := readMost(p.ask(), maxAsk)
	if errors.Is(err, fs.ErrNotExist) {
		return false, "", nil
	}
	if gone := os.RemoveAll(p.ask()); err == nil {
		err = gone
	}
	if err != nil {
		return false, "", fmt.Errorf("read question: %w", err)
	}
	line := strings.TrimSuffix(string(text), "\n")
	if line == askRestart {
		return true, "", nil
	}
	bundle, found := strings.CutPrefix(line, askInstall)
	sum, named := strings.CutSuffix(bundle, bundleSuffix)
	if !found || bundle != ofKeeper && (!named || !wire.ValidSHA256(sum)) {
		return false, "", errors.New("read question: it is none")
	}
	return false, bundle, nil
}

// readMost reads a regular file that is not larger than most; it follows no link at
// its end and waits for no pipe.
func readMost(path string, most int64) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > most {
		return nil, fmt.Errorf("%s is not a file of %d bytes at most", path, most)
	}
	return io.ReadAll(io.LimitReader(f, most))
}
