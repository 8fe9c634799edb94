// Command kasir-backend is the merchant's backend on a port: it holds the
// Server Key, makes charges for terminals and hears the provider's
// notifications. It holds flags, a key file and a server; what it does is
// described in package backend. With the name of a verb it is a thin client of
// the merchant's paths of one that runs.
//
//	kasir-backend serve -listen 127.0.0.1:8081 -db backend.db -midtrans https://api.sandbox.midtrans.com \
//	    -server-key-file server.key -notify-url https://shop.example/v1/notifications/midtrans
//	kasir-backend charge|link|customer|unlink|snap|subscription|transactions|refund|settlement|cases|close-case|journals|export|owner|enrol|devices|revoke|rotate|lift|authority -token-file merchant.token ...
//	kasir-backend migrate -from sqlite:backend.db -to postgres://kasir@db.example/kasir
//	kasir-backend version
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// version is stamped by the linker.
var version = ""

// Exit codes.
const (
	ok     = 0
	failed = 1
	misuse = 2
)

// garbagePercent is how much may be garbage for each byte in use before it is
// collected. Most of what a backend has in use are connections of devices that wait,
// which keep no processor busy: a third of it is room enough.
const garbagePercent = 35

func main() {
	if os.Getenv("GOGC") == "" { // else whoever set it is obeyed
		debug.SetGCPercent(garbagePercent)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

const usage = `usage: kasir-backend serve [flags]     serve terminals and take notifications; serve -h lists the flags
       kasir-backend VERB [flags]      ask a running backend as the merchant; VERB -h lists the flags
                                       charge, link, customer, unlink, snap, subscription, transactions, refund,
                                       settlement, cases, close-case, journals, export, owner,
                                       enrol, devices, revoke, rotate, lift, authority
       kasir-backend migrate [flags]   move from a file to an empty PostgreSQL database; migrate -h lists the flags
       kasir-backend version           print the version

exit codes: 0 done, 1 refused or not reached, 2 misuse, 3 not known yet (run it again)
`

// run is the program, until ctx ends. What it serves on is the first line on
// stdout; the log goes to stderr.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	verb := ""
	if len(args) > 0 {
		verb, args = args[0], args[1:]
	}
	switch verb {
	case "serve":
		return serveCommand(ctx, args, stdout, stderr)
	case "migrate":
		return migrateCommand(ctx, args, stdout, stderr)
	case "version":
		fmt.Fprintln(stdout, "kasir-backend", versionText())
		return ok
	case "help", "-h", "-help", "--help":
		fmt.Fprint(stdout, usage)
		return ok
	}
	if v, known := verbs()[verb]; known {
		return runVerb(ctx, verb, v, args, stdout, stderr)
	}
	fmt.Fprint(stderr, usage)
	return misuse
}

func serveCommand(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	c, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return ok
	case err != nil:
		fmt.Fprintf(stderr, "kasir-backend: %v\n", err)
		return misuse
	}
	log := c.logger(stderr)
	if err := c.serve(ctx, stdout, log); err != nil {
		fmt.Fprintf(stderr, "kasir-backend: %v\n", err)
		return failed
	}
	return ok
}

func versionText() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "unknown"
}
