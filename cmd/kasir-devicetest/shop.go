package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const (
	till       = "uji-1"
	merchant   = "Warung Uji"
	providerID = "SB-Mid-server-device-test"
	startTime  = 30 * time.Second // for a program to say where it listens
	askTime    = 10 * time.Second // for a request to one of them
)

// shop is the backend and the provider, on this machine's loopback.
type shop struct {
	backend, provider string // base URLs
	children          []*exec.Cmd
	road              *http.Server // between the device and the backend
	port              string       // of the road
}

func openShop(ctx context.Context, bin, dir string) (s *shop, err error) {
	s = &shop{}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	key := filepath.Join(dir, "key")
	if err := os.WriteFile(key, []byte(providerID+"\n"), 0o600); err != nil {
		return nil, fmt.Errorf("write key: %w", err)
	}
	s.provider, err = s.start(ctx, dir, filepath.Join(bin, "midtrans-sandbox"), "-listen", "127.0.0.1:0", "-server-key", providerID,
		"-merchant", merchant, "-notify-scale", "0.05")
	if err != nil {
		return nil, err
	}
	s.backend, err = s.start(ctx, dir, filepath.Join(bin, "kasir-backend"), "serve", "-listen", "127.0.0.1:0", "-db", filepath.Join(dir, "backend.db"),
		"-midtrans", s.provider, "-server-key-file", key)
	if err != nil {
		return nil, err
	}
	return s, s.openRoad()
}

// openRoad lets the device reach the backend, which serves terminals without a
// certificate on its own machine only: they must call it by that name.
func (s *shop) openRoad() error {
	to, err := url.Parse(s.backend)
	if err != nil {
		return fmt.Errorf("open road: %w", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("open road: %w", err)
	}
	_, s.port, err = net.SplitHostPort(listener.Addr().String())
	if err != nil {
		return fmt.Errorf("open road: %w", err)
	}
	s.road = &http.Server{ReadHeaderTimeout: askTime, Handler: &httputil.ReverseProxy{
		Rewrite:  func(r *httputil.ProxyRequest) { r.SetURL(to) },
		ErrorLog: log.New(io.Discard, "", 0), // devices that lose their power hang up
	}}
	go func() { _ = s.road.Serve(listener) }()
	return nil
}

// start runs a program, whose first line says where it listens. What it logs is in
// a file of its name.
func (s *shop) start(ctx context.Context, dir, path string, args ...string) (string, error) {
	name := filepath.Base(path)
	told, err := os.Create(filepath.Join(dir, name+".log"))
	if err != nil {
		return "", fmt.Errorf("start %s: %w", name, err)
	}
	defer told.Close() // the program has its own by then
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Stderr = told
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return "", fmt.Errorf("start %s: %w", name, err)
	}
	s.children = append(s.children, cmd)
	first := make(chan string, 1)
	go func() {
		r := bufio.NewReader(out)
		line, _ := r.ReadString('\n')
		first <- line
		_, _ = io.Copy(io.Discard, r) // it must never wait for us
	}()
	select {
	case line := <-first:
		if at := strings.Index(line, "http://"); at >= 0 {
			return strings.TrimRight(strings.TrimSpace(line[at:]), "/"), nil
		}
		return "", fmt.Errorf("start %s: it says %q, see %s", name, line, told.Name())
	case <-time.After(startTime):
		return "", fmt.Errorf("start %s: it does not say where it listens", name)
	}
}

func (s *shop) close() {
	if s.road != nil {
		_ = s.road.Close()
	}
	for _, c := range s.children {
		_ = c.Process.Kill() // it may have ended
		_ = c.Wait()
	}
}

// fromDevice is the backend as the device reaches it: QEMU's name for this machine.
func (s *shop) fromDevice() string { return "http://10.0.2.2:" + s.port }

// sale is a sale in the provider's book.
type sale struct {
	Order  string `json:"order_id"`
	Amount int64  `json:"amount"`
	Status string `json:"transaction_status"`
	Code   string `json:"qr_string"`
}

// book is the provider's, oldest first.
func (s *shop) book(ctx context.Context) (all []sale, err error) {
	body, err := ask(ctx, http.MethodGet, s.provider+"/sandbox/orders")
	if err == nil {
		err = json.Unmarshal(body, &all)
	}
	if err != nil {
		return nil, fmt.Errorf("read the provider's book: %w", err)
	}
	return all, nil
}

// sold is the sale whose code is this one.
func (s *shop) sold(ctx context.Context, code string) (sale, error) {
	all, err := s.book(ctx)
	for _, one := range all {
		if one.Code == code {
			return one, nil
		}
	}
	return sale{}, errors.Join(fmt.Errorf("the provider knows no code %q", code), err)
}

// pay is the customer's phone.
func (s *shop) pay(ctx context.Context, order string) error {
	if _, err := ask(ctx, http.MethodPost, s.provider+"/sandbox/"+order+"/pay"); err != nil {
		return fmt.Errorf("pay %s: %w", order, err)
	}
	return nil
}

func ask(ctx context.Context, method, url string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, url, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 16<<20))
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", resp.Status, body)
	}
	return body, err
}
