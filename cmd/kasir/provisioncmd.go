package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"kasir/backend/wire"
	"kasir/cmd/kasir/board"
	"kasir/cmd/kasir/provision"
	"kasir/store"
	"kasir/terminal"
)

const provisionUsage = `kasir provision -boot DIR | -keyed FILE -data DIR [-show TIME]

Takes kasir.txt from the boot partition of a card: writes the settings of this
till, says in kasir-report.txt what came of it, removes what is secret from the
file and calls it kasir-taken.txt. A file with anything wrong in it changes
nothing. When there is a kasir-wipe.txt that names this till, everything is
forgotten first, unless the journal still has money to account for.`

const (
	wipeFile   = "kasir-wipe.txt"
	askFile    = "kasir.txt"
	takenFile  = "kasir-taken.txt"
	reportFile = "kasir-report.txt"
	maxAsk     = 64 << 10 // bytes that are read of a kasir.txt, to find out that it is none
)

// card is where a device keeps what.
type card struct{ boot, data string }

func (c card) config() string  { return filepath.Join(c.data, "kasir", "kasir.conf") }
func (c card) journal() string { return filepath.Join(c.data, "kasir", "journal.db") }
func (c card) log() string     { return filepath.Join(c.data, "kasir", "kasir.log") }
func (c card) updates() string { return filepath.Join(c.data, "kasir", "update") }
func (c card) code() string    { return filepath.Join(c.data, "kasir", "enrol-code") }
func (c card) radio() string   { return filepath.Join(c.data, "system", "wifi.conf") }
func (c card) ssh() string     { return filepath.Join(c.data, "system", "ssh", "authorized_keys") }
func (c card) sshHost() string { return filepath.Join(c.data, "system", "ssh", "host_ed25519") } // made by S60ssh

func provisionCard(ctx context.Context, args []string, _ io.Reader, stdout, _ io.Writer) error {
	f := flag.NewFlagSet("provision", flag.ContinueOnError)
	var c card
	f.StringVar(&c.boot, "boot", "", "`directory` of the boot partition; required")
	f.StringVar(&c.data, "data", "", "`directory` of the data partition; required")
	file := f.String("keyed", "", "instead of a boot partition, `file` with settings that were keyed on the till itself")
	show := f.Duration("show", 0, "how `long` what is wrong stays on the till's glass, for instance 1m; 0: it is only written")
	if err := parseFlags(f, args, provisionUsage, stdout); err != nil {
		return err
	}
	if (c.boot == "") == (*file == "") || c.data == "" {
		return misused("-boot and -data are missing: where is the card?")
	}
	for _, dir := range []string{"kasir", "system", "system/ssh"} {
		if err := os.MkdirAll(filepath.Join(c.data, dir), 0o750); err != nil {
			return fmt.Errorf("make directory: %w", err)
		}
	}
	if *file != "" {
		s, problems, err := c.takeKeyed(*file)
		if len(problems) > 0 && *show > 0 {
			err = errors.Join(err, c.show(ctx, s.Board, problems, *show))
		}
		return err
	}
	if err := c.wipe(ctx); err != nil {
		return errors.Join(err, c.report([]byte("NOT WIPED: "+err.Error()+"\r\n")))
	}
	s, problems, err := c.provision()
	if len(problems) > 0 && *show > 0 {
		err = errors.Join(err, c.show(ctx, s.Board, problems, *show))
	}
	return err
}

// provision takes kasir.txt, if there is one, and returns what it says and what is
// wrong with it. It may be cut off anywhere and begun again: the file is taken
// away last.
func (c card) provision() (s provision.Settings, problems []provision.Problem, err error) {
	path := filepath.Join(c.boot, askFile)
	text, err := readMost(path, maxAsk)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil, nil
	}
	if err != nil {
		return s, nil, fmt.Errorf("read %s: %w", askFile, err)
	}
	s, problems = provision.Parse(text, readyBoards())
	if _, good := wire.ReadCode(s.Code); len(problems) == 0 && s.Code != "" && !good {
		problems = append(problems, provision.Problem{What: "code: a digit is wrong; compare it with what the backend printed"})
	}
	if p := c.renames(s); len(problems) == 0 && p != "" {
		problems = append(problems, provision.Problem{What: p})
	}
	if len(problems) == 0 {
		if err := c.settle(s); err != nil {
			return s, nil, errors.Join(err, c.report([]byte("NOT TAKEN: "+err.Error()+"\r\n")))
		}
	}
	err = errors.Join(c.report(provision.Report(s, problems, thisBuild().String())), overwrite(path, provision.Scrub(text)))
	if len(problems) > 0 {
		return s, problems, errors.Join(fmt.Errorf("read %s: %v", askFile, problems[0]), err)
	}
	if err != nil {
		return s, nil, err
	}
	if err := os.Rename(path, filepath.Join(c.boot, takenFile)); err != nil {
		return s, nil, fmt.Errorf("take %s: %w", askFile, err)
	}
	return s, nil, syncDir(c.boot)
}

