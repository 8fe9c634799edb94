package display

import "kasir/terminal"

var english = words{
	sandbox:      "SANDBOX — NOT REAL MONEY",
	sandboxShort: "SANDBOX",
	rule:         "No PAID on this device = not paid.",
	offline:      "OFFLINE",
	noKeypad:     "NO KEYPAD",
	noKeypadDo:   "The keypad is gone: plug its cable in again.",
	noGlass:      "SCREEN TROUBLE",
	noPaper:      "NO PRINTER",
	trouble: map[terminal.Trouble]string{
		terminal.TroubleCable:    "No Wi-Fi and no cable: plug it in, or switch the router on.",
		terminal.TroubleNetwork:  "No internet to the shop's server: check the Wi-Fi, router or data.",
		terminal.TroubleTimeout:  "The shop's server does not answer.",
		terminal.TroubleBackend:  "The shop's server is in trouble.",
		terminal.TroubleRefused:  "The server does not know this device: call the owner.",
		terminal.TroubleHeld:     "This till is QUARANTINED: do not sell, call the owner.",
		terminal.TroubleNonsense: "That was not the shop's server: the Wi-Fi wants a login, or the address is wrong.",
		terminal.TroubleProvider: "The payment provider does not answer; the shop's server goes on asking.",
	},
	offs: map[terminal.Trouble]string{
		terminal.TroubleCable: "NO NETWORK", terminal.TroubleNetwork: "NO INTERNET", terminal.TroubleTimeout: "SERVER SILENT",
		terminal.TroubleBackend: "SERVER BUSY", terminal.TroubleRefused: "NOT KNOWN", terminal.TroubleHeld: "QUARANTINED",
		terminal.TroubleNonsense: "WRONG SERVER", terminal.TroubleProvider: "PROVIDER SILENT",
	},
	unsent: "%d not sent yet.",
	works:  "It reconnects by itself. New QRs wait for that; sales and totals still work: M.",

	ready:       "READY",
	readyDo:     "Key in the amount, then OK.",
	readyUnsure: "%d not sure yet: press M, then 1.",

	amount:     "Amount",
	item:       "Item %d",
	total:      "Total %s (%d\u00a0items)",
	totalShort: "Total %s",
	zero:       "The amount is still zero. Key it in first.",
	tooMuch:    "At most %s in one payment.",
	tooLittle:  "At least %s in one payment.",
	advice:     "Pay with QRIS",
	adviceDo:   "Cashier: key in an amount to begin.",
	tooManyDo:  "Too many not sure yet. Press C, M, then 1.",

	making:   "MAKING QR…",
	makingDo: "One moment, do not key it again.",
	reaching: "Reaching the shop's server…",
	slow:     "Slow network. Still trying; do not key it again.",

	scan:       "Scan to pay",
	minutes:    "%d\u00a0min left",
	clock:      "%d:%02d left",
	stale:      "OFFLINE. The QR can still be paid; wait for PAID.",
	staleShort: "OFFLINE: wait for PAID",

	cancelling:   "CANCELLING…",
	cancellingDo: "Not cancelled yet. Wait for the answer, do not charge again.",

	paid:       "PAID",
	paidDo:     "The money has arrived. Thank you.",
	paidCancel: "Paid just before it was cancelled. The money has arrived.",

	cancelled:   "CANCELLED",
	cancelledDo: "This QR can no longer be paid. You may charge again.",
	expired:     "EXPIRED",
	expiredDo:   "Time is up and it was not paid. You may charge again.",

	denied:      "REFUSED",
	deniedRetry: "You may try again.",
	deniedNo:    "Trying again will not help.",
	reasons: map[string]string{
		"provider_busy": "The payment provider is busy.",
		"rejected":      "The payment provider refused this charge.",
		"channel_off":   "QRIS is not active for this shop: call the owner.",
		"server_key":    "The shop's server key was refused: call the owner.",
		"invalid":       "The provider did not accept the charge's data: call the owner.",
		"rate_limit":    "Too many requests. Wait a minute.",
		"duplicate":     "This order number was used before.",
		"fraud":         "Held by the fraud check. Do not hand over the goods.",
	},

	noLink:   "NOT CONNECTED",
	noLinkDo: "The QR was not shown, so nobody can have paid.",

	unsure:     "NOT SURE YET",
	dontCharge: "DO NOT CHARGE AGAIN",
	notShown:   "THE QR WAS NEVER SHOWN",
	notShownDo: "It cannot have been paid. Press C to go on.",
	doubts: [4]string{"The QR's time is up, the outcome is not known.", "The cancel has not been answered.", "This sale was set aside, the outcome is not known.",
		"The customer's wallet has not answered, the outcome is not known."},
	checking:     "Checking…",
	checkedAgain: "Checked again by itself until it is sure.",

	late:   "PAID LATE",
	lateDo: "The money is here. Find the customer, or give it back.",
	lateAfter: map[terminal.Ending]string{
		terminal.EndNone:      "Paid after it was set aside.",
		terminal.EndCancelled: "Paid after it was cancelled.",
		terminal.EndExpired:   "Paid after it expired.",
		terminal.EndDenied:    "Paid after it was refused.",
		terminal.EndTaken:     "Paid after its number was refused.",
	},
	lateMore: "%d more to see.",

	alarm:   "STOP",
	alarmDo: "Do not hand over the goods. Call the owner.",
	mismatches: map[terminal.Mismatch]string{
		terminal.MismatchFormat:   "QR refused: it is not QRIS.",
		terminal.MismatchCRC:      "QR refused: damaged on its way.",
		terminal.MismatchCurrency: "QR refused: not in rupiah.",
		terminal.MismatchAmount:   "QR refused: its amount is not what was keyed.",
		terminal.MismatchMerchant: "QR refused: it is not this shop's.",
		terminal.MismatchPage:     "Page refused: it is not the payment provider's.",
		terminal.MismatchCode:     "A code said paid, the server says otherwise.",
		terminal.MismatchPaid:     "Another amount was paid than was asked.",
	},

	fault:   "SELLING STOPPED",
	faultDo: "Switch off and on. If it stays like this, call the owner.",
	faults: map[terminal.FaultKind]string{
		terminal.FaultJournal:  "The record of sales cannot be used.",
		terminal.FaultFull:     "The card is full. No data is lost.",
		terminal.FaultReadOnly: "The card cannot be written any more.",
		terminal.FaultCard:     "The card cannot be read or written.",
		terminal.FaultDamaged:  "Data is damaged. Keep this card.",
		terminal.FaultForeign:  "The record's file is not a till's.",
		terminal.FaultNewer:    "The record is a newer program's.",
		terminal.FaultInUse:    "Another program uses the record.",
	},
	faultDos: map[terminal.FaultKind]string{
		terminal.FaultFull:     "Technician: make room. It then works by itself.",
		terminal.FaultReadOnly: "Technician: copy the record, replace the card.",
		terminal.FaultCard:     "Technician: replace the card. The server has the rest.",
		terminal.FaultDamaged:  "Technician: put a new card in. The server has the rest.",
		terminal.FaultForeign:  "Technician: check the path of the record.",
		terminal.FaultNewer:    "Technician: update this device's program.",
		terminal.FaultInUse:    "Technician: end the other program.",
	},

	menu:         "MENU",
	menuUnsure:   "Not sure yet (%d)",
	menuNone:     "Not sure yet: none",
	menuLanguage: "Bahasa Indonesia",
	menuAbout:    "About this device",
	volumes:      [4]string{"sound: loud", "sound: medium", "sound: soft", "sound: tones"},

	parked:   "NOT SURE YET %d/%d",
	parkedDo: "Do not charge again before it is sure.",

	about:        "KASIR",
	aboutVersion: "Version %s",
	aboutDevice:  "Device %s",
	aboutOpen:    "%d sales not sure yet.",

	cashierCode: "WAIT FOR PAID",

	codeTooLarge: "SCREEN TOO SMALL",
	codeLargeDo:  "This QR does not fit. Press C, then call the owner.",

	keys: keyWords{
		digits: "amount", menu: "menu", charge: "make QR", cancel: "cancel", clear: "clear", back: "delete", plus: "add",
		check: "check", next: "next", done: "done", again: "try again", set: "set aside, go on",
		seen: "seen", understood: "understood", home: "back", following: "next one", light: "light", print: "print",
	},

	wallet:  walletEnglish,
	confirm: confirmEnglish,
	day:     dayEnglish,

	enrolment: enrolEnglish,
	inspect:   inspectEnglish,
	update:    updateEnglish,
	restart:   restartEnglish,
	mend:      mendEnglish,
}
