// Package emu is colour glass made of Go: a module with an ILI9341, ST7789 or
// ST7796 at the far end of an emulated SPI port, with D/C, reset and backlight
// lines. It obeys the bytes as the controllers' datasheets say, keeps the whole
// memory, shows what a person would see, and notes every rule that was broken.
//
// Time is time.Now, so that in a synctest bubble it is the bubble's. What a
// module cannot do it does not do here: it is written only, as most are wired.
//
// The room knows nothing of package mipidbi, so that a mistake there is not
// repeated here, and nothing of frames. Next room to visit: display/bus, whose
// ports and pins it stands behind.
package emu
