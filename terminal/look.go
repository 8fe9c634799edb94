package terminal

import "slices"

// Look is a part of the till that is looked at when a technician asks for it.
type Look uint8

// The parts: the first three need somebody at the till, the others do not.
const (
	LookGlass Look = iota
	LookKeys
	LookSpeaker
	LookJournal
	LookClock
	LookBackend
	LookDisk
	Looks // how many there are
)

func (l Look) String() string {
	return [Looks]string{"glass", "keys", "speaker", "journal", "clock", "backend", "disk"}[l]
}

// Shape is what a part was found to be in.
type Shape uint8

// The shapes.
const (
	ShapeUnknown Shape = iota // nobody answered, or there was nothing to compare with
	ShapeGood
	ShapeBad
)

// shape is that of a part that works or does not.
func shape(works bool) Shape {
	if works {
		return ShapeGood
	}
	return ShapeBad
}

// Sign is what was found at a part. What does not apply to it is zero.
type Sign struct {
	Is Shape
	// Figure is of LookJournal the rows that were verified, of LookClock the seconds
	// by which it is ahead of the backend's, of LookBackend the milliseconds until it
	// answered, of LookDisk the megabytes that are free.
	Figure int64
	Why    Trouble   // of LookBackend
	What   FaultKind // of LookJournal
}

// Inspected is what was found at the parts that need nobody; the first three are
// left as they are. It answers a ChoreInspect.
type Inspected [Looks]Sign

func (Inspected) event() {}

// Chore is what a technician asks of the device itself.
type Chore uint8

// The chores.
const (
	ChoreInspect Chore = 1 + iota // look at the parts that need nobody; answered by one Inspected
	ChoreLook                     // say how it stands with updates, and go on saying it while Updates is shown
	ChoreUpdate                   // install and begin the update that there is, as soon as no sale is open
)

// padKeys are the keys of a till in the order in which people are shown them. A
// pad may lack those from spareKeys on.
var padKeys = [...]Key{'1', '2', '3', '4', '5', '6', '7', '8', '9', '0', KeyOK, KeyClear, KeyBack, KeyMenu, KeyPlus, KeyZeroZero}

const spareKeys = 13

// Pressed is which keys were, a bit for each of padKeys.
type Pressed uint32

// with is p and one more key.
func (p Pressed) with(k Key) Pressed {
	if i := slices.Index(padKeys[:], k); i >= 0 {
		p |= 1 << i
	}
	return p
}

// Missing are the keys that were not pressed; enough says that a till can be used
// without them.
func (p Pressed) Missing() (keys []Key, enough bool) {
	for i, k := range padKeys {
		if p&(1<<i) == 0 {
			keys = append(keys, k)
		}
	}
	return keys, p&(1<<spareKeys-1) == 1<<spareKeys-1
}
