package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"

	"kasir/store"
)

// printJournal is kasir journal: the chain is verified first, and what can be
// read is printed all the same.
func printJournal(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("kasir journal", flag.ContinueOnError)
	flags.SetOutput(stderr)
	path := flags.String("journal", "", "`file` to read; a till may be writing it meanwhile")
	format := flags.String("format", "text", "text, csv or json")
	if err := flags.Parse(args); err != nil {
		return misuse{err}
	}
	write, ok := map[string]func(io.Writer, iter.Seq2[store.Row, error]) error{
		"text": store.WriteText, "csv": store.WriteCSV, "json": store.WriteJSON,
	}[*format]
	switch {
	case flags.NArg() > 0:
		return misuse{fmt.Errorf("read flags: %q is not a flag", flags.Arg(0))}
	case *path == "":
		return misuse{errors.New("read flags: -journal FILE is missing")}
	case !ok:
		return misuse{fmt.Errorf("read flags: -format %q: want text, csv or json", *format)}
	}
	j, err := store.OpenReadOnly(ctx, *path)
	if err != nil {
		return err
	}
	defer j.Close()
	broken := j.Verify(ctx)
	if err := write(stdout, j.Rows(ctx, 1)); err != nil && broken == nil {
		return fmt.Errorf("print journal %s: %w", *path, err)
	}
	if broken != nil {
		return fmt.Errorf("verify journal %s: %w", *path, broken)
	}
	return nil
}
