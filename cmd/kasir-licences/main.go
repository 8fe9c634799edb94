// Program kasir-licences writes down under which licences kasir is passed on: each
// module that is in a program of ours, which programs those are, and the texts
// that have to go with them. It asks the go command and reads the module cache,
// and nothing on the network; a licence that it does not know, or that asks for
// more than to be named, is an error, for a person to decide about. It is for
// developers, and never on a device. The list is the file LICENSES beside this
// one; a test holds it to what go list says.
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program; it returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	f := flag.NewFlagSet("kasir-licences", flag.ContinueOnError)
	f.SetOutput(stderr)
	out := f.String("o", "", "`file` to write; empty: standard output")
	if err := f.Parse(args); err != nil {
		return 2
	}
	text, err := list(ctx)
	if err == nil && *out != "" {
		err = os.WriteFile(*out, text, 0o644)
	} else if err == nil {
		_, err = stdout.Write(text)
	}
	if err != nil {
		fmt.Fprintln(stderr, "kasir-licences:", err)
		return 1
	}
	return 0
}

const head = `What kasir's programs are made of, and under which licences

Made by kasir-licences; make licences writes it anew. kasir itself is under the MIT
licence (LICENSE at the top). "tests" are modules that are in no program: they are
not passed on. Texts that several modules share stand here once.

`

// list is the whole file.
func list(ctx context.Context) ([]byte, error) {
	parts, err := parts(ctx)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString(head)
	texts := map[[32]byte][]string{} // whose text it is, by its sum
	bodies := map[[32]byte]string{}
	for _, p := range parts {
		fmt.Fprintf(&b, "%-44s %-38s %-14s %s\n", p.path, p.version, p.licence, strings.Join(p.in, " "))
		if p.testsOnly() {
			continue
		}
		for _, t := range p.texts {
			sum := sha256.Sum256([]byte(t.body))
			texts[sum] = append(texts[sum], p.path+" "+t.name)
			bodies[sum] = t.body
		}
	}
	var order [][32]byte
	for sum := range texts {
		order = append(order, sum)
	}
	slices.SortFunc(order, func(a, b [32]byte) int { return strings.Compare(texts[a][0], texts[b][0]) })
	for _, sum := range order {
		fmt.Fprintf(&b, "\n%s\n%s\n\n%s\n", strings.Repeat("=", 78), strings.Join(texts[sum], "\n"), strings.TrimRight(bodies[sum], "\n"))
	}
	return b.Bytes(), nil
}
