package keypad

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"kasir/terminal"
)

// readAhead is how many bytes are taken from a reader before the till has
// taken the keys in them: the smallest that bufio allows.
const readAhead = 16

// Stdin reads a key from each character, as Key has them, and a digit after q as
// one that is held down; all others are ignored. However much arrives at once, it is read only as fast as keys are
// taken. The end of input means that no more keys will come, not that the till
// should end: Run goes on until ctx ends.
//
// A read that is under way when ctx ends is interrupted when r can be given a
// deadline (pipes of os.Pipe, sockets). Otherwise Run returns without it, and
// its goroutine stays until the read does: for a process's own standard input
// that is until the process ends.
func Stdin(r io.Reader) Source { return stdin{r} }

type stdin struct{ r io.Reader }

// Run implements Source.
func (s stdin) Run(ctx context.Context, out func(terminal.Key)) error {
	in := listen(ctx, s.r)
	defer in.close()
	var held prefix
	for {
		b, err := in.next(ctx, 0)
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case errors.Is(err, io.EOF):
			<-ctx.Done()
			return context.Cause(ctx)
		case err != nil:
			return fmt.Errorf("read keys: %w", err)
		}
		if b == holdPrefix {
			held.armed = true
			continue
		}
		for _, k := range held.take(Key(rune(b))) {
			out(k)
		}
	}
}

// errPause says that no byte came in time.
var errPause = errors.New("pause")

// input is a reader being read by a goroutine, a byte handed over at a time.
type input struct {
	r     io.Reader
	stop  context.CancelFunc
	bytes chan byte
	end   chan error // why there will be no more; after all bytes
	done  chan struct{}
}

func listen(ctx context.Context, r io.Reader) *input {
	ctx, stop := context.WithCancel(ctx)
	in := &input{r: r, stop: stop, bytes: make(chan byte), end: make(chan error, 1), done: make(chan struct{})}
	go func() {
		defer close(in.done)
		buffered := bufio.NewReaderSize(r, readAhead)
		for {
			b, err := buffered.ReadByte()
			if err != nil {
				in.end <- err
				return
			}
			select {
			case in.bytes <- b:
			case <-ctx.Done():
				return
			}
		}
	}()
	return in
}

// next waits for a byte, the end of ctx or of the reader, or, unless patience
// is zero, for errPause. A byte that is there is no pause, however late it is.
func (in *input) next(ctx context.Context, patience time.Duration) (byte, error) {
	var pause <-chan time.Time
	if patience > 0 {
		pause = time.After(patience)
	}
	select {
	case <-ctx.Done():
		return 0, ctx.Err()
	case err := <-in.end:
		return 0, err
	case b := <-in.bytes:
		return b, nil
	case <-pause:
	}
	select {
	case b := <-in.bytes:
		return b, nil
	default:
		return 0, errPause
	}
}

// close ends the goroutine, if the reader can be interrupted.
func (in *input) close() {
	in.stop()
	d, ok := in.r.(interface{ SetReadDeadline(time.Time) error })
	if !ok || d.SetReadDeadline(time.Now()) != nil {
		return
	}
	<-in.done
	// The next Run may read on; a reader that took one deadline takes this.
	_ = d.SetReadDeadline(time.Time{})
}
