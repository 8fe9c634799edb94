package backend

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"kasir/backend/identity"
	"kasir/backend/ledger"
	"kasir/backend/wire"
)

const devicesPage = 200 // cards in an answer

func (b *Backend) deviceRoutes() []route {
	const path = "/v1/merchant/devices"
	return []route{
		{path, b.desk(methods{http.MethodGet: b.merchantDevices}), b.admitMerchant},
		{path + "/{device}/code", b.desk(methods{http.MethodPost: b.merchantInvite}), b.admitMerchant},
		{path + "/{device}/revoke", b.desk(methods{http.MethodPost: b.merchantOrder((*identity.Registry).Revoke)}), b.admitMerchant},
		{path + "/{device}/rotate", b.desk(methods{http.MethodPost: b.merchantOrder((*identity.Registry).Rotate)}), b.admitMerchant},
		{path + "/{device}/lift", b.desk(methods{http.MethodPost: b.merchantOrder((*identity.Registry).Lift)}), b.admitMerchant},
	}
}

var errNoDevices = &wire.Error{Code: wire.NotFound, Message: "this backend has no port for devices with certificates"}

// merchantDevices is a page of devices, by name.
func (b *Backend) merchantDevices(r *http.Request) (any, error) {
	if b.o.Devices == nil {
		return nil, errNoDevices
	}
	all, err := b.o.Devices.Cards(r.Context(), r.URL.Query().Get("after"), devicesPage)
	if err != nil {
		return nil, err
	}
	out := identity.Listed{Devices: make([]identity.Shown, 0, len(all))}
	for _, c := range all {
		out.Devices = append(out.Devices, b.o.Devices.Show(c))
	}
	if len(all) == devicesPage {
		out.Next = all[len(all)-1].Name
	}
	return out, nil
}

// merchantInvite makes a code for a device.
func (b *Backend) merchantInvite(r *http.Request) (any, error) {
	name, err := b.managed(r)
	if err != nil {
		return nil, err
	}
	var in struct {
		Life int64 `json:"life_ms"`
	}
	if err := readInto(r, &in); err != nil {
		return nil, err
	}
	life := identity.CodeLife
	if in.Life != 0 {
		// Compared before it is multiplied.
		if in.Life < time.Minute.Milliseconds() || in.Life > identity.MaxCodeLife.Milliseconds() {
			return nil, &wire.Error{Code: wire.BadRequest, Message: fmt.Sprintf("a code lasts 1m to %s", identity.MaxCodeLife)}
		}
		life = time.Duration(in.Life) * time.Millisecond
	}
	code, ends, err := b.o.Devices.Invite(r.Context(), name, life)
	if err != nil {
		return nil, err
	}
	return identity.Invitation{Device: name, Code: wire.ShowCode(code), Ends: ends.UnixMilli()}, nil
}

// merchantOrder does what a person orders about a device.
func (b *Backend) merchantOrder(do func(*identity.Registry, context.Context, string) (identity.Card, error)) handler {
	return func(r *http.Request) (any, error) {
		name, err := b.managed(r)
		if err != nil {
			return nil, err
		}
		c, err := do(b.o.Devices, r.Context(), name)
		if err != nil {
			return nil, err
		}
		return b.o.Devices.Show(c), nil
	}
}

// managed is the device that a path names.
func (b *Backend) managed(r *http.Request) (string, error) {
	if b.o.Devices == nil {
		return "", errNoDevices
	}
	name := r.PathValue("device")
	if !ledger.ValidDevice(name) {
		return "", &wire.Error{Code: wire.BadRequest, Message: "not a device name"}
	}
	return name, nil
}
