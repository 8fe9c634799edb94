package main

import (
	"context"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"strings"

	"kasir/backend/migrate"
	"kasir/backend/pgdb"
)

// migrateCommand moves a backend that does not run from files to a database.
func migrateCommand(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	f := flag.NewFlagSet("kasir-backend migrate", flag.ContinueOnError)
	f.SetOutput(stderr)
	from := f.String("from", "", "sqlite:`FILE`, the -db of a backend that was stopped; required")
	to := f.String("to", "", "`URL` of an empty PostgreSQL database, postgres://user@host/name; required")
	if err := f.Parse(args); errors.Is(err, flag.ErrHelp) {
		return ok
	} else if err != nil {
		return misuse
	}
	path, isFile := strings.CutPrefix(*from, "sqlite:")
	if !isFile || path == "" || !pgdb.IsURL(*to) || f.NArg() > 0 {
		fmt.Fprintln(stderr, "kasir-backend: migrate: -from sqlite:FILE and -to postgres://… are required")
		return misuse
	}
	if err := move(ctx, path, *to, stdout, slog.New(slog.NewTextHandler(stderr, nil))); err != nil {
		fmt.Fprintf(stderr, "kasir-backend: %v\n", err)
		return failed
	}
	return ok
}

func move(ctx context.Context, path, address string, stdout io.Writer, log *slog.Logger) (err error) {
	from := migrate.Source{Book: path, Secrets: map[string][]byte{}}
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("migrate: %w", err) // opening would make an empty one
	}
	for suffix, to := range map[string]*string{merchantSuffix: &from.Papers, journalsSuffix: &from.Journals} {
		if _, err := os.Stat(path + suffix); err == nil {
			*to = path + suffix
		} else if !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("migrate: %w", err)
		}
	}
	if _, err := os.Stat(path + confirmSuffix); err == nil {
		text, err := readSecret("secret for receipts", path+confirmSuffix)
		if err != nil {
			return err
		}
		if from.Secrets[confirmName], err = hex.DecodeString(text); err != nil {
			return fmt.Errorf("read secret for receipts: %s does not hold one", path+confirmSuffix)
		}
	}
	db, err := pgdb.Open(ctx, address, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	report, err := migrate.Run(ctx, from, db)
	if err != nil {
		return err
	}
	for _, t := range report.Tables {
		fmt.Fprintf(stdout, "%-14s %9d rows, each read back\n", t.Name, t.Rows)
	}
	fmt.Fprintf(stdout, "%d orders settled with %d rupiah, %d still open, %d news: the same on both sides\n",
		report.Settled, report.Takings, report.Open, report.Sequence)
	fmt.Fprintf(stdout, "start the backend with -db %s, and never again with %s\n", pgdb.Redacted(address), path)
	return nil
}
