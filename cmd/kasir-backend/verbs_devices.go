package main

import (
	"bufio"
	"bytes"
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"kasir/backend/identity"
	"kasir/backend/ledger"
)

const (
	maxBatch  = 10_000              // devices in one file
	batchLife = 7 * 24 * time.Hour  // of codes, unless somebody says otherwise: a roll-out takes days
	maxFile   = maxBatch * (24 + 2) // bytes
)

var enrolVerb = verb{
	args: "NAME | -batch FILE",
	says: "Make a code by which a device enrols, once: key it on the device, or write it into its kasir.txt. A code that was made before for the same name is void. With -batch: one name a line, and out comes a table of names and codes (-json for programs).",
	set: func(f *flag.FlagSet) func(context.Context, *api, []string) (answer, error) {
		life := f.Duration("life", 0, "how long the code lasts, 1m to 720h; 0: 24h, or with -batch 168h")
		batch := f.String("batch", "", "`file` of names")
		return func(ctx context.Context, a *api, args []string) (answer, error) {
			if (len(args) == 1) == (*batch != "") || len(args) > 1 {
				return answer{}, misused("a NAME, or -batch FILE")
			}
			if *batch == "" {
				i, err := invite(ctx, a, args[0], *life)
				return one(i, "device", i.Device, "code", i.Code, "lasts until", moment(i.Ends)), err
			}
			if *life == 0 {
				*life = batchLife
			}
			return inviteAll(ctx, a, *batch, *life)
		}
	},
}

func invite(ctx context.Context, a *api, name string, life time.Duration) (i identity.Invitation, err error) {
	err = a.ask(ctx, http.MethodPost, "devices/"+seg(name)+"/code", map[string]int64{"life_ms": life.Milliseconds()}, &i)
	return i, err
}

// inviteAll makes a code for every name of a file, and none when one of them is
// no name. When it is cut off, what was made by then is printed.
func inviteAll(ctx context.Context, a *api, path string, life time.Duration) (answer, error) {
	names, err := readNames(path)
	if err != nil {
		return answer{}, err
	}
	var all []identity.Invitation
	out := answer{rows: [][]string{{"DEVICE", "CODE", "LASTS UNTIL"}}}
	for _, name := range names {
		i, err := invite(ctx, a, name, life)
		if err != nil {
			out.code, out.tail = failed, fmt.Sprintf("not all: %s: %s", name, explain(err))
			break
		}
		all = append(all, i)
		out.rows = append(out.rows, []string{printable(i.Device), i.Code, moment(i.Ends)})
	}
	out.body = all
	return out, nil
}

func readNames(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read batch: %w", err)
	}
	if info.Size() > maxFile {
		return nil, fmt.Errorf("read batch: %s is larger than %d names can be", path, maxBatch)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read batch: %w", err)
	}
	var names []string
	line := map[string]int{}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		name := strings.TrimSpace(lines.Text())
		switch {
		case name == "" || name[0] == '#':
			continue
		case !ledger.ValidDevice(name):
			return nil, fmt.Errorf("read batch: line %d: not a device's name: letters, digits, - _ . ~, 24 at most", n)
		case line[name] > 0:
			return nil, fmt.Errorf("read batch: line %d: %s was there before, in line %d", n, name, line[name])
		}
		line[name], names = n, append(names, name)
	}
	return names, lines.Err()
}

var devicesVerb = verb{
	args: "",
	says: "List the devices that were ever invited, and how each stands.",
	set: func(*flag.FlagSet) func(context.Context, *api, []string) (answer, error) {
		return func(ctx context.Context, a *api, args []string) (answer, error) {
			if len(args) > 0 {
				return answer{}, misused("no arguments")
			}
			var all []identity.Shown
			for after := ""; ; {
				var page identity.Listed
				if err := a.ask(ctx, http.MethodGet, "devices?after="+url.QueryEscape(after), nil, &page); err != nil {
					return answer{}, err
				}
				all = append(all, page.Devices...)
				if after = page.Next; after == "" {
					break
				}
			}
			out := answer{body: all, rows: [][]string{{"DEVICE", "STATE", "CERTIFICATE UNTIL", "CODE UNTIL", "LAST SEEN", ""}}}
			for _, d := range all {
				out.rows = append(out.rows, []string{d.Device, string(d.State), moment(d.Ends), moment(d.CodeEnds), moment(d.Seen), printable(noted(d))})
			}
			return out, nil
		}
	},
}

// noted is what there is to say of a device besides.
func noted(d identity.Shown) string {
	if d.Old && d.Why == "" {
		return "certificate of the old authority"
	}
	return d.Why
}

// deviceVerb is an order about one device.
func deviceVerb(name, says string) verb {
	return verb{args: "NAME", says: says, set: func(*flag.FlagSet) func(context.Context, *api, []string) (answer, error) {
		return func(ctx context.Context, a *api, args []string) (answer, error) {
			if len(args) != 1 {
				return answer{}, misused("the NAME of a device")
			}
			var d identity.Shown
			err := a.ask(ctx, http.MethodPost, "devices/"+seg(args[0])+"/"+name, nil, &d)
			made := ""
			if d.NewKey {
				made = "wanted; the till makes it within an hour"
			}
			return one(d, "device", d.Device, "state", string(d.State), "why", d.Why, "new key", made), err
		}
	}}
}

var (
	revokeVerb = deviceVerb("revoke", "Shut a device out, from its next request on; for one that was stolen. A new code lets it in again.")
	rotateVerb = deviceVerb("rotate", "Have a device make a new key. Of no use against a thief: revoke.")
	liftVerb   = deviceVerb("lift", "End a device's quarantine, after one of the two tills with its card was taken away.")
)
