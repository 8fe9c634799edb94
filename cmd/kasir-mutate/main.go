// Program kasir-mutate asks how sharp a package's tests are. It makes one small
// mistake at a time in the package, for every place where one can be made, and
// runs the package's own tests: a mistake that they do not see survives. A
// survivor is to be killed by a new test, or explained in a list, by which the
// program then goes. It is for developers, and never on a device.
//
// The mistakes are all in one test program, which is built once; which of them
// is made, an environment variable says. First each test runs alone without a
// mistake, and the program notes which mistakes it comes by; then each mistake
// is made for the tests that come by it and no others, from the quickest on,
// until one fails. The tests are asked to be short (testing.Short): what the short
// ones see the long ones see. That is what go test -cover cannot tell: statements that run
// are counted there, here every condition has to matter. On the way it says
// which conditions were never seen true, or false.
//
// A mistake that makes tests take ten times their usual work is seen: it would
// go on for ever.
//
// make mutate makes all of them in terminal and backend/ledger, some minutes each; its
// last figures are in cmd/kasir-storm/README.md.
//
// It imports the standard library and no other room; what it runs is the go
// command. Next room to visit: cmd/kasir-storm, which plants bigger mistakes.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// job is what the flags ask for.
type job struct {
	dir     string         // of the package
	known   string         // file of explained survivors, "" for none
	only    *regexp.Regexp // try those whose line matches
	every   int            // try every n-th of them
	workers int            // test programs at one time
	budget  time.Duration  // for all of it; 0: as long as it takes
	verbose bool
}

// run is the program: 0 when nothing survived that is not explained, 1 when
// something did, 2 when it could not find out.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	j, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err == nil {
		var found report
		if found, err = j.hunt(ctx, stderr); err == nil {
			return found.print(stdout)
		}
	}
	fmt.Fprintln(stderr, "kasir-mutate:", err)
	return 2
}

func parse(args []string, stderr io.Writer) (j job, err error) {
	f := flag.NewFlagSet("kasir-mutate", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&j.known, "known", "", "`file` of survivors that are explained")
	only := f.String("only", "", "make only mistakes whose line matches `this` regular expression")
	f.IntVar(&j.every, "every", 1, "make only every `n`-th mistake")
	f.IntVar(&j.workers, "workers", 2, "test programs at one `time`")
	f.DurationVar(&j.budget, "budget", 0, "`time` for all of it: what is left then is not tried, and said")
	f.BoolVar(&j.verbose, "v", false, "say what became of each mistake")
	f.Usage = func() {
		fmt.Fprintln(stderr, "usage: kasir-mutate [flags] DIRECTORY-OF-A-PACKAGE")
		f.PrintDefaults()
	}
	if err := f.Parse(args); err != nil {
		return j, err
	}
	if j.only, err = regexp.Compile(*only); err != nil {
		return j, err
	}
	if f.NArg() != 1 || j.every < 1 || j.workers < 1 {
		return j, errors.New("one directory is needed, and numbers from 1 on")
	}
	j.dir = f.Arg(0)
	return j, nil
}
