package main

import (
	"context"
	"fmt"
	"image"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"periph.io/x/conn/v3/physic"

	"kasir/display/bus"
	"kasir/display/frame"
	"kasir/display/mipidbi"
	lcd "kasir/display/mipidbi/emu"
	"kasir/store"
)

// What a customer waits for. The provider's own time and the wire's are added to
// what is allowed, as they are nobody's here.
const (
	providerTakes = 300 * time.Millisecond
	codeGoal      = 50 * time.Millisecond  // from OK to the code, besides that, one commit and the wire
	lunasGoal     = 150 * time.Millisecond // from the notification to LUNAS and its tones, besides the wire
	busClock      = 32 * physic.MegaHertz
)

// salesTimes measures two waits of a sale on the 2.8 inch glass, through its own
// driver to an emulated controller, over real loopback sockets and real disks.
// Every frame waits for the wire as long as its bytes take at the board's clock.
func salesTimes(ctx context.Context) (rows []row, err error) {
	const sales = 15
	err = inTemp(func(dir string) error {
		commit, err := oneCommit(ctx, dir)
		if err != nil {
			return err
		}
		chip := lcd.New(lcd.Modules["ili9341"], 1)
		dev, err := mipidbi.New(chip.Port(), chip.DC(), chip.RST(), chip.Backlight(), &mipidbi.Opts{Rotation: 1})
		if err != nil {
			return err
		}
		glass := &wired{Dev: dev, stats: chip.Stats}
		defer dev.Close()
		s, err := openShop(ctx, dir, fitting{glass, dev.Format(), slow})
		if err != nil {
			return err
		}
		defer s.close()
		var code, lunas, sound, wire []time.Duration
		for range sales {
			t, err := s.sale(ctx)
			if err != nil {
				return err
			}
			code, lunas, sound = append(code, t.code), append(lunas, t.lunas), append(sound, t.sound)
			wire = append(wire, time.Duration(glass.longest.Swap(0)))
		}
		w := median(wire)
		allowed := providerTakes + commit + w + codeGoal
		rows = append(rows, within(fmt.Sprintf("OK -> QR / provider %v + commit %s + wire %s + 50 ms", providerTakes, short(commit), short(w)), median(code), allowed),
			within(fmt.Sprintf("notification -> LUNAS on the glass / 150 ms + wire %s", short(w)), median(lunas), lunasGoal+w),
			within("notification -> its tones / 150 ms", median(sound), lunasGoal))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("measure a sale: %w", err)
	}
	return rows, nil
}

func within(what string, ours, allowed time.Duration) row {
	return row{what, short(ours), short(allowed), over(ours, allowed), 1, false}
}

// oneCommit is what one durable record takes here and now.
func oneCommit(ctx context.Context, dir string) (time.Duration, error) {
	j, err := store.Open(ctx, filepath.Join(dir, "commit.db"), store.Options{})
	if err != nil {
		return 0, err
	}
	defer j.Close()
	var all []time.Duration
	for n := range 50 {
		all = append(all, took(func() { _, err = j.Append(ctx, settled(n)) }))
		if err != nil {
			return 0, err
		}
	}
	return median(all), nil
}

// slow is a provider that takes its time to make a charge.
func slow(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/charge") {
			select {
			case <-time.After(providerTakes):
			case <-r.Context().Done():
				return
			}
		}
		h.ServeHTTP(w, r)
	})
}

// wired is glass on a wire: emulated glass takes bytes at once.
type wired struct {
	*mipidbi.Dev
	stats   func() bus.Stats
	longest atomic.Int64 // wait for the wire since it was asked for, ns
}

// Show implements frame.Panel.
func (w *wired) Show(ctx context.Context, f *frame.Frame, mode frame.Refresh, dirty image.Rectangle) error {
	before := w.stats()
	if err := w.Dev.Show(ctx, f, mode, dirty); err != nil {
		return err
	}
	takes := time.Duration(w.stats().Since(before).Bytes) * 8 * time.Second / time.Duration(busClock/physic.Hertz)
	w.longest.Store(max(w.longest.Load(), int64(takes)))
	time.Sleep(takes)
	return nil
}
