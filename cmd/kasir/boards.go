package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"text/tabwriter"

	"kasir/cmd/kasir/board"
)

const boardsUsage = `kasir boards [-kinds] [FILE ...]

Lists the boards that are built in, or the board files that are named: their
glass, how large the modules of a payment code of 273 characters come out on
it, and how well phones can read that:

  comfortable  0.5 mm and more: from 20 to 30 cm
  close-up     0.38 to 0.5 mm: the phone must come to 15 cm
  hard         0.33 to 0.38 mm: good phones only
  refused      less, or no room at all: kasir run will not use it
  cashier      shows no codes: a second glass for the cashier`

func listBoards(_ context.Context, args []string, _ io.Reader, stdout, _ io.Writer) error {
	f := flag.NewFlagSet("boards", flag.ContinueOnError)
	kinds := f.Bool("kinds", false, "list the kinds of glass that a board file can name, in their best rotation")
	files := args
	if len(args) > 0 && args[0] != "" && args[0][0] == '-' {
		if err := parseFlags(f, args[:1], boardsUsage, stdout); err != nil {
			return err
		}
		files = args[1:]
	}
	t := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	if *kinds {
		fmt.Fprintln(t, "KIND\tPIXELS\tPITCH mm\tCODE\tMODULE mm\tVERDICT")
		for _, k := range board.Kinds() {
			g := best(k)
			fmt.Fprintf(t, "%s\t%v\t%.3f\t%s\n", k.Name, size(g), k.Pitch, reading(g))
		}
		return t.Flush()
	}
	if len(files) == 0 {
		files = board.Ready()
	}
	fmt.Fprintln(t, "BOARD\tGLASS\tPIXELS\tCODE\tMODULE mm\tVERDICT\tKEYS\tWHAT IT IS")
	for _, name := range files {
		b, err := board.Read(name)
		if err != nil {
			return &misuseError{err}
		}
		fmt.Fprintf(t, "%s\t%s\t%v\t%s\t%s\t%s\n", name, b.Panel.Kind.Name, size(b.Panel), reading(b.Panel), b.Keys.Source, b.Name)
		if b.Cashier.There() {
			fmt.Fprintf(t, "\t+ %s\t%v\t%s\t\t\n", b.Cashier.Kind.Name, size(b.Cashier), reading(b.Cashier))
		}
	}
	return t.Flush()
}

func size(g board.Glass) string {
	s := g.Format().Size
	return fmt.Sprintf("%dx%d", s.X, s.Y)
}

// reading is what Judge says, as three cells.
func reading(g board.Glass) string {
	plan, module, verdict := g.Judge()
	if module == 0 {
		return fmt.Sprintf("-\t-\t%s", verdict)
	}
	return fmt.Sprintf("v%d-%v %d px\t%.2f\t%s", plan.Version, plan.Level, plan.Scale, module, verdict)
}

// best is a kind in the rotation in which a code comes out larger, upright
// first.
func best(k board.Kind) board.Glass {
	upright, turned := board.Glass{Kind: k}, board.Glass{Kind: k, Rotation: 90}
	_, a, _ := upright.Judge()
	if _, b, _ := turned.Judge(); b > a {
		return turned
	}
	return upright
}
