package main

import (
	"kasir/cmd/kasir/printer"
	"kasir/terminal"
)

// openPrinter makes the printer that the board file names, if there is one.
func (t *till) openPrinter(panels *crew) {
	p := t.board.Printer
	if p.Path == "" {
		return
	}
	t.printer = printer.New(printer.Options{Path: p.Path, Columns: p.Columns, Zone: t.zone, Log: t.log,
		Trouble: func(err error) { t.ails(terminal.PartPrinter, err != nil) }})
	panels.Go("printer", t.printer.Run)
}

// paper is the till's printer; nil when there is none.
func (t *till) paper() terminal.Printer {
	if t.printer == nil {
		return nil
	}
	return t.printer
}
