package provision

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

const (
	secret = "hunter2hunter2"
	good   = "name toko-1\nbackend https://kasir.toko.co.id\nboard lcd-2in8\n"
	radio  = "wifi Toko Sri\nwifi-password " + secret + "\n"
	pubKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIiv86KpujyVNSw8TaBI0rqBNK4/k+nrHAiDkaRkltKR teknisi@toko"
)

var boards = []string{"lcd-2in8", "epaper-4in2"}

func TestParse(t *testing.T) {
	text := "\ufeff# a remark\r\n\r\nName = toko-1\r\nbackend: https://kasir.toko.co.id:8443/x\r\n\tboard\tlcd-2in8\r\n" +
		"language en\r\nmerchant  Warung Bu Sri \r\nzone wita\r\nleast 1000\r\nmost: 1000\r\nquick = 1=1000\r\ncode 3141-5926-5352\r\n" + radio + "country SG\nssh-key " + pubKey
	got, problems := Parse([]byte(text), boards)
	want := Settings{Name: "toko-1", Backend: "https://kasir.toko.co.id:8443/x", Board: "lcd-2in8", Language: "en",
		Merchant: "Warung Bu Sri", Zone: "wita", Least: "1000", Most: "1000", Quick: "1=1000", Code: "3141-5926-5352", WiFi: "Toko Sri", Password: secret, Country: "SG", SSHKey: pubKey}
	if len(problems) > 0 || got != want {
		t.Errorf("got %+v, %v; want %+v", got, problems, want)
	}
}

