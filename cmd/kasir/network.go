package main

import (
	"context"
	"net"
	"net/url"
	"time"

	"kasir/terminal"
)

// networkEvery is how often the till looks whether it is in a network. Cables are
// put back by people who look at the glass while they do it.
const networkEvery = 2 * time.Second

// watchNetwork tells the till when this device leaves all networks or comes into
// one again, so that a cable that is out is not called a server that is silent.
// attached says whether it is in one.
func watchNetwork(ctx context.Context, attached func() (bool, error), say func(bad bool)) error {
	tick := time.NewTicker(networkEvery)
	defer tick.Stop()
	told := false
	for {
		if is, err := attached(); err == nil && is == told { // what cannot be found out changes nothing
			told = !is
			say(told)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// attached reports whether this device has an address that others can reach, on
// an interface with a signal.
func attached() (bool, error) {
	all, err := net.Interfaces()
	if err != nil {
		return false, err
	}
	for _, i := range all {
		if i.Flags&net.FlagUp == 0 || i.Flags&net.FlagRunning == 0 || i.Flags&net.FlagLoopback != 0 {
			continue
		}
		addrs, err := i.Addrs()
		if err != nil {
			return false, err
		}
		for _, a := range addrs {
			if n, ok := a.(*net.IPNet); ok && n.IP.IsGlobalUnicast() {
				return true, nil
			}
		}
	}
	return false, nil
}

// ownMachine reports whether an address is this machine's own, to which no
// network leads.
func ownMachine(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// tellNetwork brings the till word of its network.
func (t *till) tellNetwork(ctx context.Context) error {
	if ownMachine(t.backend) {
		return nil
	}
	return watchNetwork(ctx, attached, func(bad bool) { t.ails(terminal.PartNetwork, bad) })
}
