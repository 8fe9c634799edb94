package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"kasir/backend/wire"
)

// phoneHint ends the help of every -phone.
const phoneHint = "; - reads it from standard input, so that neither the list of processes nor the shell's history has it"

// phoneOf is what -phone says: a number, or "-" for the first line of standard
// input.
func phoneOf(ctx context.Context, flag string) (string, error) {
	if flag != "-" {
		return flag, nil
	}
	type line struct {
		text string
		err  error
	}
	got, in := make(chan line, 1), os.Stdin
	// A terminal's read cannot be broken off; the program ends, and with it this.
	go func() {
		text, err := readPhone(in)
		got <- line{text, err}
	}()
	select {
	case l := <-got:
		return l.text, l.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// readPhone is the first line of in, which must not be empty, nor longer than
// the backend takes a number.
func readPhone(in io.Reader) (string, error) {
	const more = 16 // for spaces and the end of the line
	text, err := bufio.NewReader(io.LimitReader(in, wire.MaxPhone+more)).ReadString('\n')
	if err != nil && err != io.EOF {
		return "", fmt.Errorf("read number: %w", err)
	}
	text = strings.TrimSpace(text)
	if text == "" || len(text) > wire.MaxPhone {
		return "", misused("standard input has no number in its first line")
	}
	return text, nil
}
