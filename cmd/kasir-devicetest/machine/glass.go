package machine

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"net"
	"sync"
	"time"
)

// answerTime is how long the guest's glass may take to answer.
const answerTime = 30 * time.Second

// glassPort is the line to the glass that is emulated inside the machine.
type glassPort struct {
	conn    net.Conn
	mu      sync.Mutex // of one question at a time
	answers chan message
	ready   chan Ready
}

// message is what came over the line: a kind, and a body.
type message struct {
	kind string
	body []byte
}

// Ready is when a device could be used, in seconds since its kernel started.
type Ready struct {
	Keys    float64   // the till had opened a keypad
	Picture float64   // its first picture stood on the glass
	At      time.Time // the later of both, as the clock on this side has it
}

// KeysAt is when a keypad was open, as the clock on this side has it.
func (r Ready) KeysAt() time.Time {
	return r.At.Add(time.Duration((r.Keys - max(r.Keys, r.Picture)) * float64(time.Second)))
}

func newGlassPort(conn net.Conn) *glassPort {
	g := &glassPort{conn: conn, answers: make(chan message, 1), ready: make(chan Ready, 8)}
	go g.listen()
	return g
}

func (g *glassPort) close() { g.conn.Close() }

func (g *glassPort) listen() {
	for r := bufio.NewReader(g.conn); ; {
		m, err := readMessage(r)
		if err != nil {
			close(g.answers)
			return
		}
		if m.kind != "ready" {
			select {
			case g.answers <- m:
			default: // nobody asked any more
			}
			continue
		}
		now, told := Ready{}, 0.0
		if _, err := fmt.Sscan(string(m.body), &now.Keys, &now.Picture, &told); err == nil {
			now.At = time.Now().Add(-time.Duration((told - max(now.Keys, now.Picture)) * float64(time.Second)))
			select {
			case g.ready <- now:
			default:
			}
		}
	}
}

// readMessage reads "KIND SIZE\n" and that many bytes.
func readMessage(r *bufio.Reader) (m message, err error) {
	head, err := r.ReadString('\n')
	if err != nil {
		return m, err
	}
	size := 0
	if _, err := fmt.Sscanf(head, "%s %d\n", &m.kind, &size); err != nil || size < 0 || size > 1<<20 {
		return m, fmt.Errorf("read message: %q is none", head)
	}
	m.body = make([]byte, size)
	_, err = io.ReadFull(r, m.body)
	return m, err
}

// ask is a question and its answer. An answer that came too late for an earlier
// question is dropped.
func (g *glassPort) ask(ctx context.Context, question, kind string) ([]byte, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, err := io.WriteString(g.conn, question+"\n"); err != nil {
		return nil, fmt.Errorf("ask the glass: %w", err)
	}
	limit := time.After(answerTime)
	for {
		select {
		case m, open := <-g.answers:
			if !open {
				return nil, errors.New("ask the glass: the machine has no power")
			}
			if m.kind == kind {
				return m.body, nil
			}
		case <-limit:
			return nil, fmt.Errorf("ask the glass: no answer to %q", question)
		case <-ctx.Done():
			return nil, fmt.Errorf("ask the glass: %w", ctx.Err())
		}
	}
}

// See is what is on the glass.
func (g *glassPort) See(ctx context.Context) (image.Image, error) {
	body, err := g.ask(ctx, "see", "png")
	if err != nil {
		return nil, err
	}
	return png.Decode(bytes.NewReader(body))
}

// Wrong is what the glass did not like about the bytes it got; "" when all was well.
func (g *glassPort) Wrong(ctx context.Context) (string, error) {
	body, err := g.ask(ctx, "wrong", "wrong")
	return string(body), err
}

// Hang stops the till, as one that hangs would stand.
func (g *glassPort) Hang(ctx context.Context) error {
	body, err := g.ask(ctx, "hang", "hung")
	if err == nil && string(body) != "the till" {
		err = errors.New("hang: there is no till to stop")
	}
	return err
}

// Ready waits until the device can be used.
func (g *glassPort) Ready(ctx context.Context) (Ready, error) {
	select {
	case r := <-g.ready:
		return r, nil
	case <-ctx.Done():
		return Ready{}, fmt.Errorf("wait for the till: %w", ctx.Err())
	}
}
