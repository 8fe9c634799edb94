package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"image"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"kasir/display"
	"kasir/display/frame"
	"kasir/display/mipidbi"
	"kasir/display/mipidbi/emu"
	"kasir/display/qr"
	"kasir/store"
	"kasir/terminal"
)

const selftestUsage = `kasir selftest [-dir DIR] [-part NAME]

Proves that this program runs on this machine, without hardware and without
asking anything: it commits a record durably and reads it back, encodes a
payment code, and draws a sale on an emulated panel. One line for each part;
the exit code is 1 when one does not work.`

// trial is one part of the self-test. It says what it measured, in words, as soon as
// it knows: who measures a start waits for the first line, and not for what is
// tidied up after it.
type trial struct {
	name string
	try  func(ctx context.Context, dir string, say report) error
}

// report takes what a trial says.
type report func(format string, args ...any)

// trials are in the order in which a sale needs them.
var trials = []trial{{"commit", tryCommit}, {"journal", tryJournal}, {"code", tryCode}, {"panel", tryPanel}}

const (
	trialAmount = terminal.Rupiah(25000)
	trialOrder  = terminal.OrderID("selftest-1")
	// trialPadding brings the code to the length of a real one, in characters.
	trialPadding = 58
	trialMost    = 30 * time.Second // for all parts, on an emulated ARM11 with a race for the disk
)

