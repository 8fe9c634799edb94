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

const journalUsage = `kasir journal -journal FILE [-format text|csv|json]

Verifies the chain of a till's journal and prints its rows. It changes nothing
and works beside a running till. When a row was changed, it is named, what can
be read is printed all the same, and the exit code is 1.`

type rowWriter func(io.Writer, iter.Seq2[store.Row, error]) error

var formats = []choice[rowWriter]{{"text", store.WriteText}, {"csv", store.WriteCSV}, {"json", store.WriteJSON}}

func printJournal(ctx context.Context, args []string, _ io.Reader, stdout, _ io.Writer) error {
	f := flag.NewFlagSet("journal", flag.ContinueOnError)
	path := f.String("journal", "", "`file` to read; required")
	format := f.String("format", "text", "how: "+wordsOf(formats))
	if err := parseFlags(f, args, journalUsage, stdout); err != nil {
		return err
	}
	var write rowWriter
	if err := pick("format", *format, formats, &write); err != nil {
		return &misuseError{err}
	}
	if *path == "" {
		return misused("-journal is missing: which file?")
	}
	j, err := store.OpenReadOnly(ctx, *path)
	if err != nil && store.ReasonOf(err) == store.Damaged {
		err = errors.Join(err, write(stdout, salvaged(ctx, *path)))
	}
	if err != nil {
		return err
	}
	verdict := j.Verify(ctx)
	if verdict != nil {
		verdict = fmt.Errorf("verify %s: %w", *path, verdict)
	}
	if err := write(stdout, j.Rows(ctx, 1)); err != nil {
		verdict = errors.Join(verdict, fmt.Errorf("print %s: %w", *path, err))
	}
	return errors.Join(verdict, j.Close())
}

// salvaged is the rows that can be read of a journal that cannot be opened.
func salvaged(ctx context.Context, path string) iter.Seq2[store.Row, error] {
	return func(yield func(store.Row, error) bool) {
		for p, err := range store.Salvage(ctx, path) {
			if err == nil && !yield(p.Row, nil) {
				return
			}
		}
	}
}
