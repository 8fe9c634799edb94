package main

import (
	"errors"
	"flag"
	"fmt"
	"image"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"

	"kasir/cmd/kasir/board"
	"kasir/cmd/kasir/update/window"
	"kasir/display/frame"
	"kasir/terminal"
)

// settings are what the flags of kasir run say, checked.
type settings struct {
	backend    *url.URL
	journal    string
	device     string
	merchant   string
	expect     terminal.Expect
	panels     []string // as they were given: kind, or kind:where
	format     frame.Format
	keys       string
	lang       terminal.Lang
	zone       *time.Location // in which a business day is reckoned
	volume     terminal.Volume
	least      terminal.Rupiah // in one sale; 0 for what the provider allows
	most       terminal.Rupiah
	calm       terminal.Calm
	quick      [10]terminal.Rupiah // amounts of digits that are held down
	voiceDir   string              // of the recordings; "" for the usual one, if it is there
	watchdog   string              // file; "" for none
	updates    string              // directory into which updates are fetched; "" for none
	window     window.Window       // in which the till may be updated
	tunnel     bool                // something on the way says who this till is
	setup      string              // file into which settings go that are keyed; "" when none can be
	log        string              // file, "-" for standard error, "" for nowhere
	updateRoot string              // stands for / where updates are about; "" on a device
	board      *board.Board        // nil: the panels and keys are those of a computer
}

const runUsage = `kasir run -backend URL -journal FILE -device NAME -board FILE [flags]
kasir run -backend URL -journal FILE -device NAME -panel PANEL [flags]

A till, on the hardware that a board file names (kasir boards lists those that
are built in), or on a computer's own screen and keys. It shows a fault and stays up when its journal cannot be used.
On a terminal signal it ends within two seconds, the last picture shown.`

// words are the values of flags that are one of a few.
var (
	langs = []choice[terminal.Lang]{{"id", terminal.Indonesian}, {"en", terminal.English}}
	zones = []choice[*time.Location]{
		{"wib", time.FixedZone("WIB", 7*60*60)}, {"wita", time.FixedZone("WITA", 8*60*60)}, {"wit", time.FixedZone("WIT", 9*60*60)},
	}
	depths = []choice[frame.Depth]{{"1", frame.Mono}, {"16", frame.RGB565}}
)

// readSettings reads the command line, and behind it the config file.
func readSettings(args []string, stdout io.Writer) (settings, error) {
	s, f, finish := settingFlags("run")
	if err := parseFlags(f, args, runUsage, stdout); err != nil {
		return *s, err
	}
	if err := finish(); err != nil {
		return *s, err
	}
	if err := errors.Join(s.checkTill(), s.check()); err != nil {
		return *s, &misuseError{err}
	}
	return *s, nil
}

