// Package machine is the emulated device seen from outside: a card goes in, power
// goes on, keys are pressed, the glass is looked at, power goes off. It is QEMU's
// virt with what buildroot/qemu made for it. It may not know what a sale is. Next
// room to visit: cmd/kasir-devicetest/card for what is on the card, and
// cmd/kasir-devicetest for what is done with both.
package machine
