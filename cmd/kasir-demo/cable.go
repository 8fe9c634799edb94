package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// cable carries connections from an address of its own to another one, and can
// be cut. It listens before the far end does, so that two programs which must
// know each other's address can be started one after the other.
type cable struct {
	listener net.Listener

	mu    sync.Mutex
	far   string // host:port; "": nobody yet
	cut   bool
	lines map[net.Conn]bool
	work  sync.WaitGroup
}

const maxLines = 256 // connections through one cable

func newCable() (*cable, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("lay cable: %w", err)
	}
	c := &cable{listener: l, lines: make(map[net.Conn]bool)}
	c.work.Go(c.accept)
	return c, nil
}

// base is where the near end plugs in.
func (c *cable) base() string { return "http://" + c.listener.Addr().String() }

// plug names the far end.
func (c *cable) plug(hostport string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.far = hostport
}

// setCut cuts the cable, or mends it. What was on it is torn off.
func (c *cable) setCut(cut bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cut = cut
	if cut {
		for line := range c.lines {
			tear(line)
		}
	}
}

func (c *cable) isCut() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.cut
}

func (c *cable) accept() {
	for {
		near, err := c.listener.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil:
			time.Sleep(50 * time.Millisecond) // out of files: they come back
			continue
		}
		far, there := c.take(near)
		if !there {
			tear(near)
			continue
		}
		c.work.Go(func() { c.carry(near, far) })
	}
}

// take notes a line that may be connected, and says where to.
func (c *cable) take(near net.Conn) (far string, there bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cut || c.far == "" || len(c.lines) >= maxLines {
		return "", false
	}
	c.lines[near] = true
	return c.far, true
}

// carry copies both ways until one end is gone.
func (c *cable) carry(near net.Conn, address string) {
	defer c.drop(near)
	dialer := net.Dialer{Timeout: 5 * time.Second}
	far, err := dialer.DialContext(context.Background(), "tcp", address)
	if err != nil {
		return
	}
	defer far.Close()
	var both sync.WaitGroup
	both.Go(func() {
		io.Copy(far, near)
		far.Close()
	})
	io.Copy(near, far)
	near.Close() // in peace: what was copied still arrives
	both.Wait()
}

func (c *cable) drop(near net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.lines, near)
	near.Close()
}

// close takes the cable away.
func (c *cable) close() {
	c.listener.Close()
	c.setCut(true)
	c.work.Wait()
}

// tear ends a connection the way a cut wire does: without a goodbye.
func tear(c net.Conn) {
	if tcp, is := c.(*net.TCPConn); is {
		tcp.SetLinger(0)
	}
	c.Close()
}
