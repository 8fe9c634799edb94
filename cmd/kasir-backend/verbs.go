package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"strings"
	"text/tabwriter"
	"time"

	"kasir/backend/wire"
)

// unsure is the exit code for a request whose fate is not known yet; the same
// command again finds out.
const unsure = 3

// verb is a command that asks a running backend.
type verb struct {
	args string // what follows its name, for the usage
	says string
	// set declares its flags, and returns what is to be done with them and the
	// arguments that are left.
	set func(*flag.FlagSet) func(context.Context, *api, []string) (answer, error)
}

// answer is what a verb prints.
type answer struct {
	body  any        // for -json
	rows  [][]string // a table, the first row its head; or names and values
	tail  string     // a sentence below the table
	code  int        // exit code
	plain bool       // rows are names and values
	raw   []byte     // printed as it is, instead of all of these
}

// verbs are all of them, by name.
func verbs() map[string]verb {
	return map[string]verb{
		"charge":       chargeVerb,
		"link":         linkVerb,
		"customer":     customerVerb,
		"unlink":       unlinkVerb,
		"transactions": transactionsVerb,
		"refund":       refundVerb,
		"snap":         snapVerb,
		"enrol":        enrolVerb,
		"devices":      devicesVerb,
		"revoke":       revokeVerb,
		"rotate":       rotateVerb,
		"lift":         liftVerb,
		"authority":    authorityVerb,
		"subscription": subscriptionVerb,
		"settlement":   settlementVerb,
		"cases":        casesVerb,
		"close-case":   closeCaseVerb,
		"journals":     journalsVerb,
		"export":       exportVerb,
		"owner":        ownerVerb,
	}
}

// errUsage is for arguments that make no sense; its text says what would.
type errUsage struct{ text string }

func (e errUsage) Error() string { return e.text }

func misused(format string, args ...any) error { return errUsage{fmt.Sprintf(format, args...)} }

// runVerb is the command name with args.
func runVerb(ctx context.Context, name string, v verb, args []string, stdout, stderr io.Writer) int {
	f := flag.NewFlagSet("kasir-backend "+name, flag.ContinueOnError)
	f.SetOutput(stderr)
	f.Usage = func() {
		fmt.Fprintf(stderr, "usage: kasir-backend %s %s\n%s\n", name, v.args, v.says)
		f.PrintDefaults()
	}
	address := f.String("backend", "http://127.0.0.1:8081", "`URL` of the running backend")
	tokenFile := f.String("token-file", "", "`file` that holds the merchant's token; required")
	asJSON := f.Bool("json", false, "print the answer as JSON")
	do := v.set(f)
	others, err := parseAll(f, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return ok
	case err != nil:
		return misuse
	}
	code, err := func() (int, error) {
		a, err := newAPI(*address, *tokenFile)
		if err != nil {
			return misuse, err
		}
		got, err := do(ctx, a, others)
		if err != nil {
			return failed, err
		}
		return got.code, got.print(stdout, *asJSON)
	}()
	var wrong errUsage
	switch {
	case errors.As(err, &wrong):
		fmt.Fprintf(stderr, "kasir-backend %s: %v\n", name, err)
		f.Usage()
		return misuse
	case err != nil:
		fmt.Fprintf(stderr, "kasir-backend %s: %s\n", name, explain(err))
	}
	return code
}

// parseAll parses flags wherever they stand, and returns what is none.
func parseAll(f *flag.FlagSet, args []string) (others []string, err error) {
	for {
		if err := f.Parse(args); err != nil || f.NArg() == 0 {
			return others, err
		}
		others, args = append(others, f.Arg(0)), f.Args()[1:]
	}
}

// explain is an error in words that say what to do about it.
func explain(err error) string {
	var e *wire.Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	switch e.Code {
	case wire.Unauthorized:
		return "the backend does not take this token; -token-file must be the file it was started with (unauthorized)"
	case wire.Busy:
		return "nothing was decided; run the same command again (busy)"
	case wire.Internal:
		return "the outcome is unknown; run the same command again (internal)"
	}
	return e.Message + " (" + e.Code + ")"
}

func (a answer) print(w io.Writer, asJSON bool) error {
	if a.raw != nil {
		_, err := w.Write(a.raw)
		return err
	}
	if asJSON {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return e.Encode(a.body)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, row := range a.rows {
		if a.plain && len(row) == 2 && row[1] == "" {
			continue
		}
		fmt.Fprintln(t, strings.Join(row, "\t"))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if a.tail != "" {
		_, err := fmt.Fprintln(w, a.tail)
		return err
	}
	return nil
}

// one makes an answer of names and values; values that are empty are left out.
func one(body any, pairs ...string) answer {
	a := answer{body: body, plain: true}
	for i := 0; i+1 < len(pairs); i += 2 {
		a.rows = append(a.rows, []string{pairs[i], printable(pairs[i+1])})
	}
	return a
}

// printable keeps what others have said from steering a terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '?'
		}
		return r
	}, s)
}

// rupiah is an amount for people, "" for none.
func rupiah(n int64) string {
	if n == 0 {
		return ""
	}
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "." + text[i:]
	}
	return "Rp " + text
}

// moment is a time of day for people, "" for none.
func moment(ms int64) string {
	if ms == 0 {
		return ""
	}
	return time.UnixMilli(ms).Format("2006-01-02 15:04:05")
}

// left is how long something lasts, "" when it is over or does not say.
func left(ms int64) string {
	if ms <= 0 {
		return ""
	}
	return (time.Duration(ms) * time.Millisecond).Round(time.Second).String()
}

// because is a reason for people.
func because(r *wire.Reason) string {
	if r == nil {
		return ""
	}
	text := r.Code
	if r.Message != "" {
		text += ": " + r.Message
	}
	if r.Retry {
		text += " (trying again may help)"
	}
	return text
}

// seg is an id as a segment of a path.
func seg(id string) string { return url.PathEscape(id) }
