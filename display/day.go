package display

import (
	"fmt"
	"strconv"
	"strings"

	"kasir/terminal"
)

// dayWords are what the glass says of shifts, PINs and the last sales.
type dayWords struct {
	menuSales, menuDay, menuCrew string
	menuDayShort, others         string

	closed, closedDo string // closedDo: %d, the shift to be opened
	open             string // what the digits do there

	pin, wrongPin, pinWait string
	pinFor                 [4]string // by terminal.PinFor
	forget                 string    // what KeyClear does

	shift, sales, late, unsure, unseen, nothing string // each: %d, but nothing
	closing, earlier                            string
	count, countDo                              string
	shut, report                                string // both: %d
	counted, even, less, more, uncounted        string // counted, less, more: %s
	overs, unsureLater                          string // both: %d
	overLast, overAgain, overEnd                string // overLast: %d of %d; overAgain: %s
	overWhys                                    map[terminal.OverrideWhy]string
	details, closeCode, scanClose               string // scanClose: %d

	crew, crewDo           string
	roles                  map[terminal.Role]string
	operator               string // %d, %s
	newPin, repeat, change string
	pinLength, pinSame     string
	change2, remove        string
	pinTroubles            [4]string // by terminal.PinTrouble

	twin, twinDo, twinCharge string // twinDo: %s

	last              string // %d of %d
	none, noNumber    string // noNumber: of the one that was keyed
	ends              map[terminal.Ending]string
	cameLate, failed  string
	number            string // %d
	receipt, scan     string
	byNumber, goThere string

	tech, techDo, techBusy, handed string
	settings                       [5]string // by terminal.Setting
	inspect, update, notSet        string
	keyed                          string // %s
	support, forSupport            string
	twinSaid                       string
	typingDo, nextLetter, restart  string
	toTech                         string
}

// day is the page of a screen about shifts, PINs and the last sales; ok is false
// for any other.
func day(v terminal.View, w *words) (p page, ok bool) {
	switch s := v.Screen.(type) {
	case terminal.Closed:
		return page{kicker: v.Strip.Merchant, head: w.day.closed, lines: []string{fmt.Sprintf(w.day.closedDo, s.Last+1), w.rule},
			keys: []hint{{"0–9", w.day.open}, {"M", w.keys.menu}}}, true
	case terminal.Pin:
		return pin(s, w), true
	case terminal.Totals:
		return totals(s, w), true
	case terminal.Counting:
		return page{kicker: w.day.count, sum: money(s.Amount), big: bigSum, lines: []string{w.day.countDo},
			keys: []hint{{"OK", w.day.closing}, {"B", w.keys.back}, {"C", w.keys.clear}}}, true
	case terminal.Report:
		return report(s, w), true
	case terminal.Crew:
		return crew(s, w), true
	case terminal.NewPin:
		return newPin(s, w), true
	case terminal.Twin:
		return twin(s, w), true
	case terminal.Sales:
		return sales(s, w), true
	case terminal.Tech:
		return tech(s, w), true
	case terminal.Inspection:
		return inspection(s, w), true
	case terminal.Updates:
		return updates(s, w), true
	case terminal.Typing:
		return typing(s, w), true
	case terminal.Overrides:
		return overrides(s, w), true
	case terminal.ForPhone:
		return forPhone(s, w), true
	case terminal.Receipt:
		p := page{sum: money(s.Amount), order: s.Order.Short(), keys: []hint{{"OK", w.keys.home}},
			code: &offer{wordy: true, qr: s.URL, scan: w.day.scan}}
		if v.Strip.Printer {
			p.keys = append(p.keys, hint{"+", w.keys.print})
		}
		return p, true
	}
	return page{}, false
}

// forPhone is a code for somebody of the shop.
func forPhone(s terminal.ForPhone, w *words) page {
	p := page{sum: w.day.tech, keys: []hint{{"OK", w.keys.home}}, code: &offer{wordy: true, qr: s.Text, scan: w.day.support}}
	if s.Whose == terminal.OwnersPhone {
		p.kicker, p.sum, p.code.scan = fmt.Sprintf(w.day.report, s.Shift+1), money(s.Taken), fmt.Sprintf(w.day.scanClose, s.Shift+1)
	}
	return p
}

// dots are a PIN's digits, and places for those that it needs at least.
func dots(typed int) string {
	all := strings.Repeat("•", typed) + strings.Repeat("_", max(0, terminal.MinPIN-typed))
	return strings.Join(strings.Split(all, ""), "\u00a0")
}

