package display

import (
	"fmt"
	"strings"

	"kasir/terminal"
)

// wallet says what is to be read on the screens of linked wallets; ok is false
// for every other screen.
func wallet(v terminal.View, w *words) (p page, ok bool) {
	switch s := v.Screen.(type) {
	case terminal.Dialing:
		return dialing(s, w), true
	case terminal.Finding:
		return finding(s, w), true
	case terminal.Linking:
		return linking(s, w), true
	case terminal.LinkOffer:
		return linkOffer(s, v, w), true
	case terminal.WalletLinked:
		return page{icon: iconCheck, head: w.wallet.linked, sum: s.Masked, lines: []string{w.wallet.linkedDo},
			keys: []hint{{"OK", w.keys.next}}}, true
	case terminal.LinkLeft:
		return page{icon: iconClock, head: w.wallet.left, sum: s.Masked, lines: []string{w.wallet.leftDo},
			keys: []hint{{"OK", w.keys.done}}}, true
	case terminal.WalletRefused:
		return walletRefused(s, w), true
	case terminal.UnlinkConfirm:
		return page{icon: iconQuestion, head: w.wallet.unlinkAsk, sum: s.Payer.Masked, lines: []string{w.wallet.unlinkAskDo},
			keys: []hint{{"OK", w.wallet.unlinkYes}, {"C", w.keys.home}}}, true
	case terminal.Unlinking:
		p := page{icon: iconWait, head: w.wallet.unlinking, sum: s.Payer.Masked, lines: []string{w.wallet.unlinkingDo},
			keys: []hint{{"C", w.keys.home}}}
		return waiting(p, s.Slow, s.Why, w), true
	case terminal.Unlinked:
		return page{icon: iconCheck, head: w.wallet.unlinked, sum: s.Masked, lines: []string{w.wallet.unlinkedDo},
			keys: []hint{{"OK", w.keys.next}}}, true
	case terminal.Verifying:
		return verifying(s, v, w), true
	}
	return page{}, false
}

func dialing(s terminal.Dialing, w *words) page {
	p := page{kicker: w.wallet.purposes[s.For], sum: grouped(s.Phone), big: bigSum,
		keys: []hint{{"OK", w.keys.next}, {"B", w.keys.back}, {"C", w.keys.home}}}
	if s.For == terminal.ForCharge {
		p.head = money(s.Amount)
	}
	if s.Phone == "" {
		p.sum, p.lines = "", []string{w.wallet.dialDo}
		p.big = bigHead
		if p.head == "" {
			p.head = w.wallet.number
		}
	}
	if s.Refusal == terminal.RefusePhone {
		p.label = w.wallet.badNumber
	}
	return p
}

// grouped writes a number in fours, as people read one to another.
func grouped(phone string) string {
	var parts []string
	for len(phone) > 5 {
		parts, phone = append(parts, phone[:4]), phone[4:]
	}
	return strings.Join(append(parts, phone), "\u00a0")
}

func finding(s terminal.Finding, w *words) page {
	p := page{kicker: w.wallet.purposes[s.For], icon: iconWait, head: w.wallet.finding, sum: s.Masked,
		keys: []hint{{"C", w.keys.cancel}}}
	if s.Amount > 0 {
		p.lines = append(p.lines, money(s.Amount))
	}
	return waiting(p, s.Slow, terminal.NoTrouble, w)
}

func linking(s terminal.Linking, w *words) page {
	p := page{icon: iconWait, head: w.wallet.linking, brief: w.wallet.linkingShort, sum: s.Masked, lines: []string{w.wallet.linkingDo},
		keys: []hint{{"C", w.keys.cancel}}}
	if s.Order == "" {
		p.lines = []string{w.reaching}
	}
	return waiting(p, s.Slow, s.Why, w)
}

// waiting is p with the reason for which it takes so long.
func waiting(p page, slow bool, why terminal.Trouble, w *words) page {
	switch {
	case why != terminal.NoTrouble:
		p.lines = append([]string{w.why(why)}, p.lines...)
	case slow:
		p.lines = append([]string{w.wallet.slow}, p.lines...)
	}
	return p
}

func linkOffer(s terminal.LinkOffer, v terminal.View, w *words) page {
	p := page{sum: s.Masked, head: w.wallet.linking, brief: w.wallet.linkingShort, keys: []hint{{"OK", w.keys.check}, {"C", w.keys.cancel}},
		code: &offer{wordy: true, qr: s.URL, scan: w.wallet.scanLink, left: w.left(s.Left)}}
	if s.Stale || !v.Strip.Online {
		p.code.stale, p.code.staleShort = w.wallet.stale, w.offline
	}
	return p
}

func verifying(s terminal.Verifying, v terminal.View, w *words) page {
	p := page{sum: money(s.Amount), big: bigSum, order: s.Order.Short(), keys: []hint{{"OK", w.keys.check}, {"C", w.keys.cancel}},
		code: &offer{wordy: true, qr: s.URL, scan: w.wallet.scanPIN, left: w.left(s.Left), merchant: s.Payer.Masked}}
	if s.Stale || !v.Strip.Online {
		p.code.stale, p.code.staleShort = w.wallet.stale, w.staleShort
	}
	return confirmHint(p, s.Code, w)
}

func walletRefused(s terminal.WalletRefused, w *words) page {
	p := page{icon: iconCross, head: w.wallet.refused[s.For], sum: s.Masked, keys: []hint{{"OK", w.keys.done}}}
	say, known := w.wallet.codes[s.Code]
	switch {
	case s.Code == "" && s.Trouble != terminal.NoTrouble:
		p.icon, say = iconLink, w.why(s.Trouble)
	case !known:
		say = w.reason(s.Code)
	}
	p.lines = []string{say, w.wallet.nothing}
	if s.For == terminal.ForCharge {
		p.lines[1] = fmt.Sprintf(w.wallet.notCharged, money(s.Amount))
	}
	if s.Retry {
		p.keys = []hint{{"OK", w.keys.again}, {"C", w.keys.done}}
	}
	return p
}
