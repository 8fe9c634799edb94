package story

import (
	"time"

	"kasir/terminal"
)

// dayShots are the screens about shifts, PINs and the last sales.
func dayShots(strip, busy terminal.Strip) []Shot {
	shift := terminal.Shift{No: 11, Sales: 87, Taken: 2_145_500, Late: 1}
	busyShift := shift
	busyShift.Taken, busyShift.Overs = 987_654_321, 2
	at := func(name string, s terminal.Screen, st terminal.Strip) Shot {
		return Shot{name, terminal.View{Screen: s, Strip: st}}
	}
	amount := terminal.Rupiah(25_000)
	return append(techShots(at, strip, busy), []Shot{
		at("twin", terminal.Twin{Order: Order, Amount: amount}, busy),
		at("twin-checking", terminal.Twin{Order: Order, Amount: terminal.MaxCharge, Checking: true}, busy),
		at("sales", terminal.Sales{At: 1, Of: 24, Order: Order, Amount: amount, End: terminal.EndPaid, Receipt: true}, strip),
		at("sales-checking", terminal.Sales{At: 3, Of: 24, Order: Order, Amount: amount, End: terminal.EndExpired, Checking: true}, busy),
		at("sales-number", terminal.Sales{At: 1, Of: 24, Order: Order, Amount: terminal.MaxCharge, End: terminal.EndPaid, Late: true, Typed: 42, Receipt: true}, strip),
		at("sales-missing", terminal.Sales{At: 512, Of: 512, Order: Order, Amount: amount, End: terminal.EndMispaid, Missing: true}, strip),
		at("sales-none", terminal.Sales{}, strip),
		at("receipt", terminal.Receipt{Order: Order, Amount: amount, URL: Receipt}, strip),
		at("totals", terminal.Totals{Shift: shift, Earlier: true}, strip),
		at("totals-busy", terminal.Totals{Shift: busyShift, Unsure: 2, Unseen: 1, Earlier: true}, busy),
		at("totals-nothing", terminal.Totals{}, strip),
		at("counting", terminal.Counting{}, strip),
		at("counting-amount", terminal.Counting{Amount: 2_145_000, Typed: true}, strip),
		at("report", terminal.Report{Close: terminal.Close{Shift: shift, Has: true, Counted: shift.Taken}}, strip),
		at("report-less", terminal.Report{Close: terminal.Close{Shift: busyShift, Has: true, Counted: 987_000_000, Unsure: 2}}, busy),
		at("report-old", terminal.Report{Close: terminal.Close{Shift: shift}, Old: true, Code: true}, strip),
		at("closecode", terminal.ForPhone{Whose: terminal.OwnersPhone, Shift: 11, Taken: shift.Taken, Text: CloseLink}, strip),
		at("overrides-again", terminal.Overrides{At: 1, Of: 2, Override: terminal.Override{Why: terminal.OverAgain, Order: Order, Amount: amount,
			Of: "kasir-01-00000041"}, End: terminal.EndPaid}, strip),
		at("overrides-parked", terminal.Overrides{At: 2, Of: 2, Override: terminal.Override{Why: terminal.OverParked, Order: Order, Amount: terminal.MaxCharge}}, busy),
		at("closed", terminal.Closed{Last: 12}, strip),
		at("pin", terminal.Pin{For: terminal.ForOpening}, strip),
		at("pin-digits", terminal.Pin{For: terminal.ForDay, Typed: terminal.MaxPIN}, strip),
		at("pin-wrong", terminal.Pin{For: terminal.ForCrew, Wrong: true}, strip),
		at("pin-wait", terminal.Pin{Wait: 5 * time.Minute}, strip),
		at("crew", terminal.Crew{Roles: [terminal.MaxCrew]terminal.Role{terminal.Owner, terminal.Cashier, terminal.Cashier, terminal.Technician}}, strip),
		at("crew-full", terminal.Crew{Roles: [terminal.MaxCrew]terminal.Role{terminal.Owner, terminal.Cashier, terminal.Cashier,
			terminal.Technician}}, strip),
		at("tech", terminal.Tech{Set: true}, strip),
		at("tech-keyed", terminal.Tech{Set: true, Keyed: [5]bool{true, true, true, true, true}}, strip),
		at("tech-busy", terminal.Tech{Set: true, Busy: true, Keyed: [5]bool{2: true}}, busy),
		at("tech-more", terminal.Tech{Set: true, More: true}, strip),
		at("tech-not-set", terminal.Tech{More: true}, strip),
		at("tech-handed", terminal.Tech{Handed: true}, strip),
		at("support", terminal.ForPhone{Whose: terminal.TechniciansPhone, Text: "kasir kasir-01 0.1.0 next=43 up=72h open=2 unsent=1 trouble=network last=provider_busy"}, strip),
		at("typing", terminal.Typing{What: terminal.SetWiFi, Text: "toko bu s", Open: true}, strip),
		at("typing-long", terminal.Typing{What: terminal.SetBackend, Text: "https://kasir.warung-sri.example"}, strip),
		at("typing-nothing", terminal.Typing{What: terminal.SetCode}, strip),
		at("newpin", terminal.NewPin{Who: 2, Role: terminal.Cashier, Had: true}, strip),
		at("newpin-again", terminal.NewPin{Who: 1, Role: terminal.Owner, Again: true, Typed: 2}, strip),
		at("newpin-differs", terminal.NewPin{Who: 3, Role: terminal.Technician, Why: terminal.PinDiffers}, strip),
	}...)
}
