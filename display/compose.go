package display

import (
	"cmp"
	"fmt"

	"kasir/terminal"
)

// compose says what is to be read on a view. It is the only place that knows
// the terminal's screens.
func compose(v terminal.View) page {
	w := wordsOf(v.Strip.Lang)
	switch s := v.Screen.(type) {
	case terminal.Idle:
		return idle(v, w)
	case terminal.Entering:
		return entering(s, w)
	case terminal.Asking:
		return asking(s, v, w)
	case terminal.Offering:
		return offering(s, v, w)
	case terminal.Confirming:
		return confirming(s, w)
	case terminal.Cancelling:
		return page{kicker: s.Payer.Masked, icon: iconWait, head: w.cancelling, sum: money(s.Amount), order: s.Order.Short(),
			lines: []string{w.cancellingDo}}
	case terminal.Thanks:
		return thanks(s, v, w)
	case terminal.Ended:
		return ended(s, w)
	case terminal.Denied:
		return denied(s, w)
	case terminal.Offline:
		return offline(s, v, w)
	case terminal.Unsure:
		return unsure(s, w)
	case terminal.Late:
		return late(s, w)
	case terminal.Alarm:
		return page{mood: bad, icon: iconBang, head: w.alarm, sum: money(s.Amount), order: s.Order.Short(),
			lines: []string{w.alarmDo, w.mismatches[s.What]}, keys: []hint{{"OK", w.keys.understood}}}
	case terminal.Fault:
		return page{mood: bad, icon: iconStop, head: w.fault, lines: []string{w.faults[s.What], cmp.Or(w.faultDos[s.What], w.faultDo)}}
	case terminal.Mending:
		return mending(s, w)
	case terminal.Restarting:
		return restarting(w)
	case terminal.Enrolling:
		return enrolling(s, v, w)
	case terminal.Menu:
		return menu(v, s, w)
	case terminal.Parked:
		return parked(s, w)
	case terminal.About:
		return about(s, v, w)
	}
	if p, ok := wallet(v, w); ok {
		return p
	}
	if p, ok := day(v, w); ok {
		return p
	}
	return page{head: "?", lines: []string{v.Screen.Name()}} // a screen newer than this room
}

func idle(v terminal.View, w *words) page {
	if v.Strip.Rest >= terminal.Advising && v.Strip.Online && !v.Strip.NoKeypad {
		return advising(v, w)
	}
	p := page{kicker: v.Strip.Merchant, head: w.ready, lines: []string{w.readyDo},
		keys: []hint{{"0–9", w.keys.digits}, {"M", w.keys.menu}}}
	switch {
	case !v.Strip.Online:
		p.icon, p.head, p.lines = iconLink, w.noLink, append([]string{w.why(v.Strip.Why)}, unsent(v, w)...)
		if reconnects(v.Strip.Why) {
			p.lines = append(p.lines, w.works)
		}
	case v.Strip.Why != terminal.NoTrouble:
		p.lines = []string{w.why(v.Strip.Why), w.readyDo}
	}
	if v.Strip.Unsure > 0 {
		p.lines = append(p.lines, fmt.Sprintf(w.readyUnsure, v.Strip.Unsure))
	}
	if v.Strip.NoKeypad {
		p.lines = []string{w.noKeypadDo}
	}
	p.lines = append(p.lines, w.rule)
	return p
}

// advising is a till that nobody has used for a while: whose it is, and what
// proves a payment.
func advising(v terminal.View, w *words) page {
	p := page{kicker: w.advice, head: cmp.Or(v.Strip.Merchant, w.ready), lines: []string{w.rule, w.adviceDo}}
	if v.Strip.Unsure > 0 {
		p.lines[1] = fmt.Sprintf(w.readyUnsure, v.Strip.Unsure)
	}
	return p
}

// reconnects reports whether a trouble ends without a person who sees to it.
func reconnects(t terminal.Trouble) bool {
	switch t {
	case terminal.TroubleCable, terminal.TroubleNetwork, terminal.TroubleTimeout, terminal.TroubleBackend:
		return true
	}
	return false
}

// unsent says how much the backend does not have yet, where that is anything.
func unsent(v terminal.View, w *words) []string {
	if v.Strip.Unsent == 0 {
		return nil
	}
	return []string{fmt.Sprintf(w.unsent, v.Strip.Unsent)}
}