func selfTest(ctx context.Context, args []string, _ io.Reader, stdout, _ io.Writer) (err error) {
	f := flag.NewFlagSet("selftest", flag.ContinueOnError)
	dir := f.String("dir", "", "`directory` to write in, and to leave as it was; empty: the system's for temporary files")
	part := f.String("part", "", "try only the part with this `name`: commit, journal, code or panel")
	if err := parseFlags(f, args, selftestUsage, stdout); err != nil {
		return err
	}
	at, err := os.MkdirTemp(*dir, "kasir-selftest-")
	if err != nil {
		return fmt.Errorf("make directory: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(at)) }()
	ctx, cancel := context.WithTimeout(ctx, trialMost)
	defer cancel()
	var errs []error
	tried := 0
	for _, t := range trials {
		if *part != "" && *part != t.name {
			continue
		}
		tried++
		say := func(format string, args ...any) {
			_, err := fmt.Fprintf(stdout, "OK   "+t.name+": "+format+"\n", args...)
			errs = append(errs, err)
		}
		if err := t.try(ctx, at, say); err != nil {
			_, print := fmt.Fprintf(stdout, "FAIL %s: %v\n", t.name, err)
			errs = append(errs, fmt.Errorf("%s: %w", t.name, err), print)
		}
	}
	if tried == 0 {
		return misused("-part %s: there are commit, journal, code and panel", *part)
	}
	return errors.Join(errs...)
}

// tryCommit commits a record as a sale does.
func tryCommit(ctx context.Context, dir string, say report) error {
	began := time.Now()
	s, err := store.Open(ctx, trialPath(dir), store.Options{})
	if err != nil {
		return err
	}
	j := &journal{Journal: s, zone: zones[0].is}
	record := terminal.Record{Kind: terminal.KindOpened, Order: trialOrder, Amount: trialAmount, Next: 2, At: began.UnixMilli()}
	err = j.Append(ctx, []terminal.Record{record})
	if err == nil {
		say("a record is durable, %d ms after opening", time.Since(began).Milliseconds())
	}
	return errors.Join(err, j.Close())
}

func trialPath(dir string) string { return filepath.Join(dir, "journal.db") }

// tryJournal finds again what was committed.
func tryJournal(ctx context.Context, dir string, say report) error {
	if _, err := os.Stat(trialPath(dir)); errors.Is(err, fs.ErrNotExist) {
		if err := tryCommit(ctx, dir, func(string, ...any) {}); err != nil {
			return err
		}
	}
	again, book, err := openBook(ctx, trialPath(dir), zones[0].is)
	if err != nil {
		return err
	}
	if err := again.Close(); err != nil {
		return err
	}
	if len(book.Open) != 1 || book.Open[0].Order != trialOrder || book.Open[0].Amount != trialAmount {
		return fmt.Errorf("read back %d open sales: want that of %s", len(book.Open), trialOrder)
	}
	say("the sale of %s is read back", trialOrder)
	return nil
}

// trialCode is a payment code of the usual length, 273 characters, made for
// nobody: no merchant has these numbers.
func trialCode() string {
	field := func(tag, value string) string { return fmt.Sprintf("%s%02d%s", tag, len(value), value) }
	body := field("00", "01") + field("01", "12") +
		field("26", field("00", "COM.EXAMPLE.WWW")+field("01", "936000000000000000")+field("02", "SELFTEST0000001")+field("03", "UMI")) +
		field("51", field("00", "ID.CO.QRIS.WWW")+field("02", "ID0000000000001")+field("03", "UMI")) +
		field("52", "5499") + field("53", "360") + field("54", fmt.Sprint(int64(trialAmount))) +
		field("58", "ID") + field("59", "KASIR SELFTEST") + field("60", "JAKARTA") + field("61", "10110") +
		field("62", field("50", strings.Repeat("0", trialPadding))) + "6304"
	return fmt.Sprintf("%s%04X", body, terminal.CRC16(body))
}

// tryCode encodes a code that the till itself would show.
func tryCode(_ context.Context, _ string, say report) error {
	text := trialCode()
	if m := (terminal.Expect{}).Attest(text, trialAmount); m != terminal.NoMismatch {
		return fmt.Errorf("attest code: %v", m)
	}
	c, err := qr.Encode(text, qr.M)
	if err != nil {
		return err
	}
	// The three corners by which phones find a code, and where none is.
	for _, at := range []image.Point{{}, {X: c.Size - 7}, {Y: c.Size - 7}} {
		if !c.Dark(at.X, at.Y) || c.Dark(at.X+1, at.Y+1) || !c.Dark(at.X+3, at.Y+3) {
			return fmt.Errorf("encode code: there is no corner at %v", at)
		}
	}
	say("%d characters, version %d-%v", len(text), c.Version, c.Level)
	return nil
}

// tryPanel draws a sale as a customer sees it over the driver of the 2.8" LCD
// on glass that is emulated byte for byte, and compares every pixel.
func tryPanel(ctx context.Context, _ string, say report) error {
	const turned = 1
	glass := emu.New(emu.Modules["ili9341"], turned)
	o, err := mipidbi.Module("ili9341")
	if err != nil {
		return err
	}
	o.Rotation = turned
	dev, err := mipidbi.New(glass.Port(), glass.DC(), glass.RST(), glass.Backlight(), &o)
	if err != nil {
		return err
	}
	r, err := display.NewRenderer(dev.Format())
	if err != nil {
		return err
	}
	want := frame.New(dev.Format())
	sale := terminal.Offering{Order: trialOrder, Amount: trialAmount, QR: trialCode(), Left: 5 * time.Minute}
	if err := r.Render(want, terminal.View{Screen: sale}); err != nil {
		return err
	}
	if err := dev.Show(ctx, want, frame.Full, want.Bounds()); err != nil {
		return err
	}
	seen := glass.Image()
	if err := dev.Close(); err != nil {
		return err
	}
	if v := glass.Violations(); len(v) > 0 {
		return fmt.Errorf("drive glass: %s", v[0])
	}
	if n := wrongPixels(seen, want); n != 0 {
		return fmt.Errorf("show sale: %d pixels are wrong", n)
	}
	say("a sale on %v, every pixel right", dev)
	return nil
}

// wrongPixels counts those of a picture that are not the frame's, in five, six
// and five bits of colour.
func wrongPixels(seen *image.RGBA, want *frame.Frame) (n int) {
	size := want.Format.Size
	if seen.Rect.Size() != size || bytes.Count(seen.Pix, seen.Pix[:4]) == size.X*size.Y {
		return size.X * size.Y // of another size, or one colour all over
	}
	for i := range size.X * size.Y {
		x, y := i%size.X, i/size.X
		px := binary.LittleEndian.Uint32(seen.Pix[y*seen.Stride+4*x:])
		if uint16(px>>3&0x1f)<<11|uint16(px>>10&0x3f)<<5|uint16(px>>19&0x1f) != binary.BigEndian.Uint16(want.Pix[y*want.Stride+2*x:]) {
			n++
		}
	}
	return n
}
