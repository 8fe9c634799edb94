package display

import (
	"fmt"
	"strings"
	"time"

	"kasir/terminal"
)

// words is everything the glass can say in one language. A test sees to it
// that no field is empty in any. Sentences say what happened, then what to do;
// a key is named as it is printed on the keypad.
type words struct {
	sandbox, sandboxShort string
	rule                  string // without PAID on this device, nobody has paid
	offline               string
	noKeypad, noGlass     string
	noPaper               string
	noKeypadDo            string
	trouble, offs         map[terminal.Trouble]string // offs: in a word or two
	unsent, works         string                      // unsent: %d; works: what a till without contact can do

	ready, readyDo, readyUnsure string // readyUnsure: %d sales

	amount, item, total       string // item: %d; total: %s, %d items
	totalShort                string // %s
	zero, tooMuch, tooManyDo  string
	tooLittle                 string // %s
	advice, adviceDo          string
	making, makingDo          string
	reaching, slow            string
	scan, minutes, clock      string // minutes: %d; clock: %d:%02d
	stale, staleShort         string
	cancelling, cancellingDo  string
	paid, paidDo, paidCancel  string
	cancelled, cancelledDo    string
	expired, expiredDo        string
	denied                    string
	deniedRetry, deniedNo     string
	reasons                   map[string]string
	noLink, noLinkDo          string
	unsure, dontCharge        string
	notShown, notShownDo      string
	doubts                    [4]string // by terminal.Doubt
	checking, checkedAgain    string
	late, lateDo              string
	lateAfter                 map[terminal.Ending]string
	lateMore                  string // %d
	alarm, alarmDo            string
	mismatches                map[terminal.Mismatch]string
	fault, faultDo            string
	faults, faultDos          map[terminal.FaultKind]string
	menu                      string
	menuUnsure, menuNone      string // menuUnsure: %d
	menuLanguage, menuAbout   string
	volumes                   [4]string // of the speaker now, by terminal.Volume
	parked                    string    // %d of %d
	parkedDo                  string
	about, aboutVersion       string // aboutVersion: %s
	aboutDevice, aboutOpen    string // aboutDevice: %s; aboutOpen: %d
	codeTooLarge, codeLargeDo string
	cashierCode               string

	keys    keyWords
	wallet  walletWords
	confirm confirmWords
	day     dayWords

	enrolment enrolWords
	inspect   inspectWords
	update    updateWords
	restart   restartWords
	mend      mendWords
}

// keyWords are what keys do.
type keyWords struct {
	digits, menu, charge, cancel, clear, back, plus string
	check, next, done, again, set, seen, understood string
	home, following, print, light                   string
}

func wordsOf(l terminal.Lang) *words {
	if l == terminal.English {
		return &english
	}
	return &indonesian
}

// money is an amount that is never broken across lines.
func money(r terminal.Rupiah) string { return strings.ReplaceAll(r.String(), " ", "\u00a0") }

// left says how long a code can still be paid; "" when that is not known. The
// steps are coarse already; under two minutes they have seconds.
func (w *words) left(d time.Duration) string {
	switch {
	case d <= 0:
		return ""
	case d >= 2*time.Minute:
		return fmt.Sprintf(w.minutes, int((d+time.Minute-1)/time.Minute))
	}
	s := int((d + time.Second - 1) / time.Second)
	return fmt.Sprintf(w.clock, s/60, s%60)
}

// why says a trouble; one that is not known is said as the vaguest.
func (w *words) why(t terminal.Trouble) string {
	if s, ok := w.trouble[t]; ok {
		return s
	}
	return w.trouble[terminal.TroubleTimeout]
}

// off is a trouble in a word or two.
func (w *words) off(t terminal.Trouble) string {
	if s, ok := w.offs[t]; ok {
		return s
	}
	return w.offline
}

// reason says why the provider refused; a code that is not known is a
// refusal without a cause.
func (w *words) reason(code string) string {
	if s, ok := w.reasons[code]; ok {
		return s
	}
	if s, ok := w.wallet.codes[code]; ok {
		return s
	}
	return w.reasons["rejected"]
}