// settingFlags are the flags that a till and its self-test share. finish reads
// them, and behind them the config file, when they have been parsed.
func settingFlags(command string) (s *settings, f *flag.FlagSet, finish func() error) {
	f = flag.NewFlagSet(command, flag.ContinueOnError)
	s = &settings{}
	var backend, size, depth, lang, zone, volume, config, boardFile, hours string
	var panels list
	var pitch float64
	f.StringVar(&backend, "backend", "", "`URL` of the merchant's backend, for instance http://127.0.0.1:8100; required")
	f.StringVar(&s.journal, "journal", "", "`file` that remembers every sale; made when there is none; required")
	f.StringVar(&s.device, "device", "", "this till's `name`, in every order id; its own in the whole shop, and kept for ever; required")
	f.StringVar(&s.merchant, "merchant", "", "merchant's `name` as customers should see it")
	f.StringVar(&s.expect.Merchant, "qr-merchant", "", "show only codes of the merchant with this `name`, as it stands in the code; empty: of any")
	f.StringVar(&s.expect.NMID, "qr-nmid", "", "show only codes with this national merchant `id`; empty: with any")
	f.Var(&panels, "panel", "`panel` to show on: "+kindsOf(panelKinds)+"; give it again for another one; required")
	f.StringVar(&size, "size", "400x300", "`pixels` of the panel, width x height")
	f.StringVar(&depth, "depth", "1", "`bits` a pixel: 1 is black and white, 16 is colour")
	f.Float64Var(&pitch, "pitch", 0, "`millimetres` from a pixel to the next, to refuse codes too fine to scan; 0: not known")
	f.StringVar(&s.keys, "keys", "", "where keys come from: "+kindsOf(keyKinds)+"; empty: web or tty when there is such a panel, else stdin")
	f.StringVar(&lang, "lang", "id", "`language`: "+wordsOf(langs))
	f.StringVar(&zone, "zone", "wib", "time `zone` in which the business day is reckoned: "+wordsOf(zones))
	f.StringVar(&volume, "volume", "loud", "how loud it begins: "+wordsOf(volumes)+"; tones says nothing")
	f.Int64Var((*int64)(&s.least), "least", 0, "smallest `rupiah` of one sale; 0: what the provider allows")
	f.Int64Var((*int64)(&s.most), "most", 0, "largest `rupiah` of one sale; 0: what the provider allows")
	f.Func("quick", "`amounts` of digits that are held down, like 1=5000,2=10000; none by default; with -keys tty or stdin, q and the digit", func(text string) (err error) {
		s.quick, err = terminal.ReadQuick(text)
		return err
	})
	f.DurationVar(&s.calm.Dim, "dim", 2*time.Minute, "how long nobody uses a till until its back light gets dimmer, a `time` like 90s or 2m; 0: never")
	f.DurationVar(&s.calm.Advise, "advise", 5*time.Minute, "the same `time` until it says whose till it is and what proves a payment; 0: never")
	f.DurationVar(&s.calm.Dark, "dark", 0, "the same `time` until its back light goes out; 0: never")
	f.StringVar(&s.voiceDir, "voice", "", "`directory` with the recordings id.wav and en.wav; empty: "+voiceDir+", when it is there")
	f.StringVar(&s.watchdog, "watchdog", "", "`file` of the kernel's watchdog, which resets a device whose till hangs, for instance /dev/watchdog; empty: none")
	f.StringVar(&s.updates, "update", "", "`directory` into which updates of this device are fetched; empty: it is never updated")
	f.StringVar(&hours, "update-window", window.Usual, "`hours` of the day in which the till may be updated, when nobody uses it")
	f.StringVar(&s.updateRoot, "update-root", "", "`directory` that stands for / where updates are about, to try them out")
	f.BoolVar(&s.tunnel, "tunnel", false, "the backend is reached through a tunnel that says who this till is: it needs no certificate of its own")
	f.StringVar(&s.setup, "setup", "", "`file` into which settings go that a technician keys, for kasir provision -keyed; empty: none can be keyed")
	f.StringVar(&s.log, "log", "-", "`file` to log to, - for standard error; nowhere by default with -panel tty")
	f.StringVar(&config, "config", "", "`file` with lines \"name value\" for any of these flags, - for standard input; the command line wins")
	f.StringVar(&boardFile, "board", "", "`file` that names the glass, keypad and sound of this device, or one of the built-in ones (kasir boards)")
	return s, f, func() error {
		if config != "" {
			if err := readConfig(f, config); err != nil {
				return err
			}
		}
		s.panels = panels
		if !given(f, "log") && s.hasPanel("tty") {
			s.log = "" // or the log would stand in the picture
		}
		s.format.Pitch = pitch
		err := errors.Join(
			pick("lang", lang, langs, &s.lang), pick("zone", zone, zones, &s.zone), pick("depth", depth, depths, &s.format.Depth),
			pick("volume", volume, volumes, &s.volume),
			readSize(size, &s.format.Size), readBackend(backend, &s.backend), s.readBoard(boardFile), readWindow(hours, &s.window),
		)
		if err != nil {
			return &misuseError{err}
		}
		return nil
	}
}

// readBoard reads the board file, whose glass decides what all panels show.
func (s *settings) readBoard(file string) error {
	if file == "" {
		return nil
	}
	b, err := board.Read(file)
	if err != nil {
		return fmt.Errorf("-board: %w", err)
	}
	s.board, s.format = &b, b.Panel.Format()
	if s.keys == "" {
		s.keys = b.Keys.Source
	}
	return nil
}

