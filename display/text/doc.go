// Package text sets type on frames: Go Regular and Go Bold, rasterised once a
// size and cut to black and white where the panel has nothing between, and a
// bitmap font for small print, where outlines would smear. Sizes come from one
// scale, and the room's real work is to choose among them so that a text fits
// its box.
//
// What it promises to a layout: ink never leaves the box that Width and Height
// give. It knows no screens and no languages. Next room to visit: package
// display, which sets every sentence there is.
package text
