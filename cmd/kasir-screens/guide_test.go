package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// The cards in the guide are those that this program makes, and are XML.
func TestCards(t *testing.T) {
	for word := range cards {
		path := filepath.Join("guide", "kartu."+word+".svg")
		want, err := makeCard(word)
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what is made now (%v): go run ./cmd/kasir-screens -card %s -o cmd/kasir-screens/%s", path, err, word, path)
		}
		d := xml.NewDecoder(bytes.NewReader(want))
		for err = nil; err == nil; {
			_, err = d.Token()
		}
		if !errors.Is(err, io.EOF) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := makeCard("xx"); err == nil {
		t.Error("a card in no language")
	}
}

// Every role has its page in both languages, and every picture and page that one
// points to is there.
func TestGuide(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#]+)\)`)
	for _, role := range []string{"kasir", "pemilik", "teknisi", "pengembang"} {
		for _, lang := range []string{"id", "en"} {
			path := filepath.Join("guide", role+"."+lang+".md")
			text, err := os.ReadFile(path)
			if err != nil {
				t.Error(err)
				continue
			}
			for _, m := range link.FindAllSubmatch(text, -1) {
				if _, err := os.Stat(filepath.Join("guide", string(m[1]))); err != nil {
					t.Errorf("%s points to nothing: %v", path, err)
				}
			}
		}
	}
}