// TestBad is every way in which a kasir.txt was wrong that we could think of.
func TestBad(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "the file is empty"},
		{"blank", " \r\n\t\r\n", "the file is empty"},
		{"only remarks", "# nothing\n", "name is missing"},
		{"UTF-16", "\xff\xfen\x00a\x00m\x00e\x00", "saved as Unicode (UTF-16)"},
		{"UTF-16, the other way", "\xfe\xff\x00n\x00a", "saved as Unicode (UTF-16)"},
		{"word processor", "{\\rtf1 " + good, "word processor"},
		{"zip", "PK\x03\x04" + good, "word processor"},
		{"zeros", good + "\x00\x00\x00", "damaged"},
		{"Latin-1", good + "merchant Caf\xe9\n", "not UTF-8"},
		{"huge", good + strings.Repeat("# x\n", 5000), "larger than 8 kB"},
		{"no name", strings.Replace(good, "name toko-1\n", "", 1), "name is missing: give this till a name"},
		{"no backend", "name a\nboard lcd-2in8\n", "backend is missing"},
		{"no board", "name a\nbackend https://a.id\n", "board is missing"},
		{"name with a space", strings.Replace(good, "toko-1", "toko 1", 1), "line 1: name: "},
		{"name too long", strings.Replace(good, "toko-1", strings.Repeat("t", 60), 1), "line 1: name: "},
		{"no value", strings.Replace(good, "toko-1", "", 1), "line 1: name has no value"},
		{"said twice", good + "name toko-2\n", "line 4: name was said before, in line 1"},
		{"misspelt", good + "langauge id\n", "line 4: there is no such name; did you mean language?"},
		{"misspelt secret", good + "wifi_pasword " + secret + "\n", "line 4: there is no such name; did you mean wifi-password?"},
		{"no separator", good + "wifi-password" + secret + "\n", "line 4: this line begins with no name there is"},
		{"the password alone", good + secret + "\n", "line 4: this line begins with no name there is"},
		{"another language's remark", good + "// " + secret + "\n", "line 4: a remark begins with #"},
		{"backend without https", strings.Replace(good, "https://", "", 1), "line 2: backend: want an address"},
		{"backend with a password", strings.Replace(good, "https://", "https://sri:"+secret+"@", 1), "line 2: backend: leave out the name and password"},
		{"backend of the example", strings.Replace(good, "kasir.toko.co.id", "kasir.example.com", 1), "line 2: backend: that is the address of the example"},
		{"backend that is a file", strings.Replace(good, "https://", "file:///", 1), "line 2: backend: want an address"},
		{"board that is not there", strings.Replace(good, "lcd-2in8", "lcd-9in9", 1), "line 3: board: there is no board lcd-9in9; there are lcd-2in8"},
		{"board that is a path", strings.Replace(good, "lcd-2in8", "../../etc/passwd", 1), "line 3: board: a board is called with small letters"},
		{"language", good + "language jv\n", "line 4: language: there are id, en"},
		{"zone", good + "zone WIB\n", "line 4: zone: there are wib, wita, wit"},
		{"merchant too long", good + "merchant " + strings.Repeat("M", 41) + "\n", "line 4: merchant: 41 letters are too many"},
		{"value too long", good + "merchant " + strings.Repeat("M", 301) + "\n", "longer than 300"},
		{"invisible", good + "merchant Warung\x07Sri\n", "line 4: the value of merchant has a character that cannot be seen"},
		{"code of the example", good + "code 1234-5678-9012\n", "line 4: code: that is the code of the example"},
		{"code too short", good + "code AB\n", "line 4: code: a code has 12 digits"},
		{"code with signs", good + "code " + secret + "!\n", "line 4: code: a code has 12 digits"},
		{"network too long", good + "wifi " + strings.Repeat("W", 33) + "\n", "line 4: wifi: a network's name has 32"},
		{"network without a password", good + "wifi Toko\n", "wifi-password is missing"},
		{"password without a network", good + "wifi-password " + secret + "\n", "line 4: there is a wifi-password and no wifi"},
		{"password too short", good + "wifi Toko\nwifi-password hunter\n", "line 5: wifi-password: a network's password has 8 to 63"},
		{"password of the example", good + "wifi Toko\nwifi-password not this one\n", "line 5: wifi-password: that is the example"},
		{"password with letters of no keyboard", good + "wifi Toko\nwifi-password " + secret + "é\n", "line 5: wifi-password: a network's password has only"},
		{"no hours", good + "update-window night\n", "line 4: update-window: want two times of day"},
		{"hours that are minutes", good + "update-window 02:00-02:10\n", "line 4: update-window: 02:00-02:10 is too short"},
		{"least with dots", good + "least 1.000\n", "line 4: least: want rupiah in digits alone"},
		{"most in words", good + "most sejuta\n", "line 4: most: want rupiah in digits alone"},
		{"most that nobody may take", good + "most 10000001\n", "line 4: most: want rupiah in digits alone, 1 to 10000000"},
		{"least of nothing", good + "least 0\n", "line 4: least: want rupiah"},
		{"least over most", good + "most 1000\nleast 2000\n", "line 5: least 2000 is more than most 1000"},
		{"quick without a digit", good + "quick 5000\n", "line 4: quick: \"5000\": want a digit from 1 to 9"},
		{"quick twice", good + "quick 1=5000,1=6000\n", "line 4: quick: \"1=6000\": digit 1 has an amount already"},
		{"quick over most", good + "quick 1=5000,2=50000\nmost 20000\n", "line 4: quick: 2=50000 is less than least or more than most"},
		{"quick under least", good + "least 6000\nquick 1=5000\n", "line 5: quick: 1=5000 is less than least"},
		{"a private key", good + "ssh-key -----BEGIN OPENSSH PRIVATE KEY-----\n", "line 4: ssh-key: want the line of a .pub file"},
		{"a key with an option", good + "ssh-key command=\"hunter\" " + pubKey + "\n", "line 4: ssh-key: want the line of a .pub file"},
		{"an old kind of key", good + "ssh-key " + strings.Replace(pubKey, "ed25519", "rsa", 1) + "\n", "line 4: ssh-key: want the line of a .pub file"},
		{"a key without its kind", good + "ssh-key ssh-ed25519\n", "line 4: ssh-key: want the line of a .pub file"},
		{"a key of another kind", good + "ssh-key " + strings.Replace(pubKey, "ssh-ed25519", "ecdsa-sha2-nistp256", 1) + "\n", "line 4: ssh-key: the key is damaged"},
		{"half a key", good + "ssh-key " + pubKey[:40] + "\n", "line 4: ssh-key: the key is damaged"},
		{"country", good + "country Indonesia\n", "line 4: country: want two capital letters"},
	} {
		s, problems := Parse([]byte(c.text), boards)
		report := string(Report(s, problems, "kasir test"))
		if len(problems) == 0 || !strings.Contains(report, c.want) || !strings.Contains(report, "NOT TAKEN") {
			t.Errorf("%s: want %q in\n%s", c.name, c.want, report)
		}
		left := Scrub([]byte(c.text))
		for what, text := range map[string]string{"report": report, "file": string(left)} {
			if strings.Contains(text, "hunter") {
				t.Errorf("%s: a secret is left in the %s:\n%s", c.name, what, text)
			}
		}
		if again := Scrub(left); !bytes.Equal(again, left) {
			t.Errorf("%s: scrubbed twice it is\n%s\nnot\n%s", c.name, again, left)
		}
	}
}

