// Package bus is the four wires between a panel driver and its glass: SPI, the
// D/C pin, reset, and an input such as BUSY. Wire is the driver's end: it
// sends commands and data in transfers no longer than the port takes, and
// looks at a context before each. Port and Pin are the other end, for glass
// that is made of Go, and Faults puts a loose contact in between.
//
// Chip select is the kernel's: nothing here touches it. The room knows no
// command of any controller, no frame and no till, and it opens no hardware:
// ports and pins are handed in. Next rooms to visit: display/mipidbi and
// display/ssd168x, which speak over it.
package bus
