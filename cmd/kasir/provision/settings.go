package provision

import (
	"crypto/pbkdf2"
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"strings"
)

// Settings are what a kasir.txt says. Empty fields were not said.
type Settings struct {
	Name     string // the till's, in every order id
	Backend  string // URL
	Board    string // a board file's name
	Language string // id or en
	Merchant string // as customers should see it
	Zone     string // wib, wita or wit
	Window   string // hours in which it may be updated, 02:00-04:00
	Least    string // rupiah of one sale
	Most     string // the same
	Quick    string // amounts of digits that are held down, 1=5000,2=10000
	Code     string // by which the backend knows a new till; secret
	WiFi     string // the network's name, 1 to 32 bytes
	Password string // of the network, 8 to 63 characters; secret
	Country  string // two letters, for the radio's rules
	SSHKey   string // whose private half may log in, a line as in authorized_keys; NoSSHKey: nobody
}

// NoSSHKey, as a key, takes away the one that there was.
const NoSSHKey = "none"

// entry is one kind of line.
type entry struct {
	name   string
	secret bool
	must   string // what to say when it is missing; "" when it may be
	field  func(*Settings) *string
	check  func(value string) error
}

// Config is the config file of kasir run: settings for the names of its flags.
func (s Settings) Config(journal, log, updates string) []byte {
	var b strings.Builder
	b.WriteString("# Written from kasir.txt; change that and start the till with it.\n")
	for _, line := range [][2]string{
		{"backend", s.Backend}, {"device", s.Name}, {"board", s.Board}, {"lang", s.Language},
		{"merchant", s.Merchant}, {"zone", s.Zone}, {"least", s.Least}, {"most", s.Most}, {"quick", s.Quick}, {"journal", journal}, {"log", log}, {"watchdog", "/dev/watchdog"}, {"update", updates}, {"update-window", s.Window},
		{"setup", filepath.Join(filepath.Dir(journal), "keyed.txt")},
	} {
		if line[1] != "" {
			fmt.Fprintf(&b, "%s %s\n", line[0], line[1])
		}
	}
	return []byte(b.String())
}

// Radio is the configuration of wpa_supplicant for the network; nil without one.
// The password is not in it, only what IEEE 802.11i derives from it and the
// network's name: it opens this network and no other that has the same password.
func (s Settings) Radio() ([]byte, error) {
	if s.WiFi == "" {
		return nil, nil
	}
	const rounds, length = 4096, 32
	key, err := pbkdf2.Key(sha1.New, s.Password, []byte(s.WiFi), rounds, length)
	if err != nil {
		return nil, fmt.Errorf("derive key of network: %w", err)
	}
	country := s.Country
	if country == "" {
		country = "ID"
	}
	// The name goes in as hexadecimal: it may hold any byte but is never syntax.
	return fmt.Appendf(nil, "country=%s\nupdate_config=0\nnetwork={\n\tssid=%s\n\tscan_ssid=1\n\tkey_mgmt=WPA-PSK\n\tpsk=%s\n}\n",
		country, hex.EncodeToString([]byte(s.WiFi)), hex.EncodeToString(key)), nil
}
