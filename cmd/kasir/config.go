package main

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
)

const maxConfig = 64 << 10 // bytes of a config file

// parseFlags reads args. Help goes to stdout, because it was asked for; all
// else is an error that says what is wrong and nothing more.
func parseFlags(f *flag.FlagSet, args []string, about string, stdout io.Writer) error {
	f.SetOutput(io.Discard)
	f.Usage = func() {}
	err := f.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintln(stdout, about)
		f.SetOutput(stdout)
		f.PrintDefaults()
		return err
	case err != nil:
		return misused("read flags: %w", err)
	case f.NArg() > 0:
		return misused("read flags: %q is not a flag", f.Arg(0))
	}
	return nil
}

// readConfig sets every flag that the file names and the command line did not.
// A line is a flag's name, a space, and its value up to the end of the line;
// empty lines and lines that begin with # say nothing. The file - is standard input:
// a device starts this program while its settings cannot be read yet.
func readConfig(f *flag.FlagSet, path string) error {
	file := os.Stdin
	if path != "-" {
		var err error
		if file, err = os.Open(path); err != nil {
			return fmt.Errorf("read config: %w", err)
		}
		defer file.Close()
	}
	text, err := io.ReadAll(io.LimitReader(file, maxConfig+1))
	switch {
	case err != nil:
		return fmt.Errorf("read config: %w", err)
	case len(text) > maxConfig:
		return misused("read config %s: it is larger than %d kB, so it is hardly a config file", path, maxConfig>>10)
	}
	typed := make(map[string]bool)
	f.Visit(func(one *flag.Flag) { typed[one.Name] = true })
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, maxConfig+1)
	for n := 1; lines.Scan(); n++ {
		name, value, _ := strings.Cut(strings.TrimSpace(lines.Text()), " ")
		if name == "" || name[0] == '#' {
			continue
		}
		if err := setFlag(f, typed, name, strings.TrimSpace(value)); err != nil {
			return misused("read config %s: line %d: %w", path, n, err)
		}
	}
	return lines.Err()
}

func setFlag(f *flag.FlagSet, typed map[string]bool, name, value string) error {
	switch {
	case name == "config":
		return errors.New("a config file cannot name another one")
	case f.Lookup(name) == nil:
		return fmt.Errorf("%q is not a flag", name)
	case value == "":
		return fmt.Errorf("%s has no value", name)
	case typed[name]:
		return nil
	}
	if err := f.Set(name, value); err != nil {
		return fmt.Errorf("%s %s: %w", name, value, err)
	}
	return nil
}

// given reports whether the flag was set, here or there.
func given(f *flag.FlagSet, name string) (set bool) {
	f.Visit(func(one *flag.Flag) { set = set || one.Name == name })
	return set
}

// list is a flag that may be given several times.
type list []string

func (l *list) String() string { return strings.Join(*l, " ") }

func (l *list) Set(v string) error {
	*l = append(*l, v)
	return nil
}

// kindsOf names the keys of a table: "png:DIR, tty and web:ADDR".
func kindsOf[T interface{ form() string }](table map[string]T) string {
	var forms []string
	for _, name := range slices.Sorted(maps.Keys(table)) {
		forms = append(forms, table[name].form())
	}
	return sentence(forms)
}

// sentence joins words as people do: "a, b and c".
func sentence(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}
