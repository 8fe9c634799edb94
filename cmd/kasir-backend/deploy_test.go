package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every flag that the unit and the container file give is one.
func TestDeployFlags(t *testing.T) {
	var c config
	f, _ := c.flags(&bytes.Buffer{})
	for _, name := range []string{"kasir-backend.service", "Containerfile"} {
		text, err := os.ReadFile(filepath.Join("deploy", name))
		if err != nil {
			t.Fatal(err)
		}
		_, after, _ := strings.Cut(string(text), map[bool]string{true: "\nExecStart=", false: "\nENTRYPOINT"}[strings.HasSuffix(name, "service")])
		line, _, _ := strings.Cut(after, "\n")
		flags := regexp.MustCompile(`[ "]-([a-z-]+)`).FindAllStringSubmatch(line, -1)
		if len(flags) < 3 {
			t.Errorf("%s: only %d flags in %q", name, len(flags), line)
		}
		for _, m := range flags {
			if f.Lookup(m[1]) == nil {
				t.Errorf("%s: there is no flag -%s", name, m[1])
			}
		}
	}
}
