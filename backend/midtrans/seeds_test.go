package midtrans

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// seeds are all requests, responses and notifications of the four documents
// this package was made from (000 linking, 001 Snap, 002 charge, 003 terminal)
// and what reads them. A file is as published, but for a brace that the page
// had lost.
var seeds = map[string]func() any{
	"000-create-request.json":  func() any { return new(AccountRequest) },
	"000-create-response.json": func() any { return new(Account) },
	"000-create-refused.json":  func() any { return new(Account) },
	"000-notify-link.json":     func() any { return new(AccountNotification) },
}

// TestSeeds reads every sample and writes it again: field by field nothing is
// lost and nothing is added.
func TestSeeds(t *testing.T) {
	files, err := filepath.Glob("testdata/seeds/*.json")
	if err != nil || len(files) != len(seeds) {
		t.Errorf("%d files, %d readers, %v", len(files), len(seeds), err)
	}
	for name, fresh := range seeds {
		t.Run(name, func(t *testing.T) {
			body, err := os.ReadFile(filepath.Join("testdata/seeds", name))
			if err != nil {
				t.Fatal(err)
			}
			v := fresh()
			if err := json.Unmarshal(body, v); err != nil {
				t.Fatal(err)
			}
			again, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			equalJSON(t, name, again, body)
		})
	}
}

// equalJSON compares two documents field by field, numbers digit by digit.
func equalJSON(t *testing.T, what string, got, want []byte) {
	t.Helper()
	var values [2]any
	for i, b := range [][]byte{got, want} {
		d := json.NewDecoder(bytes.NewReader(b))
		d.UseNumber()
		if err := errors.Join(d.Decode(&values[i])); err != nil {
			t.Fatalf("%s: %v in %s", what, err, b)
		}
	}
	if !reflect.DeepEqual(values[0], values[1]) {
		t.Errorf("%s: got\n%s\nwant\n%s", what, got, want)
	}
}
