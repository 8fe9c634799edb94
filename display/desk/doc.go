// Package desk is glass without hardware, for a desk: numbered PNG files, a
// terminal window, and a browser that has the whole device with its keys, its
// speaker and its light. Each is a frame.Panel and shows what a real panel
// would, pixel for pixel.
//
// The room knows frames and nothing of what is on them: keys are runes that it
// hands to whoever wants them, tones are names that it is told. Next room to
// visit: package display, which fills the frames, and terminal/keypad, which
// knows what the runes mean.
package desk
