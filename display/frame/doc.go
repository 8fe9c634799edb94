// Package frame is a picture in the panel's own bytes: one bit a pixel for
// e-paper, RGB565 for colour panels. Whatever draws, draws straight into what
// will go over the wire, so nothing is converted and nothing is allocated once
// a frame exists. It also says what a Panel is: the thing that shows a frame.
//
// The room knows nothing of tills, fonts or codes, and no bus: a panel driver
// may import it and learns nothing else. Next room to visit: package text and
// package qr draw into frames; package display decides what is drawn.
package frame
