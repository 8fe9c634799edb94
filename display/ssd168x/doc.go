// Package ssd168x drives e-paper with an SSD1680, SSD1681 or SSD1683 inside:
// the common black and white glass of 1.54, 2.13, 2.7, 2.9 and 4.2 inch.
//
// The controller holds two pictures: the one to show and the one that is
// shown, which its partial refresh compares. Here both are the same between
// any two calls, so that a partial refresh never leaves what another forgot.
// The panel has high voltage only while it refreshes and sleeps when nothing
// was shown for a while. BUSY is never waited for without an end: when it does
// not fall, the panel is reset and the picture tried once more, and after that
// it is an error. After any error what the panel shows is not known, and the
// next picture is a reset, a start and a full refresh.
//
// The room knows frames and wires, no till, and opens no hardware: ports and
// pins are handed in. Values are from Solomon Systech's data sheets of the
// three controllers and the makers' pages of each glass. Next rooms to visit:
// emu, which obeys the same bytes, and display/bus, the wires.
package ssd168x
