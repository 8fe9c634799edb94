// Package display is what people see. A terminal.View goes in, and one picture
// comes out that says everything the view says, in the view's language: the
// state or the amount largest, the next step in words, the keys that work now.
//
// There are three steps, and each can be looked at alone: compose says what is
// to be read (a page: words and no pixels), layout finds a place and a size for
// it on this glass (a sheet: boxes and no pixels), and paint draws. Renderer is
// the three in a row and is pure: the same view on the same format is the same
// frame. Glass is the other half: it takes views without ever making anyone
// wait, shows the latest one, and chooses how the panel refreshes.
//
// The room knows the terminal's screens and nothing of its rules, no network
// and no bus. It refuses to draw a code that cannot be scanned. Next room to
// visit: display/frame for what a panel is, display/qr for the code,
// display/desk for panels without hardware.
package display
