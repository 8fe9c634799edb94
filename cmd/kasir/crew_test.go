package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kasir/terminal/keypad"
)

func TestCrew(t *testing.T) {
	broken := errors.New("broken")
	waits := func(ctx context.Context) error {
		<-ctx.Done()
		return ctx.Err()
	}
	for _, c := range []struct {
		name string
		work func(context.Context) error
		says string // "" is no error
	}{
		{"dismissed", waits, ""},
		{"quit key", func(context.Context) error { return keypad.ErrQuit }, ""},
		{"ends by itself", func(context.Context) error { return nil }, ""},
		{"error", func(context.Context) error { return broken }, "run it: broken"},
		{"panic", func(context.Context) error { panic("at the disco") }, "run it: panic: at the disco"},
		{"stuck", func(context.Context) error { time.Sleep(time.Hour); return nil }, "did not end"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				crew := newCrew(t.Context(), slog.New(slog.NewTextHandler(&log, nil)))
				crew.Go("it", c.work)
				crew.Go("other", waits)
				time.Sleep(time.Second)
				err := crew.dismiss(time.Minute)
				if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
					t.Errorf("got %v, want %q", err, c.says)
				}
				time.Sleep(2 * time.Hour) // for the stuck one
				if c.name == "panic" && !strings.Contains(log.String(), "crew_test.go") {
					t.Errorf("log has no stack: %s", log.String())
				}
			})
		})
	}
}

// TestCrewEndsTogether: one that fails takes the others along.
func TestCrewEndsTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		crew := newCrew(t.Context(), slog.New(slog.DiscardHandler))
		ended := false
		crew.Go("other", func(ctx context.Context) error {
			<-ctx.Done()
			ended = true
			return nil
		})
		crew.Go("it", func(context.Context) error { panic("first") })
		synctest.Wait()
		if !ended {
			t.Error("the other still works")
		}
		if err := crew.dismiss(time.Second); err == nil {
			t.Error("got no error")
		}
	})
}

func TestLogFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kasir.log")
	if err := os.WriteFile(path, []byte("earlier\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	log, closer, err := openLog(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	closer.(*logFile).most = 200
	for _, word := range []string{"one", "two", "three", "four"} {
		log.Info(word + strings.Repeat(".", 80))
	}
	if err := closer.Close(); err != nil {
		t.Fatal(err)
	}
	log.Info("after the end")
	all := append(lines(t, path+".1"), lines(t, path)...)
	if got := len(all); got != 2 && got != 3 {
		t.Errorf("got %d lines kept, want the last two files' 2 or 3: %q", got, all)
	}
	if last := all[len(all)-1]; !strings.Contains(last, "four.") {
		t.Errorf("last line: got %q, want four", last)
	}
	for _, name := range []string{path, path + ".1"} {
		if info, err := os.Stat(name); err != nil || info.Size() > 200 || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: got %v, %v", name, info, err)
		}
	}
}

func TestLogElsewhere(t *testing.T) {
	var errs bytes.Buffer
	log, closer, err := openLog("-", &errs)
	if err != nil {
		t.Fatal(err)
	}
	log.Info("heard")
	if !strings.Contains(errs.String(), "heard") || closer.Close() != nil {
		t.Errorf("got %q", errs.String())
	}
	if _, _, err := openLog(filepath.Join(t.TempDir(), "no", "where"), nil); err == nil {
		t.Error("a log that cannot be: got no error")
	}
}
