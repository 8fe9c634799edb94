package main

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"
)

// pemOf is a key, or something in DER, as text.
func pemOf(kind string, what any) (string, error) {
	der, ok := what.([]byte)
	if !ok {
		var err error
		if der, err = x509.MarshalPKCS8PrivateKey(what); err != nil {
			return "", err
		}
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})), nil
}

// beIdle is the other process: it reads keys and certificates, connects each as a
// device with a stream, says when all wait, and goes when nobody listens any more.
func beIdle(address string, in io.Reader, out io.Writer) error {
	text := bufio.NewReader(in)
	var all strings.Builder
	for {
		line, err := text.ReadString('\n')
		if err != nil {
			return fmt.Errorf("read devices: %w", err)
		}
		if line == "end\n" {
			break
		}
		all.WriteString(line)
	}
	var conns []net.Conn
	var mu sync.Mutex
	var failed error
	var begun sync.WaitGroup
	places := make(chan struct{}, 16)
	for i, one := range strings.Split(strings.TrimSpace(all.String()), "\n\n") {
		places <- struct{}{}
		begun.Go(func() {
			defer func() { <-places }()
			conn, err := idleOne(address, idler(i), []byte(one))
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failed = errors.Join(failed, err)
				return
			}
			conns = append(conns, conn)
		})
	}
	begun.Wait()
	if failed != nil {
		return failed
	}
	fmt.Fprintln(out, "waiting")
	_, err := io.Copy(io.Discard, text)
	for _, c := range conns {
		c.Close()
	}
	return err
}

// idleOne connects one device, and returns when it has its first page.
func idleOne(address, name string, pass []byte) (net.Conn, error) {
	own, err := tls.X509KeyPair(pass, pass)
	if err != nil {
		return nil, err
	}
	// Who answers is no question here: it is our parent.
	conn, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{own}})
	if err != nil {
		return nil, err
	}
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		return nil, err
	}
	if _, err := fmt.Fprintf(conn, "GET /v1/devices/%s/events?since=0&wait=30 HTTP/1.1\r\nHost: backend\r\nAccept: text/event-stream\r\n\r\n", name); err != nil {
		return nil, err
	}
	lines := bufio.NewReader(conn)
	for {
		line, err := lines.ReadSlice('\n')
		if err != nil {
			return nil, fmt.Errorf("%s: no page: %w", name, err)
		}
		if bytes.HasPrefix(line, []byte("data:")) {
			return conn, conn.SetDeadline(time.Time{})
		}
		if bytes.HasPrefix(line, []byte("HTTP/1.1")) && !bytes.Contains(line, []byte(" 200 ")) {
			return nil, fmt.Errorf("%s: %s", name, bytes.TrimSpace(line))
		}
	}
}