func pin(s terminal.Pin, w *words) page {
	p := page{kicker: w.day.pinFor[min(int(s.For), len(w.day.pinFor)-1)], head: w.day.pin, sum: dots(s.Typed), big: bigSum,
		keys: []hint{{"OK", w.day.goThere}, {"B", w.keys.back}, {"C", w.day.forget}}}
	if s.Wrong {
		p.label = w.day.wrongPin
	}
	if s.Wait > 0 {
		return page{mood: doubt, icon: iconClock, head: w.confirm.wait, lines: []string{w.day.pinWait, w.left(s.Wait)}, keys: []hint{{"C", w.keys.home}}}
	}
	return p
}

func totals(s terminal.Totals, w *words) page {
	p := page{kicker: fmt.Sprintf(w.day.shift, s.Shift.No+1), sum: money(s.Shift.Taken), big: bigSum,
		lines: []string{fmt.Sprintf(w.day.sales, s.Shift.Sales)}, keys: []hint{{"OK", w.day.closing}, {"C", w.keys.home}}}
	if s.Shift.Sales == 0 {
		p.lines[0] = w.day.nothing
	}
	if s.Unseen > 0 {
		p.lines = append(p.lines, fmt.Sprintf(w.day.unseen, s.Unseen))
	}
	if s.Unsure > 0 {
		p.lines = append(p.lines, fmt.Sprintf(w.day.unsure, s.Unsure))
	}
	if s.Shift.Late > 0 {
		p.lines = append(p.lines, fmt.Sprintf(w.day.late, s.Shift.Late))
	}
	if s.Earlier {
		p.keys = append(p.keys, hint{"+", w.day.earlier})
	}
	return p
}

func report(s terminal.Report, w *words) page {
	p := page{head: fmt.Sprintf(w.day.shut, s.No+1), sum: money(s.Taken), big: bigSum,
		lines: []string{fmt.Sprintf(w.day.sales, s.Shift.Sales)}, keys: []hint{{"OK", w.keys.done}}}
	if s.Old {
		p.head = fmt.Sprintf(w.day.report, s.No+1)
	}
	switch off := s.Off(); {
	case !s.Has:
		p.lines = append(p.lines, w.day.uncounted)
	case off == 0:
		p.lines = append(p.lines, w.day.even)
	case off < 0:
		p.label = fmt.Sprintf(w.day.less, money(-off))
		p.lines = append(p.lines, fmt.Sprintf(w.day.counted, money(s.Counted)))
	default:
		p.label = fmt.Sprintf(w.day.more, money(off))
		p.lines = append(p.lines, fmt.Sprintf(w.day.counted, money(s.Counted)))
	}
	if s.Unsure > 0 {
		p.lines = append(p.lines, fmt.Sprintf(w.day.unsureLater, s.Unsure))
	}
	if s.Overs > 0 {
		p.lines = append(p.lines, fmt.Sprintf(w.day.overs, s.Overs))
		p.keys = append(p.keys, hint{"1", w.day.details})
	}
	if s.Code {
		p.keys = append(p.keys, hint{"00", w.day.closeCode})
	}
	if s.More() {
		p.keys = append(p.keys, hint{"+", w.day.earlier})
	}
	return p
}

// overrides is one decision against a warning, with its reason and what came of it.
func overrides(s terminal.Overrides, w *words) page {
	why := w.day.overWhys[s.Why]
	if s.Override.Of != "" {
		why = fmt.Sprintf(w.day.overAgain, s.Override.Of.Short())
	}
	p := page{kicker: fmt.Sprintf(w.day.overLast, s.At, s.Of), sum: money(s.Amount), big: bigSum, order: s.Order.Short(),
		lines: []string{why, w.day.overEnd}, keys: []hint{{"C", w.keys.home}}}
	if end, ok := w.day.ends[s.End]; ok {
		p.lines[1] = end
	}
	if s.At < s.Of {
		p.keys = append(p.keys, hint{"+", w.keys.following})
	}
	return p
}

func crew(s terminal.Crew, w *words) page {
	p := page{head: w.day.crew, keys: []hint{{"0–9", w.day.change}, {"C", w.keys.home}}}
	free := false
	for i, role := range s.Roles {
		says := w.day.roles[role]
		if role == "" {
			if free {
				continue
			}
			free, says = true, w.day.crewDo // the next one
		}
		p.list = append(p.list, choice{strconv.Itoa(i + 1), says, ""})
	}
	return p
}