// settle writes the settings; the config file last, as it is what makes a till.
func (c card) settle(s provision.Settings) error {
	radio, err := s.Radio()
	if err != nil {
		return err
	}
	for _, f := range []struct {
		path string
		text []byte
		mode fs.FileMode
	}{
		{c.radio(), radio, 0o600},
		{c.code(), []byte(s.Code), 0o600},
		{c.ssh(), sshKeys(s), 0o600},
		{c.config(), s.Config(c.journal(), c.log(), c.updates()), 0o640},
	} {
		if len(f.text) == 0 {
			continue // what was not said stays as it was
		}
		if err := replace(f.path, f.text, f.mode); err != nil {
			return fmt.Errorf("write settings: %w", err)
		}
	}
	if s.SSHKey == provision.NoSSHKey {
		return c.forget(c.ssh())
	}
	return nil
}

// sshKeys is the file by which S60ssh knows who may log in.
func sshKeys(s provision.Settings) []byte {
	if s.SSHKey == "" || s.SSHKey == provision.NoSSHKey {
		return nil
	}
	return []byte(s.SSHKey + "\n")
}

// forget removes a file, for good.
func (c card) forget(file string) error {
	if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove %s: %w", filepath.Base(file), err)
	}
	return syncDir(filepath.Dir(file))
}

// renames says why a till with a journal cannot be called otherwise: its name is
// in every order that is still asked about.
func (c card) renames(s provision.Settings) string {
	was := c.name()
	if _, err := os.Stat(c.journal()); err != nil || was == "" || was == s.Name {
		return ""
	}
	return fmt.Sprintf("name: this till is %s and its journal is of that name; to make it another till, wipe it first (%s)", was, wipeFile)
}

// name is what the till is called now; "" for one that is nobody yet.
func (c card) name() string { return c.said("device") }

// said is what the config file has for a flag.
func (c card) said(flag string) string {
	text, err := readMost(c.config(), maxConfig)
	if err != nil {
		return ""
	}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		if value, found := strings.CutPrefix(lines.Text(), flag+" "); found {
			return value
		}
	}
	return ""
}

// wipe makes the till nobody again, when kasir-wipe.txt asks for that and names
// it. The journal goes before the name, or a wipe that was cut off could not be
// told from a till that never was.
func (c card) wipe(ctx context.Context) error {
	path := filepath.Join(c.boot, wipeFile)
	text, err := readMost(path, maxAsk)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", wipeFile, err)
	}
	if name := c.name(); name != "" && strings.TrimSpace(string(text)) != name {
		return fmt.Errorf("%s must hold the name of this till, which is %s, and nothing else", wipeFile, name)
	}
	if err := c.owes(ctx); err != nil {
		return err
	}
	if err := store.Remove(c.journal()); err != nil {
		return fmt.Errorf("wipe: %w", err)
	}
	for _, file := range []string{
		c.journal() + ".confirm",
		badgeFile(c.journal()), badgeFile(c.journal()) + ".key",
		c.log(), c.log() + ".1", c.radio(), c.ssh(), c.sshHost(), c.code(), c.config(),
	} {
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("wipe: %w", err)
		}
	}
	for _, dir := range []string{filepath.Join(c.data, "kasir"), filepath.Join(c.data, "system"), filepath.Dir(c.ssh())} {
		if err := syncDir(dir); err != nil {
			return err
		}
	}
	if err := os.Remove(path); err != nil {
		return fmt.Errorf("wipe: %w", err)
	}
	return c.report([]byte("OK: this till was wiped.\r\n"))
}

// owes returns an error while the journal has money to account for: a sale
// without an outcome, money or an alarm that nobody has seen, or rows that cannot
// be read, which may be any of these.
func (c card) owes(ctx context.Context) (err error) {
	if _, err := os.Stat(c.journal()); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	j, err := store.OpenReadOnly(ctx, c.journal())
	if err != nil {
		return fmt.Errorf("the journal cannot be read, so nobody knows what is owed; rescue it first: %w", err)
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	if err := j.Verify(ctx); err != nil {
		return fmt.Errorf("the journal is damaged, so nobody knows what is owed; rescue it first: %w", err)
	}
	b, err := terminal.Fold(records(j.Rows(ctx, 1)))
	if err != nil {
		return fmt.Errorf("the journal cannot be read, so nobody knows what is owed; rescue it first: %w", err)
	}
	if n := len(b.Open) + len(b.Unseen) + len(b.Alarms); n > 0 {
		return fmt.Errorf("the journal still has money to account for: %d sales without an outcome, %d payments and %d alarms that nobody has seen; start the till and bring them to an end", len(b.Open), len(b.Unseen), len(b.Alarms))
	}
	return nil
}

func (c card) report(text []byte) error {
	if err := replace(filepath.Join(c.boot, reportFile), text, 0o644); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// readyBoards are the names of the boards that are built in.
func readyBoards() []string {
	var names []string
	for _, path := range board.Ready() {
		names = append(names, strings.TrimSuffix(filepath.Base(path), ".conf"))
	}
	return names
}
