package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
)

// The linker sets these (-ldflags "-X main.version=v1.2.3"), as Go's own stamps
// depend on the checkout that a program is built in, and a release must come out
// the same from a tarball.
var (
	version = "devel" // what the release is called
	commit  string    // the first digits of its commit
	date    string    // of the commit, RFC 3339
)

// build is what is known about how this program was made.
type build struct {
	version string
	commit  string // "" when it was built outside of a checkout
	date    string // of the commit, RFC 3339
	changed bool   // the checkout had changes of its own
}

func thisBuild() build {
	b := build{version: version, commit: commit, date: date}
	if commit != "" {
		return b
	}
	info, there := debug.ReadBuildInfo()
	if !there {
		return b
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.commit = s.Value[:min(len(s.Value), 12)]
		case "vcs.time":
			b.date = s.Value
		case "vcs.modified":
			b.changed = s.Value == "true"
		}
	}
	return b
}

func (b build) String() string {
	out := "kasir " + b.version
	if b.commit != "" {
		out += " " + b.commit
	}
	if b.changed {
		out += "+changes"
	}
	if b.date != "" {
		out += " " + b.date
	}
	return out
}

// short is the build as the glass has room for it.
func (b build) short() string {
	if b.version != "devel" || b.commit == "" {
		return b.version
	}
	return b.commit
}

func printVersion(_ context.Context, args []string, _ io.Reader, stdout, stderr io.Writer) error {
	f := flag.NewFlagSet("version", flag.ContinueOnError)
	if err := parseFlags(f, args, "kasir version", stdout); err != nil {
		return err
	}
	_, err := fmt.Fprintf(stdout, "%v %s %s/%s\n", thisBuild(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
