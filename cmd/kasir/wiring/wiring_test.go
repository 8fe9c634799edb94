package wiring

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"periph.io/x/conn/v3/pin"
	"periph.io/x/host/v3/bcm283x"
	"periph.io/x/host/v3/rpi"

	"kasir/cmd/kasir/board"
)

var update = flag.Bool("update", false, "draw buildroot/wiring anew; look at the pictures before you commit them")

const (
	pictures = "../../../buildroot/wiring"
	page     = "../../../buildroot/README.md"
)

// kits are the board files that are built in and have wires, by name.
func kits(t *testing.T) map[string]board.Board {
	t.Helper()
	out := map[string]board.Board{}
	for _, path := range board.Ready() {
		b, err := board.Read(path)
		if err != nil {
			t.Fatal(err)
		}
		if !b.Panel.Emulate {
			out[strings.TrimSuffix(filepath.Base(path), ".conf")] = b
		}
	}
	if len(out) < 5 {
		t.Fatalf("got %d kits, want five or more", len(out))
	}
	return out
}

// TestPictures holds the pictures that techs see against the board files.
func TestPictures(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range kits(t) {
		got, err := Draw(b)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(pictures, name+".svg")
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not what the board file says: make wiring", path)
		}
		if !bytes.Contains(text, []byte("(wiring/"+name+".svg)")) {
			t.Errorf("%s does not show %s", page, path)
		}
	}
}

// TestPicturesAreOfKits finds pictures whose board file is gone.
func TestPicturesAreOfKits(t *testing.T) {
	all := kits(t)
	found, err := filepath.Glob(pictures + "/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range found {
		if _, ok := all[strings.TrimSuffix(filepath.Base(path), ".svg")]; !ok {
			t.Errorf("%s: there is no such kit", path)
		}
	}
}

// TestEveryPinIsDrawn asks the board file, not our plan of it, for its pins.
func TestEveryPinIsDrawn(t *testing.T) {
	named := regexp.MustCompile(`(?m)^[a-z.]+ +(GPIO[0-9]+(?: GPIO[0-9]+)*)$`)
	for name, b := range kits(t) {
		text, err := os.ReadFile("../board/boards/" + name + ".conf")
		if err != nil {
			t.Fatal(err)
		}
		picture, err := Draw(b)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range named.FindAllSubmatch(text, -1) {
			for gpio := range strings.FieldsSeq(string(line[1])) {
				if !bytes.Contains(picture, []byte(">"+gpio+", pin ")) {
					t.Errorf("%s: %s has no wire", name, gpio)
				}
			}
		}
	}
}

// TestHeader holds our header against that of periph, which others have wired by.
func TestHeader(t *testing.T) {
	theirs := [40]pin.Pin{
		rpi.P1_1, rpi.P1_2, rpi.P1_3, rpi.P1_4, rpi.P1_5, rpi.P1_6, rpi.P1_7, rpi.P1_8, rpi.P1_9, rpi.P1_10,
		rpi.P1_11, rpi.P1_12, rpi.P1_13, rpi.P1_14, rpi.P1_15, rpi.P1_16, rpi.P1_17, rpi.P1_18, rpi.P1_19, rpi.P1_20,
		rpi.P1_21, rpi.P1_22, rpi.P1_23, rpi.P1_24, rpi.P1_25, rpi.P1_26, rpi.P1_27, rpi.P1_28, rpi.P1_29, rpi.P1_30,
		rpi.P1_31, rpi.P1_32, rpi.P1_33, rpi.P1_34, rpi.P1_35, rpi.P1_36, rpi.P1_37, rpi.P1_38, rpi.P1_39, rpi.P1_40,
	}
	alias := map[string]string{"GROUND": "GND", "3.3V": "3V3", "V5": "5V", bcm283x.GPIO0.Name(): "ID_SD", bcm283x.GPIO1.Name(): "ID_SC"}
	for i, p := range theirs {
		want := p.Name()
		if other, ok := alias[want]; ok {
			want = other
		}
		if got := header[i]; got != want {
			t.Errorf("pin %d: got %s, want %s", i+1, got, want)
		}
	}
}

// TestPageSaysTheSamePins holds every "GPIO25 (22)" of the techs' page against the
// header.
func TestPageSaysTheSamePins(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	said := regexp.MustCompile(`(GPIO[0-9]+) \(([0-9]+)\)`).FindAllStringSubmatch(string(text), -1)
	if len(said) < 20 {
		t.Fatalf("got %d pins on the page, want all of the kits'", len(said))
	}
	for _, s := range said {
		want, err := pinOf(s[1])
		if err != nil {
			t.Error(err)
		} else if s[2] != fmt.Sprint(want) {
			t.Errorf("the page says that %s is pin %s, want %d", s[1], s[2], want)
		}
	}
}

// TestWiresAreApart: nothing is on one pin twice, no signal is on a supply, and no
// two wires go up or down at the same place.
func TestWiresAreApart(t *testing.T) {
	for name, b := range kits(t) {
		all, err := parts(b)
		if err != nil {
			t.Fatal(err)
		}
		taken := map[int]string{}
		for _, p := range all {
			seen := map[string]bool{}
			for _, w := range p.wires {
				if other, twice := taken[w.pin]; twice {
					t.Errorf("%s: pin %d is both %s and %s", name, w.pin, other, w.at)
				}
				taken[w.pin] = w.at
				if supply := !strings.HasPrefix(header[w.pin-1], "GPIO"); supply != (w.colour == red || w.colour == black) {
					t.Errorf("%s: %s is on %s and has the colour %s", name, w.at, header[w.pin-1], w.colour)
				}
				if seen[w.colour] {
					t.Errorf("%s: two wires of %s have the colour %s", name, p.title, w.colour)
				}
				seen[w.colour] = true
				if header[w.pin-1] == "5V" {
					t.Errorf("%s: %s is on 5 V", name, w.at)
				}
			}
		}
	}
}

func TestTurn(t *testing.T) {
	runs := []run{{wire{pin: 2}, 900, 0}, {wire{pin: 4}, 930, 0}, {wire{pin: 38}, 50, 0}, {wire{pin: 40}, 80, 0}}
	turn(runs)
	if !(runs[0].x > runs[1].x) {
		t.Errorf("down: got %d and %d, want the upper one further right", runs[0].x, runs[1].x)
	}
	if !(runs[2].x < runs[3].x) {
		t.Errorf("up: got %d and %d, want the upper one further left", runs[2].x, runs[3].x)
	}
}

func TestNoSuchBoard(t *testing.T) {
	for _, name := range []string{"emu-2in8", "emu-4in2"} {
		b, err := board.Read(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Draw(b); err == nil {
			t.Errorf("%s: got a picture of wires that are not there", name)
		}
	}
	if _, err := pinOf("GND"); err == nil {
		t.Error("GND is a GPIO")
	}
	if _, err := nearest("3V3", 1, map[int]bool{1: true, 17: true}); err == nil {
		t.Error("a third 3.3 V pin was found")
	}
}

// TestWellFormed reads every picture as XML to its end.
func TestWellFormed(t *testing.T) {
	for name, b := range kits(t) {
		b.Name = `<b> & "quotes"`
		picture, err := Draw(b)
		if err != nil {
			t.Fatal(err)
		}
		for d := xml.NewDecoder(bytes.NewReader(picture)); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
}
