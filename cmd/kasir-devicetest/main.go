// Command kasir-devicetest tries the device without a device: the card that
// buildroot/qemu makes, in QEMU, from its first settings to LUNAS, with the
// backend and the provider on this machine and a customer who pays; then it cuts
// the power, destroys a system and hangs the till. make device-test runs it.
//
// Steps are named; -only picks some. It holds no rule of a till: what is right is
// what the provider's book, the backend and the journal say of each other. Next
// rooms to visit: cmd/kasir-devicetest/machine and card.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"kasir/cmd/kasir-devicetest/machine"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintf(os.Stderr, "kasir-devicetest: %v\n", err)
		os.Exit(1)
	}
}

// bench is where devices are tried.
type bench struct {
	card    string // directory of the emulated device
	control string // the same, with a till that does not flush its journal
	bin     string // directory of this machine's programs
	dir     string // for what comes up
	cuts    int
	seed    uint64
	out     io.Writer
	shop    *shop
}

// step is one thing that is tried; most is how long that may take.
type step struct {
	name string
	most time.Duration
	try  func(*bench, context.Context) error
}

var steps = []step{
	{"sale", 10 * time.Minute, (*bench).trySale},
	{"slot", 10 * time.Minute, (*bench).trySlot},
	{"cuts", 90 * time.Minute, (*bench).tryCuts},
	{"control", 10 * time.Minute, (*bench).tryControl},
	{"watchdog", 15 * time.Minute, (*bench).tryWatchdog},
	{"boot", 30 * time.Minute, (*bench).tryBoot},
}

func run(ctx context.Context, args []string, out io.Writer) (err error) {
	f := flag.NewFlagSet("kasir-devicetest", flag.ContinueOnError)
	b := &bench{out: out}
	f.StringVar(&b.card, "card", "dist/qemu/card", "`directory` of the emulated device, as make device-image leaves it")
	f.StringVar(&b.control, "control", "dist/qemu/control", "`directory` of the same device with a till that does not flush its journal")
	f.StringVar(&b.bin, "bin", "dist/qemu/bin", "`directory` with kasir, kasir-backend and midtrans-sandbox for this machine")
	f.IntVar(&b.cuts, "cuts", 20, "`number` of power cuts")
	f.Uint64Var(&b.seed, "seed", 1, "`number` that the moments of the cuts come from")
	only := f.String("only", "", "`steps` to try, with commas between; empty: all")
	if err := f.Parse(args); err != nil {
		return err
	}
	for _, name := range strings.FieldsFunc(*only, func(r rune) bool { return r == ',' }) {
		if !slices.ContainsFunc(steps, func(s step) bool { return s.name == name }) {
			return fmt.Errorf("there is no step %s", name)
		}
	}
	if b.dir, err = os.MkdirTemp("", "kasir-device-"); err != nil {
		return fmt.Errorf("make directory: %w", err)
	}
	defer func() {
		if err == nil {
			err = os.RemoveAll(b.dir)
		} else {
			fmt.Fprintf(out, "what is left of it is in %s\n", b.dir)
		}
	}()
	if b.shop, err = openShop(ctx, b.bin, b.dir); err != nil {
		return err
	}
	defer b.shop.close()
	for _, s := range steps {
		if *only == "" || slices.Contains(strings.Split(*only, ","), s.name) {
			if err := b.try(ctx, s); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *bench) try(ctx context.Context, s step) error {
	ctx, cancel := context.WithTimeoutCause(ctx, s.most, fmt.Errorf("it takes longer than %v", s.most))
	defer cancel()
	began := time.Now()
	if err := s.try(b, ctx); err != nil {
		return fmt.Errorf("%s: %w", s.name, errors.Join(err, context.Cause(ctx)))
	}
	fmt.Fprintf(b.out, "OK   %s, %.0f s\n", s.name, time.Since(began).Seconds())
	return nil
}

func (b *bench) say(format string, args ...any) { fmt.Fprintf(b.out, "     "+format+"\n", args...) }

// power starts a machine with a card in it. log is where its writes are noted; "" for
// nowhere.
func (b *bench) power(ctx context.Context, image, log string) (*machine.Machine, error) {
	return machine.Start(ctx, machine.Options{
		Dir: b.dir, Card: image, Tree: filepath.Join(b.card, "virt.dtb"),
		Firmware: filepath.Join(b.card, "u-boot.bin"), WriteLog: log,
	})
}
