// Package board knows what hardware there is to build a till of: kinds of
// glass with their size and pitch, and board files, which name the glass, the
// keypad, what can be heard, and the wires they are on. It reads and judges; it
// opens nothing and knows no driver. The files of the kits we recommend are
// built in. Next room to visit: cmd/kasir, which opens what a board names.
//
// # Board files
//
// A line is a name, a space and a value; # begins a comment line. The names:
//
//	name            what people call the kit
//	panel           kind of the customers' glass; "kasir boards -kinds" lists them
//	panel.bus       SPI port (SPI0.0) or I²C bus (I2C1), as the kernel names it
//	panel.clock     of the SPI bus, 32MHz; left out: what the controller takes
//	panel.mode      SPI mode, 0 or 3; left out: 0
//	panel.dc        pin that tells data from commands (GPIO25)
//	panel.reset     pin that resets the controller
//	panel.busy      pin that says that e-paper is busy
//	panel.power     pin that feeds the panel
//	panel.light     pin of the back light
//	panel.white     brightness of the back light in percent, 5 to 100; left out: 80
//	panel.rotation  0, 90, 180 or 270 degrees clockwise from how the glass is made
//	panel.invert    yes or no, where a module differs from its controller's usual
//	panel.bgr       yes or no, the same for the order of colours
//	panel.fast      yes: e-paper flashes for half as long; for rooms never under 15 °C
//	panel.emulate   yes: the bus and the pins are made up, with a controller on them
//	panel.mirror    address on which a browser sees what an emulated glass shows
//	cashier...      a second glass for the cashier, with the same names behind it
//	keys            evdev, matrix, stdin, tty or web
//	keys.device     evdev: the device file; left out: any that has digits
//	keys.rows       matrix: the row pins, from the top
//	keys.columns    matrix: the column pins, from the left
//	keys.legend     matrix: what the keys mean, a word for each row: "123+ 456b 789m *0#z";
//	                # is OK, * clears or cancels, b deletes a digit, m is the menu, z is 00,
//	                + adds an item, r says again what was said, v is the volume, and . is a
//	                place without a key
//	buzzer          pin of a buzzer
//	buzzer.active   yes: it hums by itself when powered; no: it is given a tone
//	buzzer.low      yes: it sounds when its pin is low
//	led.ready       pin of the lamp that says ready and paid, and all else where it is alone
//	led.wait        pin of the lamp that says wait
//	led.trouble     pin of the lamp that says look at the glass
//	led.low         yes: they shine when their pins are low
//	printer         device of an ESC/POS printer, USB (/dev/usb/lp0) or serial (/dev/serial0;
//	                its speed is what stty has set)
//	printer.columns letters in a line, 24 to 64; left out: 32, which 58 mm paper has
//	alsa            sound card: "default", "plughw:0", or by name, which stays when USB
//	                devices change places: "plughw:CARD=Device" is most USB speakers
//	                ("aplay -L" lists the names). It hums, and talks where the
//	                recordings are (kasir run -voice)
//
// A pin is never the chip select: the kernel drives that one.
package board
