package office

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"

	"kasir/backend/archive"
	"kasir/backend/identity"
	"kasir/backend/ledger"
	"kasir/backend/wire"
)

const devicesEach = 100

// machine is one device as people see it.
type machine struct {
	Sighting
	Card   bool // it has, or had, a certificate or a code
	State  identity.State
	Why    string       // it is held
	Ends   int64        // of its certificate, Unix milliseconds
	NewKey bool         // it was told to make one
	Rows   int64        // of its journal that are kept here
	Flag   archive.Flag // why that is not what it was, and nobody has looked yet
}

// Name is what the device is called.
func (m machine) Name() string { return m.Device }

// Skewed reports whether its clock is so wrong that people would notice.
func (m machine) Skewed() bool { return m.Clocked && (m.SkewMS > 60_000 || m.SkewMS < -60_000) }

// SkewSeconds is how far its clock is ahead, in whole seconds.
func (m machine) SkewSeconds() int64 { return m.SkewMS / 1000 }

// SlowSeconds is how far its clock is behind.
func (m machine) SlowSeconds() int64 { return -m.SkewMS / 1000 }

// devicesPage is a page of devices.
type devicesPage struct {
	Devices []machine
	Next    string
	Enrols  bool // devices can be enrolled here
	Wrong   string
	Keyed   string
	Code    *identity.Invitation // to be read once
}

func (o *Office) devices(v *visit) error {
	return o.showDevices(v, http.StatusOK, devicesPage{})
}

func (o *Office) showDevices(v *visit, status int, p devicesPage) error {
	after := v.r.URL.Query().Get("after")
	if after != "" && !ledger.ValidDevice(after) {
		return errNotFound
	}
	p.Enrols = o.o.Devices != nil
	var err error
	if p.Devices, p.Next, err = o.machines(v.r.Context(), after); err != nil {
		return err
	}
	return v.show(status, "devices", page{Title: "devices", Data: p})
}

// machines merges who is enrolled with who was heard, by name.
func (o *Office) machines(ctx context.Context, after string) ([]machine, string, error) {
	heard, err := o.sightings(ctx, after, devicesEach)
	if err != nil {
		return nil, "", err
	}
	all := map[string]machine{}
	for _, s := range heard {
		all[s.Device] = machine{Sighting: s}
	}
	cards := 0
	if o.o.Devices != nil {
		found, err := o.o.Devices.Cards(ctx, after, devicesEach)
		if err != nil {
			return nil, "", err
		}
		cards = len(found)
		for _, c := range found {
			m, shown := all[c.Name], o.o.Devices.Show(c)
			m.Sighting = o.sighting(c.Name, m.Sighting)
			m.Card, m.State, m.Why, m.Ends, m.NewKey = true, shown.State, shown.Why, shown.Ends, shown.NewKey
			m.Device, m.SeenMS = c.Name, max(m.SeenMS, shown.Seen)
			all[c.Name] = m
		}
	}
	names := slices.Sorted(maps.Keys(all))
	next := ""
	if len(heard) == devicesEach || cards == devicesEach {
		// Both are the first of theirs, so the first of both are among them.
		names = names[:min(len(names), devicesEach)]
		next = names[len(names)-1]
	}
	out := make([]machine, 0, len(names))
	for _, name := range names {
		out = append(out, all[name])
	}
	return out, next, o.addJournals(ctx, after, out)
}

// addJournals adds what is kept of devices' journals.
func (o *Office) addJournals(ctx context.Context, after string, all []machine) error {
	if o.o.Journals == nil || len(all) == 0 {
		return nil
	}
	copies, err := o.o.Journals.Copies(ctx, after, devicesEach)
	for _, c := range copies {
		i := slices.IndexFunc(all, func(m machine) bool { return m.Device == c.Device })
		if i < 0 {
			continue
		}
		all[i].Rows = c.Seq
		if c.Stopped() {
			all[i].Flag = c.Flag
		}
	}
	return err
}

// orderDevice does what an owner orders about a device.
func (o *Office) orderDevice(v *visit) error {
	if o.o.Devices == nil {
		return errNotFound
	}
	name, act := v.r.PostFormValue("device"), v.r.PostFormValue("act")
	if !ledger.ValidDevice(name) {
		return o.showDevices(v, http.StatusUnprocessableEntity, devicesPage{Wrong: "device_name", Keyed: name})
	}
	orders := map[string]func(context.Context, string) (identity.Card, error){
		"revoke": o.o.Devices.Revoke, "rotate": o.o.Devices.Rotate, "lift": o.o.Devices.Lift,
	}
	do, known := orders[act]
	if act != "invite" && (!known || v.r.PostFormValue("sure") != "yes") {
		return o.showDevices(v, http.StatusUnprocessableEntity, devicesPage{Wrong: "not_sure"})
	}
	var err error
	var p devicesPage
	if act == "invite" {
		var code string
		p.Code = &identity.Invitation{Device: name}
		if code, err = o.invite(v.r.Context(), name, p.Code); err == nil {
			p.Code.Code = wire.ShowCode(code)
		}
	} else {
		_, err = do(v.r.Context(), name)
	}
	switch {
	case errors.Is(err, identity.ErrNone):
		return errNotFound
	case err != nil:
		return err
	}
	o.log.InfoContext(v.r.Context(), "device ordered by a person", "account", v.who.Name, "device", name, "act", act)
	if p.Code != nil {
		return o.showDevices(v, http.StatusOK, p) // shown once: nothing that could be opened again has it
	}
	v.redirect(Prefix + "devices")
	return nil
}

func (o *Office) invite(ctx context.Context, name string, in *identity.Invitation) (string, error) {
	code, ends, err := o.o.Devices.Invite(ctx, name, identity.CodeLife)
	in.Ends = ends.UnixMilli()
	return code, err
}
