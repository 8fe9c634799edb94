package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// child is a running program that said where it listens.
type child struct {
	name string
	base string // http://host:port
	cmd  *exec.Cmd
	gone chan struct{} // closed when it has ended
	err  error         // how; read it after gone
}

const (
	startTime = 30 * time.Second // for the first line of a program
	endTime   = 5 * time.Second  // for an orderly end
)

// start runs a program and waits for its first line, "name: address". What it
// logs goes to a file named after it.
func start(ctx context.Context, dir, path string, args ...string) (*child, error) {
	c := &child{name: filepath.Base(path), gone: make(chan struct{})}
	log, err := os.OpenFile(filepath.Join(dir, c.name+".log"), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", c.name, err)
	}
	defer log.Close() // the program has its own by then
	c.cmd = exec.Command(path, args...)
	c.cmd.Stderr = log
	c.cmd.SysProcAttr = apart()
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", c.name, err)
	}
	if err := c.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", c.name, err)
	}
	first := make(chan string, 1)
	go func() {
		r := bufio.NewReader(out)
		line, _ := r.ReadString('\n')
		first <- strings.TrimSpace(line)
		_, _ = io.Copy(io.Discard, r) // it must never wait for us
		c.err = c.cmd.Wait()
		close(c.gone)
	}()
	var line string
	select {
	case line = <-first:
	case <-time.After(startTime):
	case <-ctx.Done():
	}
	at := strings.Index(line, "http://")
	if at < 0 {
		c.kill()
		return nil, errors.Join(fmt.Errorf("start %s: it did not say where it listens", c.name), lastWords(log.Name()), ctx.Err())
	}
	c.base = strings.TrimRight(line[at:], "/")
	return c, nil
}

// kill is what a power cut is to a program: nothing of it runs any more.
func (c *child) kill() {
	_ = c.cmd.Process.Kill() // it may have ended before
	<-c.gone
}

// stop asks the program to end, and kills it when it takes too long.
func (c *child) stop() {
	_ = c.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-c.gone:
	case <-time.After(endTime):
		c.kill()
	}
}

// ended reports whether the program runs no more.
func (c *child) ended() bool {
	select {
	case <-c.gone:
		return true
	default:
		return false
	}
}

const tail = 2 << 10 // bytes of a log that are told

// lastWords is the end of a log, as an error; nil when there is none.
func lastWords(path string) error {
	text, err := os.ReadFile(path)
	if err != nil || len(text) == 0 {
		return nil
	}
	return errors.New(strings.TrimSpace(string(text[max(0, len(text)-tail):])))
}
