// Program kasir-storm tells many stories about money, each from a seed, and
// looks in every one for a promise that does not hold. It is for developers: it
// is never on a device. What a story is, and what is promised, package sim says.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"sync"
	"time"

	"kasir/cmd/kasir-storm/sim"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// job is what the flags ask for.
type job struct {
	seeds, first uint64
	one          bool // tell the story of first
	plant        sim.Plant
	plants       bool
	workers      int
}

// run is the program: 0 when every promise held, 1 when one did not, 2 when
// it was called wrongly.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	j, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		fmt.Fprintln(stderr, "kasir-storm:", err)
		return 2
	}
	switch {
	case j.one:
		return tellOne(j, stdout)
	case j.plants:
		return tellPlants(ctx, j, stdout)
	}
	return tellMany(ctx, j, stdout)
}

func parse(args []string, stderr io.Writer) (job, error) {
	j := job{}
	flags := flag.NewFlagSet("kasir-storm", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Uint64Var(&j.seeds, "seeds", 10_000, "how many stories to tell")
	flags.Uint64Var(&j.first, "first", 1, "the first seed")
	seed := flags.Uint64("seed", 0, "tell the story of this one seed, happening by happening")
	plant := flags.String("plant", "", "plant the bug of this name (see -plants)")
	flags.BoolVar(&j.plants, "plants", false, "plant every bug that there is, and say after how many stories each was found")
	flags.IntVar(&j.workers, "workers", runtime.GOMAXPROCS(0), "stories told at one time; what comes out does not depend on it")
	if err := flags.Parse(args); err != nil {
		return j, err
	}
	if flags.NArg() > 0 || j.workers < 1 || j.seeds < 1 {
		return j, fmt.Errorf("read flags: %q is too much, or a number is too small", flags.Args())
	}
	if *plant != "" {
		p, err := sim.PlantNamed(*plant)
		if err != nil {
			return j, err
		}
		j.plant = p
	}
	if *seed != 0 {
		j.one, j.first = true, *seed
	}
	return j, nil
}

// tellOne writes one story down, and its hash: the same twice.
func tellOne(j job, stdout io.Writer) int {
	r := sim.Run(sim.Options{Seed: j.first, Plant: j.plant, Story: stdout})
	again := sim.Run(sim.Options{Seed: j.first, Plant: j.plant})
	fmt.Fprintf(stdout, "seed %d: %d happenings in %v, %d sales, %d settled, %d kills, trace %016x\n",
		r.Seed, r.Steps, r.Virtual.Round(time.Second), r.Sales, r.Settled, r.Kills, r.Hash)
	if again.Hash != r.Hash {
		fmt.Fprintf(stdout, "and told again, trace %016x: the simulator is not deterministic\n", again.Hash)
		return 1
	}
	if r.Broken != nil {
		fmt.Fprintln(stdout, "BROKEN:", r.Broken)
		return 1
	}
	return 0
}

// tellMany tells stories until all are told or a promise is broken.
func tellMany(ctx context.Context, j job, stdout io.Writer) int {
	start := time.Now()
	sum := storm(ctx, j)
	took := time.Since(start)
	fmt.Fprintf(stdout, "%d stories in %v (%.0f a second on %d workers), %d happenings, %v of virtual trade\n",
		sum.told, took.Round(time.Millisecond), float64(sum.told)/took.Seconds(), j.workers, sum.steps, sum.virtual.Round(time.Hour))
	fmt.Fprintf(stdout, "%d sales, %d settlements, %d kills; traces add up to %016x\n", sum.sales, sum.settled, sum.kills, sum.hash)
	if sum.broken == nil {
		fmt.Fprintf(stdout, "%d promises held in every story\n", len(sim.Promises))
		return 0
	}
	fmt.Fprintf(stdout, "BROKEN: %v\nthe story: kasir-storm -seed %d%s\n", sum.broken.Broken, sum.broken.Seed, planted(j.plant))
	return 1
}

func planted(p sim.Plant) string {
	if p == "" {
		return ""
	}
	return fmt.Sprintf(" -plant %q", string(p))
}

// tellPlants says for every planted bug which seed found it.
func tellPlants(ctx context.Context, j job, stdout io.Writer) int {
	missed := 0
	for _, p := range sim.Plants {
		j.plant = p
		sum := storm(ctx, j)
		if sum.broken == nil {
			fmt.Fprintf(stdout, "%-40s NOT FOUND in %d stories\n", p, sum.told)
			missed++
			continue
		}
		fmt.Fprintf(stdout, "%-40s seed %-6d %s\n", p, sum.broken.Seed, strings.SplitN(sum.broken.Broken.Error(), ":", 2)[0])
	}
	if missed > 0 {
		return 1
	}
	return 0
}

// summary is what many stories came to.
type summary struct {
	told, hash            uint64
	steps, sales, settled int
	kills                 int
	virtual               time.Duration
	broken                *sim.Result // of the lowest seed
}

// storm tells the stories of a job on all its workers. Stories do not know of
// each other, and the lowest seed that breaks a promise is the one reported.
func storm(ctx context.Context, j job) (sum summary) {
	const block = 64
	var mu sync.Mutex
	var crew sync.WaitGroup
	next, end := j.first, j.first+j.seeds
	take := func() (from, to uint64) {
		mu.Lock()
		defer mu.Unlock()
		if sum.broken != nil || ctx.Err() != nil || next >= end {
			return 0, 0
		}
		from, to = next, min(next+block, end)
		next = to
		return from, to
	}
	for range j.workers {
		crew.Go(func() {
			for from, to := take(); from < to; from, to = take() {
				for seed := from; seed < to; seed++ {
					r := sim.Run(sim.Options{Seed: seed, Plant: j.plant})
					mu.Lock()
					sum.add(r)
					mu.Unlock()
					if r.Broken != nil {
						break
					}
				}
			}
		})
	}
	crew.Wait()
	return sum
}

func (s *summary) add(r sim.Result) {
	s.told++
	s.hash += r.Hash
	s.steps += r.Steps
	s.sales += r.Sales
	s.settled += r.Settled
	s.kills += r.Kills
	s.virtual += r.Virtual
	if r.Broken != nil && (s.broken == nil || r.Seed < s.broken.Seed) {
		s.broken = &r
	}
}
