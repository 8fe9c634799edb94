package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"kasir/terminal"
)

// petEvery is how often the watchdog hears from the till. Those of the boards that
// we know reset the device after 15 s of silence at least (bcm2835_wdt; its counter
// has no room for 16).
const petEvery = 4 * time.Second

// openWatchdog opens the kernel's watchdog, which from then on resets the device
// when nothing is written to it (Linux, Documentation/watchdog/watchdog-api).
func openWatchdog(path string) (io.WriteCloser, error) {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return nil, fmt.Errorf("open watchdog: %w", err)
	}
	return f, nil
}

// keepWatch guards the till until ctx ends. A till sells without a watchdog, too:
// that there is none is only said.
func (t *till) keepWatch(ctx context.Context, events chan<- terminal.Event) error {
	dog, err := openWatchdog(t.watchdog)
	if err == nil {
		err = guard(ctx, events, dog)
	}
	if err != nil {
		t.log.Error("nothing would reset this device if the till hung", "err", err)
		<-ctx.Done()
	}
	return nil
}

// guard pets the watchdog as long as the till takes events. It is the till's own
// loop that is proven to go round, not merely that this program runs: each time it
// is handed an event that says nothing, and the second one is only taken when the
// first is dealt with. With ctx the watchdog is told to stop waiting, so that
// somebody can switch the program off and the device stays on; a program that ends
// otherwise leaves it waiting, and has as long as it waits to come back.
func guard(ctx context.Context, events chan<- terminal.Event, dog io.WriteCloser) error {
	tick := time.NewTicker(petEvery)
	defer tick.Stop()
	for {
		for range 2 {
			select {
			case events <- terminal.Wake{}:
			case <-ctx.Done():
				return release(dog)
			}
		}
		if _, err := dog.Write([]byte{0}); err != nil {
			return fmt.Errorf("pet watchdog: %w", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return release(dog)
		}
	}
}

// release lets the watchdog go: "V" before closing means that it is on purpose.
func release(dog io.WriteCloser) error {
	_, err := dog.Write([]byte("V"))
	if e := dog.Close(); err == nil {
		err = e
	}
	if err != nil {
		return fmt.Errorf("release watchdog: %w", err)
	}
	return nil
}
