package main

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"kasir/cmd/kasir/check"
	"kasir/terminal/uplink/badge"
)

const checkUsage = `kasir check [-part PART] [-board FILE] [-backend URL] [-journal FILE] [-device NAME]

Goes through the parts of a till on its own glass and keys, and says PASS, FAIL
or SKIP of each: OK answers yes, C answers no. What is not named is skipped. At
the end the glass shows a report as a code. Exit code 1 when any part failed.`

// errCheck is a check in which something failed; the lines have said what.
var errCheck = errors.New("not all parts passed")

// runCheck is kasir check.
func runCheck(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) (err error) {
	s, f, finish := settingFlags("check")
	var only list
	f.Var(&only, "part", "one `part` to check: "+strings.Join(check.Parts(), ", ")+"; give it again for another one; empty: all")
	if err := parseFlags(f, args, checkUsage, stdout); err != nil {
		return err
	}
	if err := finish(); err != nil {
		return err
	}
	for _, name := range only {
		if !slices.Contains(check.Parts(), name) {
			return misused("-part %s: there are %s", name, strings.Join(check.Parts(), ", "))
		}
	}
	if s.board != nil || len(s.panels) > 0 {
		if err := s.check(); err != nil {
			return &misuseError{err}
		}
	}
	log, closer, err := openLog(s.log, stderr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closer.Close()) }()
	t := newTill(*s, log, stdin, stdout)
	return t.check(ctx, only)
}

// check opens what there is and goes through it.
func (t *till) check(ctx context.Context, only []string) error {
	panels := newCrew(ctx, t.log)
	b := check.Bench{
		Lang: t.lang, Device: t.device, Version: thisBuild().short(), Backend: t.backend, Journal: t.journal, Out: t.stdout,
	}
	if own, err := t.openBadge(badge.Options{Silent: true, Log: t.log}); err != nil {
		return err
	} else if own != nil {
		b.HTTP = own.Client()
	}
	if b.Device == "" {
		b.Device = "kasir"
	}
	err := t.layOpen(panels, &b)
	if err == nil {
		all := check.Run(panels.ctx, b, only...)
		if check.Failed(all) {
			err = errCheck
		}
	}
	return errors.Join(err, panels.dismiss(t.left()), t.faces.close(), t.closeBoard())
}

// layOpen puts the first panel and the keys on the bench.
func (t *till) layOpen(panels *crew, b *check.Bench) (err error) {
	if t.board == nil && len(t.panels) == 0 {
		return nil
	}
	t.bench = true
	if err := t.openFaces(panels); err != nil {
		return err
	}
	b.Panel, b.Format = t.faces.all[0].panel, t.format
	if t.board != nil {
		b.Board, b.SPI = t.board.Name, !t.board.Panel.Emulate && !t.board.Panel.Kind.I2C
		for _, l := range t.hardware.Lamps {
			b.Lights = append(b.Lights, check.Light{Name: l.Name, Set: l.Set})
		}
	}
	if (t.hardware != nil && t.hardware.Speaker != nil) || t.faces.all[0].speaker != nil {
		b.Speaker = t.speaker()
	}
	b.Keys, err = t.takeKeys(panels)
	return err
}
