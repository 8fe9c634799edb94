// Package wiring draws how a board is wired to the 40-pin header of a Raspberry
// Pi: a picture for the person with the screwdriver, made from the same board
// file that the till reads, so that the two cannot disagree. It knows the header
// and what modules call their pins; it opens no pin and knows no driver. The
// pictures of the kits are in buildroot/wiring. Next room to visit:
// cmd/kasir/board.
package wiring

import (
	"fmt"
	"strings"
)

// header is what the pins are called, two a row, pin 1 first. Pins 27 and 28 are
// where a HAT's memory is asked who it is, and are nobody else's. Source:
// Raspberry Pi hardware documentation, "GPIO and the 40-pin header".
var header = [40]string{
	"3V3", "5V",
	"GPIO2", "5V",
	"GPIO3", "GND",
	"GPIO4", "GPIO14",
	"GND", "GPIO15",
	"GPIO17", "GPIO18",
	"GPIO27", "GND",
	"GPIO22", "GPIO23",
	"3V3", "GPIO24",
	"GPIO10", "GND",
	"GPIO9", "GPIO25",
	"GPIO11", "GPIO8",
	"GND", "GPIO7",
	"ID_SD", "ID_SC",
	"GPIO5", "GND",
	"GPIO6", "GPIO12",
	"GPIO13", "GND",
	"GPIO19", "GPIO16",
	"GPIO26", "GPIO20",
	"GND", "GPIO21",
}

// buses are the pins that the kernel drives on its own, by the bus's name.
var buses = map[string]map[string]string{
	"SPI0.0": {"MOSI": "GPIO10", "SCLK": "GPIO11", "CS": "GPIO8"},
	"SPI0.1": {"MOSI": "GPIO10", "SCLK": "GPIO11", "CS": "GPIO7"},
	"I2C1":   {"SDA": "GPIO2", "SCL": "GPIO3"},
}

// pinOf is where a GPIO is on the header, 1 to 40.
func pinOf(gpio string) (int, error) {
	for i, name := range header {
		if name == gpio && strings.HasPrefix(gpio, "GPIO") {
			return i + 1, nil
		}
	}
	return 0, fmt.Errorf("find %s: it is not on the 40-pin header", gpio)
}

// nearest is the pin of that name, of those that nobody took, that is nearest to
// another: grounds and 3.3 V are all the same, and a short wire is a good wire.
func nearest(name string, to int, taken map[int]bool) (int, error) {
	best := 0
	for i, n := range header {
		pin := i + 1
		if n == name && !taken[pin] && (best == 0 || apart(pin, to) < apart(best, to)) {
			best = pin
		}
	}
	if best == 0 {
		return 0, fmt.Errorf("find a %s pin: all are taken", name)
	}
	return best, nil
}

// apart is how many rows lie between two pins, and a little for the other side.
func apart(a, b int) int {
	rows := (a-1)/2 - (b-1)/2
	return 4*max(rows, -rows) + (a+b)%2
}
