package cmd_test

import (
	"fmt"
	"image"
	"slices"
	"strconv"
	"strings"
	"time"

	"kasir/backend/midtrans/sandbox"
	"kasir/display/frame"
	"kasir/terminal"
)

// act is what a line does.
type act func(*stage) error

// line is one sentence of a play.
type line struct {
	number int
	text   string
	do     act
}

// playbook is a whole play.
type playbook struct {
	file     string
	settings settings
	lines    []line
}

// sentence is a form of the language: fixed words, <one word> and, at the
// end, <any number of words...>.
type sentence struct {
	form string
	make func(words []string) (act, error)
}

// language is every sentence there is. A play begins with its "with" lines.
var language = []sentence{
	// The cashier.
	{"press <keys...>", press},             // OK C B 00 + M L and digits, as quick as a person
	{"wait <duration>", wait},              //
	{"see <screen...>", see},               // name=value of what is on it; "within 30s" waits for it
	{"never seen <screen>", neverSeen},     // in the whole play so far
	{"hear <tones...>", hear},              // all since the last hear, key clicks aside; or "nothing"
	{"cut power", plain((*stage).cutTill)}, // the till dies at once
	{"boot", plain((*stage).bootTill)},     //
	{"new card", plain((*stage).newCard)},  // an empty one, while the till is off
	{"back up card", plain((*stage).backUpCard)},
	{"restore card", plain((*stage).restoreCard)}, // while the till is off
	{"disk breaks", plain((*stage).breakDisk)},    // until the till boots again
	{"cut power before it records <kind>", cutAt((*stage).tillTrap, true)},
	{"cut power when it records <kind>", cutAt((*stage).tillTrap, false)},

	// The customer.
	{"scan", plain((*stage).scan)}, // the code, out of the pixels; an address is opened
	{"pay", plain((*stage).pay)},   // what was scanned
	{"pay order <n>", payOrder},
	{"pay late", plain((*stage).payLate)},                               // also after its end
	{"try to pay", plain((*stage).payRefused)},                          // and be told that it is over
	{"deny at provider", atProvider((*sandbox.Sandbox).Deny)},           // the newest order
	{"expire at provider", atProvider((*sandbox.Sandbox).Expire)},       //
	{"cancel at provider", atProvider((*sandbox.Sandbox).Cancel)},       //
	{"settle at provider", atProvider((*sandbox.Sandbox).Pay)},          //
	{"settle late at provider", atProvider((*sandbox.Sandbox).PayLate)}, //

	// The owner of a wallet, and the pages of the provider on his telephone.
	{"enter PIN", plain((*stage).enterPIN)},                // and what else the page asks for
	{"enter wrong PIN", plain((*stage).enterWrongPIN)},     // and be asked again
	{"try to enter PIN", plain((*stage).enterPINInVain)},   // and be told that it is over
	{"try to scan", plain((*stage).scanInVain)},            // the same, when the page is opened
	{"turn page down", plain((*stage).turnDown)},           //
	{"owner unlinks", plain((*stage).ownerUnlinks)},        // in the wallet's app, the newest account
	{"owner spends <rupiah>", owner((*stage).ownerSpends)}, // elsewhere
	{"owner has <rupiah>", owner((*stage).ownerHas)},       // in the wallet
	{"accounts linked <n>", owner((*stage).linked)},        // at the provider

	// The customer's phone and a till without a network: scan opens the link.
	{"open receipt", plain((*stage).openShown)}, // without reading pixels
	{"reload receipt", plain((*stage).reloadReceipt)},
	{"cancel on receipt", plain((*stage).cancelOnReceipt)},
	{"receipt says <verdict>", receiptSays}, // paid or unpaid, with a code, or wait, without
	{"key code", plain((*stage).keyCode)},   // that the receipt shows, and OK
	{"key wrong codes <n>", owner((*stage).keyWrongCodes)},

	// The network between till and backend.
	{"net up", shopNet(weather{})},
	{"net down", shopNet(weather{down: true})},
	{"net silent", shopNet(weather{silent: true})},
	{"net dup", shopNet(weather{twice: true})},
	{"net slow <duration>", netSlow},
	{"net loses <n> answers", netLoses},                                 // to calls about charges and wallets
	{"net loses everything", shopNet(weather{swallow: -1, news: true})}, // all answers, news as well

	// The backend, and its way to the provider.
	{"cut power backend", plain((*stage).cutBackend)},
	{"boot backend", plain((*stage).bootBackend)},
	{"back up backend", plain((*stage).backUp)},
	{"restore backend", plain((*stage).restore)},  // while it is off
	{"new disk backend", plain((*stage).newDisk)}, // an empty one, while it is off
	{"cut power backend before it records <kind>", cutAt((*stage).bookTrap, true)},
	{"cut power backend when it records <kind>", cutAt((*stage).bookTrap, false)},
	{"cut power backend between charge and answer", plain((*stage).cutAtCharge)},
	{"trunk up", trunk(weather{})},
	{"trunk down", trunk(weather{down: true})},
	{"trunk silent", trunk(weather{silent: true})},

	// The provider. The kinds of faults are those of package sandbox.
	{"tokens go stale <n>", owner((*stage).staleTokens)},    // so often just after an account was read
	{"provider honest", plain((*stage).honest)},             //
	{"provider <fault...>", fault},                          // kind, then op= count= amount= text= delay= state=, after
	{"stranger claims <status>", claim("not the key", 403)}, // a notification signed with another key
	{"replay claims <status>", claim(serverKey, 200)},       // well signed, and not what the provider says

	// The books.
	{"books", plain((*stage).books)},              // journal, backend and provider agree
	{"nothing open", plain((*stage).nothingOpen)}, // in any of the three
	{"journal <kinds...>", journalOf},             // all records of the newest order
	{"transactions <n>", transactions},            // that the provider ever made
	{"polls <= <n>", polls},                       // of the newest order, never closer than 10 s
}