func entering(s terminal.Entering, w *words) page {
	p := page{kicker: w.amount, sum: money(s.Amount), big: bigSum, keys: []hint{
		{"OK", w.keys.charge}, {"C", w.keys.clear}, {"B", w.keys.back}, {"+", w.keys.plus}, {"00", ""}}}
	if s.Linked {
		p.kicker, p.keys[0].does = w.wallet.purposes[terminal.ForCharge], w.wallet.charge
	}
	if s.Items > 0 {
		p.kicker = fmt.Sprintf(w.item, s.Items+1)
		count := s.Items
		if s.Amount > 0 {
			count++
		}
		p.head = fmt.Sprintf(w.total, money(s.Total()), count)
		p.brief = fmt.Sprintf(w.totalShort, money(s.Total()))
	}
	switch s.Refusal {
	case terminal.RefuseZero:
		p.label = w.zero
	case terminal.RefuseTooMuch:
		p.label = fmt.Sprintf(w.tooMuch, money(cmp.Or(s.Limit, terminal.MaxCharge)))
	case terminal.RefuseTooLittle:
		p.label = fmt.Sprintf(w.tooLittle, money(s.Limit))
	case terminal.RefuseTooManyOpen:
		p.label = w.tooManyDo
	}
	return p
}

func asking(s terminal.Asking, v terminal.View, w *words) page {
	p := page{icon: iconWait, head: w.making, sum: money(s.Amount), lines: []string{w.makingDo},
		keys: []hint{{"C", w.keys.cancel}}}
	if s.Payer.Linked() {
		p.kicker, p.head, p.lines = s.Payer.Masked, w.wallet.charging, []string{w.wallet.chargingDo}
	}
	if s.Order == "" {
		p.lines = []string{w.reaching}
	} else {
		p.order = s.Order.Short()
	}
	if s.Slow {
		p.lines = []string{w.slow}
		if v.Strip.Why != terminal.NoTrouble {
			p.lines = []string{w.why(v.Strip.Why), w.makingDo}
		}
	}
	return p
}

func offering(s terminal.Offering, v terminal.View, w *words) page {
	p := page{sum: money(s.Amount), big: bigSum, order: s.Order.Short(),
		keys: []hint{{"OK", w.keys.check}, {"C", w.keys.cancel}},
		code: &offer{qr: s.QR, scan: w.scan, left: w.left(s.Left), merchant: v.Strip.Merchant}}
	if v.Strip.Lit {
		p.keys = append(p.keys, hint{"8", w.keys.light})
	}
	if s.Stale || !v.Strip.Online {
		p.code.stale, p.code.staleShort = w.stale, w.staleShort
	}
	return confirmHint(p, s.Code, w)
}

// tooLarge is shown for a code that this glass has no room for.
func tooLarge(p page, w *words) page {
	return page{mood: bad, icon: iconStop, head: w.codeTooLarge, sum: p.sum, order: p.order,
		lines: []string{w.codeLargeDo}, keys: []hint{{"C", w.keys.cancel}}}
}

func thanks(s terminal.Thanks, v terminal.View, w *words) page {
	p := page{mood: good, icon: iconCheck, head: w.paid, spare: 1, sum: money(s.Amount), order: s.Order.Short(),
		lines: []string{w.paidDo}, keys: []hint{{"OK", w.keys.next}}}
	if s.AfterCancel {
		p.lines = []string{w.paidCancel}
	}
	if v.Strip.Printer {
		p.keys = append(p.keys, hint{"+", w.keys.print})
	}
	return p
}

func ended(s terminal.Ended, w *words) page {
	p := page{icon: iconCross, head: w.cancelled, sum: money(s.Amount), order: s.Order.Short(),
		lines: []string{w.cancelledDo}, keys: []hint{{"OK", w.keys.done}}}
	if s.How == terminal.EndExpired {
		p.icon, p.head, p.lines = iconClock, w.expired, []string{w.expiredDo}
	}
	if s.Payer.Linked() {
		p.kicker, p.lines = s.Payer.Masked, []string{w.wallet.endedDo}
		if s.How == terminal.EndExpired {
			p.lines[0] = w.wallet.expiredDo
		}
	}
	return p
}

