package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"kasir/backend/wire"
	"kasir/terminal"
	"kasir/terminal/uplink/badge"
)

const enrolUsage = `kasir enrol -backend https://HOST:PORT -device NAME -journal FILE -code CODE

Makes this till known to its backend, by a code that kasir-backend enrol printed:
makes a key beside the journal and gets a certificate for it. A till that is not
enrolled does the same by itself when it is started, with the code in its
kasir.txt or keyed. With -config, only -code is needed besides.`

// enrolTill is kasir enrol.
func enrolTill(ctx context.Context, args []string, _ io.Reader, stdout, _ io.Writer) error {
	s, f, finish := settingFlags("enrol")
	code := f.String("code", "", "the `code`, twelve digits; - in it or not; required")
	if err := parseFlags(f, args, enrolUsage, stdout); err != nil {
		return err
	}
	if err := finish(); err != nil {
		return err
	}
	if err := s.checkTill(); err != nil {
		return &misuseError{err}
	}
	digits, good := wire.ReadCode(*code)
	switch {
	case terminal.CheckDevice(s.device) != nil:
		return &misuseError{terminal.CheckDevice(s.device)}
	case s.backend.Scheme != "https":
		return misused("-backend %s: a backend in the clear is on this machine, and asks for no certificate", s.backend.Redacted())
	case !good:
		return misused("-code is not one: a digit is missing or wrong")
	}
	b, err := s.openBadge(badge.Options{Silent: true})
	if err != nil {
		return err
	}
	if err := b.Enrol(ctx, digits); err != nil {
		return err
	}
	if err := errors.Join(removed(codeFile(s.journal)), b.Settled()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "%s is enrolled; its certificate is renewed by the running till\n", s.device)
	return err
}

// removed removes a file that may not be there.
func removed(path string) error {
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("remove code: %w", err)
	}
	return nil
}
