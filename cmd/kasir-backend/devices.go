package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"time"

	"kasir/backend/identity"
	"kasir/backend/identity/cabinet"
	"kasir/backend/merchant"
	"kasir/backend/pgdb"
)

// port is where devices with certificates come in; nil without -devices.
type port struct {
	registry *identity.Registry
	listener net.Listener // of TLS
}

// devicePort opens it. Its cards are the merchant's papers, so that they are
// where the rest is, whatever that is.
func (c config) devicePort(papers merchant.Shelf, log *slog.Logger) (*port, error) {
	if c.devices == "" {
		return nil, nil
	}
	if papers == nil {
		return nil, errors.New("serve devices: -merchant-token-file is needed too: with that token codes for devices are made")
	}
	ca, err := c.authority(log)
	if err != nil {
		return nil, err
	}
	conf, err := ca.TLS()
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", c.devices)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", c.devices, err)
	}
	log.Info("devices with certificates are served", "address", l.Addr().String())
	return &port{identity.New(cabinet.On(papers), ca, log), tls.NewListener(limit(l, maxConns), conf)}, nil
}

// known is the registry, nil without a port.
func (p *port) known() *identity.Registry {
	if p == nil {
		return nil
	}
	return p.registry
}

// authority is who signs for devices: a file that is made when there is none, and
// that must be kept and copied with the book, to every process on it.
func (c config) authority(log *slog.Logger) (*identity.Authority, error) {
	path := c.caFile
	switch {
	case path != "":
	case pgdb.IsURL(c.db):
		return nil, errors.New("serve devices: -ca-file is needed with a database: the same file for every process on it, guarded like a key")
	default:
		path = c.db + ".ca"
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		text, err := identity.NewAuthority(time.Now())
		if err != nil {
			return nil, err
		}
		if err := writeSecret(path, text); err != nil {
			return nil, fmt.Errorf("make authority: %w", err)
		}
		log.Info("authority for devices made; devices that were enrolled with another one must be enrolled anew", "file", path)
	}
	text, err := readSecret("authority for devices", path)
	if err != nil {
		return nil, err
	}
	return identity.ParseAuthority([]byte(text))
}
