package story

import "kasir/terminal"

// techShots are the screens of a technician who looks at the till.
func techShots(at func(string, terminal.Screen, terminal.Strip) Shot, strip, busy terminal.Strip) []Shot {
	well := [terminal.Looks]terminal.Sign{
		terminal.LookJournal: {Figure: 18_204}, terminal.LookClock: {Figure: -2}, terminal.LookBackend: {Figure: 148}, terminal.LookDisk: {Figure: 412},
	}
	for i := range well {
		well[i].Is = terminal.ShapeGood
	}
	bad := [terminal.Looks]terminal.Sign{
		terminal.LookJournal: {What: terminal.FaultCard}, terminal.LookClock: {Figure: -7_800},
		terminal.LookBackend: {Why: terminal.TroubleNonsense}, terminal.LookDisk: {Figure: 12},
	}
	for i := range bad {
		bad[i].Is = terminal.ShapeBad
	}
	mixed := well
	mixed[terminal.LookSpeaker].Is, mixed[terminal.LookBackend] = terminal.ShapeBad, terminal.Sign{Is: terminal.ShapeBad, Why: terminal.TroubleCable}
	mixed[terminal.LookClock] = terminal.Sign{}
	some := terminal.Pressed(1<<12 - 1)
	shots := []Shot{
		at("inspection-glass", terminal.Inspection{}, strip),
		at("inspection-keys", terminal.Inspection{Step: terminal.InspectKeys, Pressed: 0b1001}, strip),
		at("inspection-sound", terminal.Inspection{Step: terminal.InspectSound}, strip),
		at("inspection-wait", terminal.Inspection{Step: terminal.InspectWait}, busy),
		at("inspection-good", terminal.Inspection{Step: terminal.InspectDone, Signs: well}, strip),
		at("inspection-bad", terminal.Inspection{Step: terminal.InspectDone, Signs: mixed}, busy),
	}
	for i := range terminal.Looks {
		shots = append(shots, at("inspection-good-"+i.String(), terminal.Inspection{Step: terminal.InspectDone, At: i + 1, Signs: well}, strip),
			at("inspection-bad-"+i.String(), terminal.Inspection{Step: terminal.InspectDone, At: i + 1, Pressed: some, Signs: bad}, strip))
		if i >= terminal.LookJournal {
			shots = append(shots, at("inspection-unknown-"+i.String(), terminal.Inspection{Step: terminal.InspectDone, At: i + 1}, strip))
		}
	}
	const runs, next = "20261121T060000Z-v1.4.0", "20261205T060000Z-v1.5.0"
	for phase, name := range []string{"looking", "never", "none", "unreached", "loading", "loaded", "installing", "installed", "refused"} {
		news := terminal.UpdateNews{Phase: terminal.UpdatePhase(phase), Runs: runs, Version: next}
		if news.Phase == terminal.UpdateUnreached {
			news.Why = terminal.TroubleNetwork
		}
		shots = append(shots, at("updates-"+name, terminal.Updates{News: news}, strip))
	}
	return append(shots,
		at("updates-busy", terminal.Updates{News: terminal.UpdateNews{Phase: terminal.UpdateLoaded, Runs: runs, Version: next}, Busy: true}, busy),
		at("updates-asked", terminal.Updates{News: terminal.UpdateNews{Phase: terminal.UpdateInstalled, Runs: runs, Version: next}, Asked: true}, strip))
}