func newPin(s terminal.NewPin, w *words) page {
	p := page{kicker: fmt.Sprintf(w.day.operator, s.Who, w.day.roles[s.Role]), head: w.day.newPin, sum: dots(s.Typed), big: bigSum,
		lines: []string{w.day.pinLength}, spare: 5, keys: []hint{{"OK", w.day.goThere}, {"C", w.day.forget}}}
	switch {
	case s.Again:
		p.head, p.lines[0] = w.day.repeat, w.day.pinSame
	case s.Typed == 0 && s.Who > 1:
		p.keys = append(p.keys, hint{"+", w.day.change2})
		if s.Had {
			p.keys[0].does = w.day.remove
		}
	}
	if s.Why != terminal.NoPinTrouble {
		p.label = w.day.pinTroubles[min(int(s.Why), len(w.day.pinTroubles)-1)]
	}
	return p
}

func twin(s terminal.Twin, w *words) page {
	p := page{mood: doubt, icon: iconQuestion, head: w.day.twin, stress: w.dontCharge, spare: 1, sum: money(s.Amount),
		lines: []string{fmt.Sprintf(w.day.twinDo, s.Order.Short()), w.day.twinSaid}, keys: []hint{{"OK", w.keys.check}, {"C", w.keys.home}, {"+", w.day.twinCharge}}}
	if s.Checking {
		p.lines[1] = w.checking
	}
	return p
}

func sales(s terminal.Sales, w *words) page {
	if s.Of == 0 {
		return page{head: w.day.menuSales, lines: []string{w.day.none}, keys: []hint{{"C", w.keys.home}}}
	}
	p := page{kicker: fmt.Sprintf(w.day.last, s.At, s.Of), sum: money(s.Amount), big: bigSum, order: s.Order.Short(),
		lines: []string{w.day.ends[s.End]}, keys: []hint{{"OK", w.keys.check}, {"+", w.day.earlier}, {"C", w.keys.home}, {"0–9", w.day.byNumber}}}
	if s.Late {
		p.lines[0] = w.day.cameLate
	}
	if s.Receipt {
		p.keys = append(p.keys, hint{"00", w.day.receipt})
	}
	switch {
	case s.Typed > 0:
		p.label = fmt.Sprintf(w.day.number, s.Typed)
		p.keys = []hint{{"OK", w.day.goThere}, {"B", w.keys.back}, {"C", w.keys.clear}}
	case s.Missing:
		p.label = w.day.noNumber
	case s.Checking:
		p.lines = append(p.lines, w.checking)
	case s.Failed:
		p.lines = append(p.lines, w.day.failed)
	}
	return p
}

func tech(s terminal.Tech, w *words) page {
	p := page{head: w.day.tech, keys: []hint{{"C", w.keys.home}, {"0", w.day.others}, {"+", w.day.forSupport}}}
	switch {
	case s.Handed:
		return page{icon: iconWait, head: w.day.handed, lines: []string{w.day.techDo}, keys: []hint{{"C", w.keys.home}}}
	case s.Busy && s.Any():
		p.kicker = w.day.techBusy
	case s.Any():
		p.keys = append(p.keys, hint{"OK", w.day.restart})
	}
	if s.More == s.Set { // without settings, the others are the first
		p.list = []choice{{"6", w.day.inspect, ""}, {"7", w.day.update, ""}}
		return p
	}
	if !s.Set {
		p.lines = []string{w.day.notSet}
		return p
	}
	for i, what := range w.day.settings {
		if s.Keyed[i] {
			what = fmt.Sprintf(w.day.keyed, what)
		}
		p.list = append(p.list, choice{strconv.Itoa(i + 1), what, ""})
	}
	return p
}

// typing shows the end of what was keyed, where the next letter comes.
func typing(s terminal.Typing, w *words) page {
	const shown = 11 // characters
	text := s.Text
	if len(text) > shown {
		text = "…" + text[len(text)-shown+1:]
	}
	text = strings.ReplaceAll(text, " ", "\u00a0")
	if !s.Open {
		text += "_"
	}
	return page{kicker: w.day.settings[min(int(s.What), len(w.day.settings)-1)], sum: text, big: bigSum, lines: []string{w.day.typingDo},
		keys: []hint{{"OK", w.keys.done}, {"B", w.keys.back}, {"+", w.day.nextLetter}, {"C", w.keys.cancel}}}
}
