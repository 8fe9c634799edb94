package main

import (
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
	"time"

	"kasir/store"
	"kasir/terminal"
)

const shiftsUsage = `kasir shifts -journal FILE [-format text|csv] [-zone wib|wita|wit]

Prints what was taken in every shift, the one that is open last, from a till's
journal. It changes nothing and works beside a running till.`

// shiftsHead is the first line of the CSV. Amounts are rupiah.
var shiftsHead = []string{"shift", "from", "to", "opened_by", "closed_by", "sales", "taken", "late", "counted", "off", "not_sure", "charged_again", "overrides", "head"}

func printShifts(ctx context.Context, args []string, _ io.Reader, stdout, _ io.Writer) error {
	f := flag.NewFlagSet("shifts", flag.ContinueOnError)
	path := f.String("journal", "", "`file` to read; required")
	format := f.String("format", "text", "how: text or csv")
	zone := f.String("zone", "wib", "whose time of day: "+wordsOf(zones))
	if err := parseFlags(f, args, shiftsUsage, stdout); err != nil {
		return err
	}
	var where *time.Location
	if err := pick("zone", *zone, zones, &where); err != nil {
		return &misuseError{err}
	}
	if *path == "" || *format != "text" && *format != "csv" {
		return misused("-journal is missing, or -format is neither text nor csv")
	}
	j, err := store.OpenReadOnly(ctx, *path)
	if err != nil {
		return err
	}
	closed, now, err := terminal.Closes(records(j.Rows(ctx, 1)))
	if err != nil {
		return errors.Join(fmt.Errorf("read %s: %w", *path, err), j.Close())
	}
	rows := [][]string{shiftsHead}
	at := func(ms int64) string {
		if ms == 0 {
			return ""
		}
		return time.UnixMilli(ms).In(where).Format("2006-01-02 15:04")
	}
	for _, c := range append(closed, terminal.Done{Close: terminal.Close{Shift: now}}) {
		rows = append(rows, shiftRow(c, at))
	}
	return errors.Join(writeShifts(stdout, *format, rows), j.Close())
}

func shiftRow(c terminal.Done, at func(int64) string) []string {
	n := func(v int) string { return strconv.Itoa(v) }
	row := []string{n(c.No + 1), at(c.FromMS), at(c.ToMS), n(c.Who), n(c.By), n(c.Shift.Sales), strconv.FormatInt(int64(c.Taken), 10), n(c.Late), "", "", n(c.Unsure), n(c.Agains), n(c.Overs), c.Head}
	if c.Has {
		row[8], row[9] = strconv.FormatInt(int64(c.Counted), 10), strconv.FormatInt(int64(c.Off()), 10)
	}
	return row
}

func writeShifts(w io.Writer, format string, rows [][]string) error {
	if format == "csv" {
		return csv.NewWriter(w).WriteAll(rows)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		for _, cell := range row {
			fmt.Fprint(t, cell, "\t")
		}
		fmt.Fprintln(t)
	}
	return t.Flush()
}