var withs = []struct {
	form string
	set  func(*settings, []string) error
}{
	{"with payment <type>", func(c *settings, w []string) error { c.payment = w[0]; return nil }},
	{"with expiry <duration>", func(c *settings, w []string) (err error) { c.expiry, err = time.ParseDuration(w[0]); return err }},
	{"with batch lag <duration>", func(c *settings, w []string) (err error) { c.lag, err = time.ParseDuration(w[0]); return err }},
	{"with receipts", func(c *settings, _ []string) error { c.receipts = true; return nil }},
	{"with english", func(c *settings, _ []string) error { c.lang = terminal.English; return nil }},
	{"with merchant <name...>", func(c *settings, w []string) error { c.expect = strings.Join(w, " "); return nil }},
	{"with net down", func(c *settings, _ []string) error { c.weather = weather{down: true}; return nil }},
	{"with panel <width> <height> <depth>", withPanel},
	{"with refresh <duration>", func(c *settings, w []string) (err error) { c.refresh, err = time.ParseDuration(w[0]); return err }},
}

func withPanel(c *settings, w []string) error {
	x, errX := strconv.Atoi(w[0])
	y, errY := strconv.Atoi(w[1])
	i := slices.Index([]string{"mono", "colour"}, w[2])
	if errX != nil || errY != nil || i < 0 {
		return fmt.Errorf("want a width, a height, and mono or colour")
	}
	c.panel = frame.Format{Size: image.Pt(x, y), Depth: frame.Depth(i)}
	return c.panel.Check()
}

// plainSettings are those of a play without any "with". The smallest panel is
// the hardest to scan from, and the quickest to draw.
func plainSettings() settings {
	return settings{expect: merchant, panel: frame.Format{Size: image.Pt(250, 122), Depth: frame.Mono}}
}

// parse reads a play. An error names the line.
func parse(file, text string) (playbook, error) {
	p := playbook{file: file, settings: plainSettings()}
	for i, raw := range strings.Split(text, "\n") {
		raw, _, _ = strings.Cut(raw, "#")
		words := strings.Fields(raw)
		if len(words) == 0 {
			continue
		}
		l := line{number: i + 1, text: strings.Join(words, " ")}
		var err error
		if words[0] == "with" {
			err = p.with(words)
		} else {
			l.do, err = understand(words)
			p.lines = append(p.lines, l)
		}
		if err != nil {
			return p, fmt.Errorf("%s:%d: %s: %w", file, l.number, l.text, err)
		}
	}
	if len(p.lines) == 0 {
		return p, fmt.Errorf("%s: nothing happens", file)
	}
	return p, nil
}

func (p *playbook) with(words []string) error {
	if len(p.lines) > 0 {
		return fmt.Errorf("the play has begun already")
	}
	for _, w := range withs {
		if args, ok := fits(w.form, words); ok {
			return w.set(&p.settings, args)
		}
	}
	return fmt.Errorf("no such setting")
}

func understand(words []string) (act, error) {
	for _, s := range language {
		if args, ok := fits(s.form, words); ok {
			return s.make(args)
		}
	}
	return nil, fmt.Errorf("no such sentence")
}

// fits compares words with a form and returns those in its blanks.
func fits(form string, words []string) (blanks []string, ok bool) {
	for i, want := range strings.Fields(form) {
		switch {
		case strings.HasSuffix(want, "...>"):
			return append(blanks, words[i:]...), len(words) > i
		case i >= len(words):
			return nil, false
		case blank(want):
			blanks = append(blanks, words[i])
		case want != words[i]:
			return nil, false
		}
	}
	return blanks, len(words) == len(strings.Fields(form))
}

func blank(word string) bool { return strings.HasPrefix(word, "<") && word != "<=" }

// pairs reads name=value words.
func pairs(words []string) ([]field, error) {
	var all []field
	for _, w := range words {
		name, value, ok := strings.Cut(w, "=")
		if !ok || name == "" {
			return nil, fmt.Errorf("%q: want name=value", w)
		}
		if d, err := time.ParseDuration(value); err == nil && value != "0" {
			value = d.String()
		}
		all = append(all, field{name, value})
	}
	return all, nil
}
