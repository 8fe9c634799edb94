// Command kasir is the only program on the device: a till. It holds flags and
// wiring and decides nothing: what a till does is package terminal, what people
// see is package display, what is remembered is package store, and who is asked
// is terminal/uplink. Records cross from terminal to store in book.go, and
// nowhere else; nothing of the backend but its words is ever linked in.
//
// Panels and keys are tables (panel.go, keys.go) with one line for each kind;
// hardware adds lines. Next room to visit: terminal.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// Exit codes.
const (
	ok     = 0
	failed = 1 // it was tried and did not work; the till showed a fault
	misuse = 2 // nothing was tried: the command line or the config file is wrong
)

// A command is what comes after the program's name.
type command func(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error

var commands = map[string]command{
	"boards":    listBoards,
	"check":     runCheck,
	"enrol":     enrolTill,
	"provision": provisionCard,
	"run":       runTill,
	"journal":   printJournal,
	"shifts":    printShifts,
	"selftest":  selfTest,
	"update":    updateCommand,
	"version":   printVersion,
}

const usage = `kasir is a payment terminal: key an amount, the customer scans the code and pays.

  kasir run        be a till
  kasir check      try all parts of a till, on its own glass and keys
  kasir enrol      make this till known to its backend, by a code
  kasir boards     list the boards there are, and how well phones can read them
  kasir journal    verify a till's journal and print it; works beside a running till
  kasir shifts     what was taken in every shift, from a till's journal
  kasir selftest   prove that this program runs on this machine, without hardware
  kasir provision  take what kasir.txt on the card says about this till
  kasir update     say what of a device is new, or bring it something new
  kasir version    say which build this is

kasir COMMAND -h lists the flags of a command.
`

// run is the program. It returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		fmt.Fprint(stderr, usage)
		return misuse
	}
	do, there := commands[args[0]]
	switch {
	case args[0] == "help" || strings.TrimLeft(args[0], "-") == "h" || strings.TrimLeft(args[0], "-") == "help":
		fmt.Fprint(stdout, usage)
		return ok
	case !there:
		fmt.Fprintf(stderr, "kasir: there is no command %q; there are %s\n", args[0], sentence(slices.Sorted(maps.Keys(commands))))
		return misuse
	}
	err := do(ctx, args[1:], stdin, stdout, stderr)
	var wrong *misuseError
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
		return ok
	case errors.As(err, &wrong):
		fmt.Fprintf(stderr, "kasir %s: %v\nkasir %s -h lists the flags\n", args[0], err, args[0])
		return misuse
	}
	fmt.Fprintf(stderr, "kasir %s: %v\n", args[0], err)
	return failed
}

// misuseError is a command line or a config file that cannot be meant.
type misuseError struct{ err error }

func (e *misuseError) Error() string { return e.err.Error() }
func (e *misuseError) Unwrap() error { return e.err }

func misused(format string, args ...any) error {
	return &misuseError{fmt.Errorf(format, args...)}
}
