// Package printer puts receipts on paper: by ESC/POS, the language of nearly
// every small thermal printer, on USB (/dev/usb/lp0) or on a serial line. It is
// handed slips and never makes anyone wait: a printer that is out of paper or
// unplugged is said, and selling goes on. A slip is a picture of a sale that the
// journal has; it proves nothing without the page that its code leads to. The room
// knows no journal, no network and no screen. Next room to visit: terminal, which
// decides when there is a slip.
package printer
