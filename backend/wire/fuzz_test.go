package wire

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// FuzzMessages: what can be read as a message can be written, and reads back
// as the same message.
func FuzzMessages(f *testing.F) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		f.Fatal(err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	kinds := map[reflect.Type]bool{}
	for _, m := range messages {
		kinds[reflect.TypeOf(m)] = true
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for kind := range kinds {
			first, again := reflect.New(kind), reflect.New(kind)
			if json.Unmarshal(text, first.Interface()) != nil {
				continue
			}
			written, err := json.Marshal(first.Interface())
			if err != nil {
				t.Fatalf("%v: %q cannot be written: %v", kind, text, err)
			}
			if err := json.Unmarshal(written, again.Interface()); err != nil {
				t.Fatalf("%v: %q reads back as %v", kind, written, err)
			}
			rewritten, err := json.Marshal(again.Interface())
			if err != nil || string(rewritten) != string(written) {
				t.Errorf("%v: %q became %q, %v", kind, written, rewritten, err)
			}
		}
	})
}
