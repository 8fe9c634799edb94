package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime/debug"
	"sync"
)

// maxLog is how large a log file grows before it becomes FILE.1 and a new one
// begins: a card has room for the journal, not for years of small talk.
const maxLog = 8 << 20 // bytes

// logFile is a log that is kept on a card.
type logFile struct {
	path string
	most int64

	mu   sync.Mutex
	file *os.File
	size int64
}

// openLog is where the till tells what it does: a file, "-" for stderr, or ""
// for nowhere.
func openLog(where string, stderr io.Writer) (*slog.Logger, io.Closer, error) {
	switch where {
	case "":
		return slog.New(slog.DiscardHandler), io.NopCloser(nil), nil
	case "-":
		return slog.New(slog.NewTextHandler(stderr, nil)), io.NopCloser(nil), nil
	}
	l := &logFile{path: where, most: maxLog}
	if err := l.open(); err != nil {
		return nil, nil, fmt.Errorf("open log: %w", err)
	}
	return slog.New(slog.NewTextHandler(l, nil)), l, nil
}

func (l *logFile) open() error {
	f, err := os.OpenFile(l.path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return err
	}
	l.file, l.size = f, info.Size()
	// What a crew cannot catch, the runtime writes here on its way out. That
	// it cannot is no reason not to start.
	_ = debug.SetCrashOutput(f, debug.CrashOptions{})
	return nil
}

// Write implements io.Writer; slog calls it once for each line. A log that
// cannot be written is not worth a sale: the line is lost.
func (l *logFile) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.size+int64(len(line)) > l.most {
		l.turn()
	}
	if l.file == nil {
		return 0, os.ErrClosed
	}
	n, err := l.file.Write(line)
	l.size += int64(n)
	return n, err
}

// turn begins a new file; the one before the last is forgotten.
func (l *logFile) turn() {
	if l.file == nil {
		return
	}
	l.file.Close()
	l.file = nil
	if err := os.Rename(l.path, l.path+".1"); err != nil {
		os.Remove(l.path)
	}
	if err := l.open(); err != nil {
		l.file = nil
	}
}

// Close implements io.Closer.
func (l *logFile) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file == nil {
		return nil
	}
	_ = debug.SetCrashOutput(nil, debug.CrashOptions{})
	err := l.file.Close()
	l.file = nil
	return err
}