func TestScrub(t *testing.T) {
	text := "# my till\n" + good + radio + "code 3141-5926-5352\n#wifi-password " + secret + "\n# old pass: " + secret + "\nzone wib"
	want := "# my till\n" + good + "wifi Toko Sri\n#wifi-password was removed here; write it again if it changes\n" +
		"#code was removed here; write it again if it changes\n#wifi-password was removed here; write it again if it changes\n" +
		"# a line that could not be understood was removed here\nzone wib"
	if got := string(Scrub([]byte(text))); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestConfig(t *testing.T) {
	s, problems := Parse([]byte(good+radio+"merchant Warung Bu Sri\nupdate-window 23:00-05:00\nleast 500\nmost 2000000\nquick 1=5000, 5=20000\n"), boards)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	want := "# Written from kasir.txt; change that and start the till with it.\n" +
		"backend https://kasir.toko.co.id\ndevice toko-1\nboard lcd-2in8\nmerchant Warung Bu Sri\nleast 500\nmost 2000000\nquick 1=5000, 5=20000\njournal /j\nlog /l\nwatchdog /dev/watchdog\nupdate /u\nupdate-window 23:00-05:00\nsetup /keyed.txt\n"
	if got := string(s.Config("/j", "/l", "/u")); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	report := string(Report(s, nil, "kasir test"))
	if !strings.Contains(report, "OK: kasir.txt was taken. This till is toko-1") || strings.Contains(report, secret) {
		t.Errorf("the report is\n%s", report)
	}
}

// TestRadio holds the derived key against the test vectors of IEEE 802.11i, H.4.
func TestRadio(t *testing.T) {
	for _, c := range []struct{ ssid, password, key string }{
		{"IEEE", "password", "f42c6fc52df0ebef9ebb4b90b38a5f902e83fe1b135a70e23aed762e9710a12e"},
		{"ThisIsASSID", "ThisIsAPassword", "0dc0d6eb90555ed6419756b9a15ec3e3209b63df707dd508d14581f8982721af"},
	} {
		got, err := Settings{WiFi: c.ssid, Password: c.password}.Radio()
		if err != nil || !strings.Contains(string(got), "psk="+c.key+"\n") || !strings.HasPrefix(string(got), "country=ID\n") {
			t.Errorf("%s: %s, %v; want the key %s", c.ssid, got, err, c.key)
		}
		if strings.Contains(string(got), c.password) || strings.Contains(string(got), c.ssid) {
			t.Errorf("%s: a name or password stands in the clear:\n%s", c.ssid, got)
		}
	}
	if got, err := (Settings{}).Radio(); got != nil || err != nil {
		t.Errorf("without a network: %s, %v", got, err)
	}
}

// TestExample keeps the example on the card in step with what is read, and of no
// use before somebody wrote into it.
func TestExample(t *testing.T) {
	text, err := os.ReadFile("../../../buildroot/board/common/kasir.txt.example")
	if err != nil {
		t.Fatal(err)
	}
	_, problems := Parse(text, boards)
	if len(problems) != 1 || !strings.Contains(problems[0].What, "address of the example") {
		t.Errorf("the example as it is: %v; want just its backend refused", problems)
	}
	all := strings.ReplaceAll(string(text), "\n#", "\n")
	filled := strings.NewReplacer("kasir.example.com", "kasir.toko.co.id", "1234-5678-9012", "3141-5926-5352", "not this one", secret).Replace(all)
	filled = filled[strings.Index(filled, "\nname"):]
	s, problems := Parse([]byte(filled), boards)
	if len(problems) > 0 || s.Password != secret || s.Country != "ID" || s.Zone != "wib" {
		t.Errorf("the example filled in: %+v, %v", s, problems)
	}
	for _, e := range entries {
		if !strings.Contains(string(text), e.name+" ") {
			t.Errorf("the example does not show %s", e.name)
		}
	}
}

func FuzzScrub(f *testing.F) {
	f.Add([]byte(good + radio))
	f.Fuzz(func(t *testing.T, text []byte) {
		Parse(text, boards)
		left := Scrub(text)
		if again := Scrub(left); len(left) <= maxFile && !bytes.Equal(again, left) {
			t.Errorf("scrubbed twice %q is %q, not %q", text, again, left)
		}
		marked := Scrub([]byte(string(text) + "\nwifi-password " + secret + "\n"))
		if strings.Contains(string(marked), secret) && !strings.Contains(string(text), secret) {
			t.Errorf("a secret is left of %q", text)
		}
	})
}
