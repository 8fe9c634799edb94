package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"

	"kasir/cmd/kasir/update"
)

const updateUsage = `kasir update                   say what runs and what is to come
kasir update -take FILE        take a signed bundle, as soon as no sale is open
kasir update -keep [flags]     be the keeper of a device: verify, install, restart

-take and -keep are root's. The till itself fetches, and finds the moment.`

// updateCommand is kasir update.
func updateCommand(ctx context.Context, args []string, _ io.Reader, stdout, stderr io.Writer) error {
	f := flag.NewFlagSet("update", flag.ContinueOnError)
	keep := f.Bool("keep", false, "be the keeper, until a terminal signal")
	take := f.String("take", "", "`file` of a bundle to install at once")
	inbox := f.String("inbox", "/data/kasir/update", "`directory` into which the till fetches")
	home := f.String("home", "/data/system/update", "`directory` of the keeper alone, on the same file system")
	if err := parseFlags(f, args, updateUsage, stdout); err != nil {
		return err
	}
	switch {
	case *keep && *take != "":
		return misused("-keep and -take are two things")
	case *keep:
		return keepUpdates(ctx, *inbox, *home, slog.New(slog.NewTextHandler(stderr, nil)))
	case *take != "":
		return takeUpdate(*take, *home)
	}
	return sayUpdate(stdout)
}

// keepUpdates is the keeper.
func keepUpdates(ctx context.Context, inbox, home string, log *slog.Logger) error {
	system := update.ThisSystem("/")
	tools, slot, err := update.Real(system, update.Device.Keeper)
	if err != nil {
		return err
	}
	log.Info("keeper starts", "board", system.Board, "version", system.Version, "slot", slot)
	k := update.Keeper{System: system, Slot: slot, Paths: update.Device, Inbox: inbox, Home: home, Tools: tools, Log: log}
	return k.Run(ctx)
}

func takeUpdate(file, home string) error {
	f, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("read bundle: %w", err)
	}
	defer f.Close()
	return update.Take(home, f)
}

// sayUpdate tells a technician how things stand.
func sayUpdate(stdout io.Writer) error {
	system := update.ThisSystem("/")
	state, err := update.Device.State()
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "board    %s\nversion  %s\n", orNone(system.Board), orNone(system.Version))
	if state.Phase != update.Nothing {
		fmt.Fprintf(stdout, "update   %s is %s\n", state.Version, state.Phase)
	}
	if state.Why != "" {
		fmt.Fprintf(stdout, "refused  %s\n", state.Why)
	}
	return nil
}

func orNone(s string) string {
	if s == "" {
		return "not known"
	}
	return s
}