func denied(s terminal.Denied, w *words) page {
	p := page{kicker: s.Payer.Masked, icon: iconCross, head: w.denied, sum: money(s.Amount), order: s.Order.Short(),
		lines: []string{w.reason(s.Code), w.deniedNo}, keys: []hint{{"OK", w.keys.done}}}
	if s.Retry {
		p.lines[1] = w.deniedRetry
		p.keys = []hint{{"OK", w.keys.again}, {"C", w.keys.done}}
	}
	return p
}

func offline(s terminal.Offline, v terminal.View, w *words) page {
	p := page{icon: iconLink, head: w.noLink, sum: money(s.Amount), lines: append([]string{w.noLinkDo, w.why(s.Why)}, unsent(v, w)...),
		keys: []hint{{"OK", w.keys.again}, {"C", w.keys.cancel}}}
	if s.Order != "" {
		p.order = s.Order.Short()
	}
	if s.Payer.Linked() {
		p.kicker, p.lines[0] = s.Payer.Masked, w.wallet.nothing
	}
	return p
}

func unsure(s terminal.Unsure, w *words) page {
	p := page{mood: doubt, icon: iconQuestion, head: w.unsure, spare: 1, stress: w.dontCharge, sum: money(s.Amount),
		order: s.Order.Short(), keys: []hint{{"OK", w.keys.check}, {"C", w.keys.set}}}
	why := w.doubts[terminal.DoubtLost]
	if int(s.Why) < len(w.doubts) {
		why = w.doubts[s.Why]
	}
	if s.Payer.Linked() {
		p.kicker = s.Payer.Masked
		if s.Why == terminal.DoubtCountdown {
			why = w.wallet.pinDoubt
		}
	}
	p.lines = []string{why, w.checkedAgain}
	if !s.Offered {
		p.stress, p.lines[0] = w.notShown, w.notShownDo
	}
	if s.Checking {
		p.lines[1] = w.checking
	}
	return confirmHint(p, s.Code, w)
}

func late(s terminal.Late, w *words) page {
	after, ok := w.lateAfter[s.Ended]
	if !ok {
		after = w.lateAfter[terminal.EndNone]
	}
	p := page{mood: doubt, icon: iconClock, head: w.late, sum: money(s.Amount), order: s.Order.Short(),
		lines: []string{w.lateDo, after}, keys: []hint{{"OK", w.keys.seen}}}
	if s.More > 0 {
		p.lines = append(p.lines, fmt.Sprintf(w.lateMore, s.More))
	}
	return p
}

func menu(v terminal.View, m terminal.Menu, w *words) page {
	first := w.menuNone
	if v.Strip.Unsure > 0 {
		first = fmt.Sprintf(w.menuUnsure, v.Strip.Unsure)
	}
	p := page{head: w.menu, keys: []hint{{"C", w.keys.home}, {"0", w.day.others}, {"+", w.volumes[m.Volume]}},
		list: []choice{{"1", first, ""}, {"2", w.menuLanguage, ""}, {"4", w.wallet.menuLink, ""},
			{"5", w.wallet.menuCharge, w.wallet.menuChargeShort}, {"6", w.wallet.menuUnlink, ""}}}
	if m.More {
		p.list = []choice{{"7", w.day.menuSales, ""}, {"8", w.day.menuDay, w.day.menuDayShort}, {"9", w.day.menuCrew, ""}, {"3", w.menuAbout, ""}}
	}
	return p
}

func parked(s terminal.Parked, w *words) page {
	p := page{mood: doubt, icon: iconQuestion, head: fmt.Sprintf(w.parked, s.At, s.Of), sum: money(s.Amount),
		big: bigSum, order: s.Order.Short(), lines: []string{w.checkedAgain, w.parkedDo},
		keys: []hint{{"OK", w.keys.check}, {"+", w.keys.following}, {"C", w.keys.home}}}
	if s.Checking {
		p.lines[0] = w.checking
	}
	return p
}

func about(s terminal.About, v terminal.View, w *words) page {
	p := page{kicker: v.Strip.Merchant, head: w.about, big: bigSum, keys: []hint{{"OK", w.keys.home}}, lines: []string{
		fmt.Sprintf(w.aboutVersion, s.Version), fmt.Sprintf(w.aboutDevice, v.Strip.Device)}}
	if s.Open > 0 {
		p.lines = append(p.lines, fmt.Sprintf(w.aboutOpen, s.Open))
	}
	p.keys = append(p.keys, hint{"+", w.day.toTech})
	return p
}
