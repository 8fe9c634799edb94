// Program kasir-bench prints what kasir costs, each figure as a ratio to a
// named floor or peer measured in the same run, because two runs on one
// machine differ by more than most changes do. It is for developers: it is
// never on a device. The rows are one file each.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"time"
)

// row is one line of the report.
type row struct {
	what  string  // what was measured, and against what
	ours  string  // our figure
	peer  string  // the peer's or the floor's
	ratio float64 // in the direction of goal
	goal  float64
	more  bool // more is better: peer/ours; else ours/peer
}

func (r row) String() string {
	sign, ok := "<=", r.ratio <= r.goal
	if r.more {
		sign, ok = ">=", r.ratio >= r.goal
	}
	verdict := "ok"
	if !ok {
		verdict = "MISSED"
	}
	return fmt.Sprintf("%-66s %10s %10s %8.2fx  %s %gx  %s", r.what, r.ours, r.peer, r.ratio, sign, r.goal, verdict)
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program: 0 when everything was measured, whatever came out; 1
// when something could not be measured.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("kasir-bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	rows := flags.Int("rows", 1_000_000, "rows in the large journal")
	python := flags.String("python", "/usr/bin/python3", "a Python with qrcode and Pillow (Debian: python3-qrcode, python3-pil)")
	backends := flags.Bool("backend", false, "measure the backend instead of the device")
	other := flags.String("rival", "", "measure bin/kasir-backend against another proxy: its `command`, started with PORT, PROVIDER and SERVER_KEY in its environment")
	devices := flags.String("idle-at", "", "be devices that wait at this `address`, as they come on standard input; for the row about them")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if *devices != "" {
		if err := beIdle(*devices, os.Stdin, stdout); err != nil {
			fmt.Fprintln(stderr, "kasir-bench:", err)
			return 1
		}
		return 0
	}
	if *other != "" {
		return report(ctx, stdout, stderr, func(ctx context.Context) ([]row, error) { return rival(ctx, "bin/kasir-backend", *other) })
	}
	if *backends {
		return report(ctx, stdout, stderr, backendRows, woken, idle)
	}
	return report(ctx, stdout, stderr,
		func(ctx context.Context) ([]row, error) { return frames(ctx, *python) },
		appends,
		func(ctx context.Context) ([]row, error) { return growth(ctx, *rows) },
		starts,
		confirm,
		salesTimes,
		pipeline,
		wires)
}

// report prints what is measured, one after the other.
func report(ctx context.Context, stdout, stderr io.Writer, measures ...func(context.Context) ([]row, error)) int {
	fmt.Fprintf(stdout, "%-66s %10s %10s %9s  %s\n", "measured in one run", "kasir", "peer", "ratio", "goal")
	failed := false
	for _, measure := range measures {
		got, err := measure(ctx)
		if err != nil {
			fmt.Fprintln(stderr, "kasir-bench:", err)
			failed = true
		}
		for _, r := range got {
			fmt.Fprintln(stdout, r)
		}
	}
	if failed {
		return 1
	}
	return 0
}

// median of what was measured; the middle says what usually happens, and a
// busy machine moves it least.
func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

func took(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}

func short(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return fmt.Sprintf("%.1fµs", float64(d)/1e3)
	default:
		return fmt.Sprintf("%.2fms", float64(d)/1e6)
	}
}

func over(a, b time.Duration) float64 { return float64(a) / float64(b) }
