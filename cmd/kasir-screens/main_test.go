package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kasir/display/story"
	"kasir/terminal"
)

func TestPage(t *testing.T) {
	all := glasses
	glasses = append(all[4:5:5], all[6]) // small ones are drawn soon
	defer func() { glasses = all }()
	file := filepath.Join(t.TempDir(), "new", "screens.html")
	var out, errs bytes.Buffer
	if code := run([]string{"-o", file, "-only", "thanks"}, &out, &errs); code != 0 || strings.TrimSpace(out.String()) != file {
		t.Fatalf("exit code %d, %s%s", code, &out, &errs)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var shots []story.Shot
	for _, s := range story.Shots(terminal.Indonesian) {
		if strings.HasPrefix(s.Name, "thanks") {
			shots = append(shots, s)
		}
	}
	if got, want := strings.Count(string(text), "<img "), 2*len(shots)*len(glasses); got != want || want == 0 {
		t.Errorf("%d pictures, want %d", got, want)
	}
	for _, s := range shots {
		for _, lang := range []string{"id", "en"} {
			if !strings.Contains(string(text), `id="`+s.Name+"-"+lang+`"`) {
				t.Errorf("%s in %s is not there", s.Name, lang)
			}
		}
	}
	if code := run([]string{"-o", filepath.Join(file, "x")}, &out, &errs); code != 1 {
		t.Errorf("a file in a file: exit code %d", code)
	}
	if code := run([]string{"-wrong"}, &out, &errs); code != 2 {
		t.Errorf("an unknown flag: exit code %d", code)
	}
}