// checkTill says what a till cannot do without, and its self-test can.
func (s *settings) checkTill() error {
	var errs []error
	if s.backend == nil {
		errs = append(errs, errors.New("-backend is missing: where is the merchant's backend? For instance http://127.0.0.1:8100"))
	}
	if s.journal == "" {
		errs = append(errs, errors.New("-journal is missing: name a file on the card, for instance /var/lib/kasir/journal.db"))
	}
	if s.device == "" {
		errs = append(errs, errors.New("-device is missing: name this till, for instance -device toko-1"))
	}
	return errors.Join(errs...)
}

// check looks at the settings together.
func (s *settings) check() error {
	var errs []error
	if s.device != "" {
		errs = append(errs, terminal.CheckDevice(s.device))
	}
	if len(s.panels) == 0 && s.board == nil {
		errs = append(errs, fmt.Errorf("-board or -panel is missing: kasir boards lists boards; of panels there are %s", kindsOf(panelKinds)))
	}
	for _, p := range s.panels {
		errs = append(errs, checkPanel(p))
	}
	errs = append(errs, s.checkLimits(), s.checkKeys(), s.format.Check())
	return errors.Join(errs...)
}

// checkLimits finds limits under which nothing could be sold.
func (s *settings) checkLimits() error {
	switch {
	case s.least < 0 || s.most < 0 || s.least > terminal.MaxCharge || s.most > terminal.MaxCharge:
		return fmt.Errorf("-least %d -most %d: want 0 to %d rupiah", s.least, s.most, terminal.MaxCharge)
	case s.most > 0 && s.least > s.most:
		return fmt.Errorf("-least %d -most %d: nothing could be sold", s.least, s.most)
	case min(s.calm.Dim, s.calm.Advise, s.calm.Dark) < 0:
		return errors.New("-dim, -advise and -dark: want a time, or 0 for never")
	}
	return nil
}

// checkKeys finds out where keys come from when nobody said so.
func (s *settings) checkKeys() error {
	if s.keys == "" {
		s.keys = "stdin"
		for _, own := range []string{"tty", "web"} {
			if s.hasPanel(own) {
				s.keys = own
			}
		}
		return nil
	}
	if s.board != nil && s.keys == s.board.Keys.Source && (s.keys == "evdev" || s.keys == "matrix" || s.keys == "web" && s.board.Panel.Mirror != "") {
		return nil
	}
	if _, there := keyKinds[s.keys]; !there {
		return fmt.Errorf("-keys %s: there are %s", s.keys, kindsOf(keyKinds))
	}
	if s.keys == "web" && !s.hasPanel("web") {
		return errors.New("-keys web: the keys are on the page of a web panel; add -panel web:127.0.0.1:8081")
	}
	return nil
}

func (s *settings) hasPanel(kind string) bool {
	for _, p := range s.panels {
		if k, _, _ := strings.Cut(p, ":"); k == kind {
			return true
		}
	}
	return false
}

func readBackend(text string, into **url.URL) error {
	if text == "" {
		return nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("-backend %s: want an address like http://127.0.0.1:8100", text)
	}
	*into = u
	return nil
}

func readWindow(text string, into *window.Window) error {
	w, err := window.Parse(text)
	if err != nil {
		return fmt.Errorf("-update-window %s: %w", text, err)
	}
	*into = w
	return nil
}

func readSize(text string, into *image.Point) error {
	w, h, found := strings.Cut(text, "x")
	x, errX := strconv.Atoi(w)
	y, errY := strconv.Atoi(h)
	if !found || errX != nil || errY != nil {
		return fmt.Errorf("-size %s: want width x height in pixels, for instance 400x300", text)
	}
	*into = image.Pt(x, y)
	return nil
}

// choice is a word on the command line and what it stands for.
type choice[T any] struct {
	word string
	is   T
}

func pick[T any](name, word string, from []choice[T], into *T) error {
	for _, c := range from {
		if c.word == word {
			*into = c.is
			return nil
		}
	}
	return fmt.Errorf("-%s %s: there are %s", name, word, wordsOf(from))
}

func wordsOf[T any](from []choice[T]) string {
	var words []string
	for _, c := range from {
		words = append(words, c.word)
	}
	return sentence(words)
}
