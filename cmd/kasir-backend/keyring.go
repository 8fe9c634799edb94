package main

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"kasir/backend/midtrans"
)

// A key is changed by writing its file anew. Notifications that the old one has
// signed may still be on their way, or be repeated, for so long.
const (
	keyEvery = 10 * time.Second // a file is looked at
	keyGrace = 24 * time.Hour
)

// keyring changes keys while the backend runs.
type keyring struct {
	server, notify string // files; notify "" : the Server Key signs

	mu      sync.Mutex
	clients []*midtrans.Client
	old     []retired // follow's own
}

type retired struct {
	key  string
	ends time.Time
}

// add has a client's key follow the file.
func (k *keyring) add(c *midtrans.Client) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.clients = append(k.clients, c)
}

// keys are what both files hold.
type keys struct{ server, notify string }

// keys reads both files.
func (k *keyring) keys() (keys, error) {
	server, err := readKey(k.server)
	if err != nil || k.notify == "" {
		return keys{server, server}, err
	}
	notify, err := readSecret("notification key", k.notify)
	return keys{server, notify}, err
}

// follow has the backend use what is in the files, until ctx ends; in use are the
// keys that it uses now. A file that cannot be read changes nothing.
func (k *keyring) follow(ctx context.Context, b interface{ TrustKeys(...string) }, inUse keys, log *slog.Logger) {
	ticker := time.NewTicker(keyEvery)
	defer ticker.Stop()
	said := ""
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		found, err := k.keys()
		if err == nil && found.server != inUse.server {
			err = k.use(found.server)
		}
		if err != nil {
			if said != err.Error() { // once, not every ten seconds
				said = err.Error()
				log.Error("keys not changed; the old ones stay", "error", err)
			}
			continue
		}
		said = ""
		if found.server != inUse.server {
			log.Info("server key changed")
		}
		if found.notify != inUse.notify {
			k.old = append(k.old, retired{inUse.notify, time.Now().Add(keyGrace)})
			log.Info("notification key changed; the old one is believed for a while", "hours", keyGrace.Hours())
		}
		inUse = found
		b.TrustKeys(k.believed(inUse.notify)...)
	}
}

// maxOld is how many changes in a day are kept in mind.
const maxOld = 8

func (k *keyring) believed(notify string) []string {
	now := time.Now()
	k.old = slices.DeleteFunc(k.old, func(r retired) bool { return now.After(r.ends) })
	k.old = k.old[max(0, len(k.old)-maxOld):]
	all := []string{notify}
	for _, r := range k.old {
		all = append(all, r.key)
	}
	return all
}

// use gives all clients the key, or none.
func (k *keyring) use(server string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, c := range k.clients {
		if err := c.SetKey(server); err != nil {
			return err
		}
	}
	return nil
}
