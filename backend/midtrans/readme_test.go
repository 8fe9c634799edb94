package midtrans

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	namedTest = regexp.MustCompile("`([a-z/]+)\\.(Test[A-Za-z0-9]+)`")
	namedFile = regexp.MustCompile("`([a-z]+/[A-Za-z0-9/_.-]+\\.(?:go|play|html|json))`")
	declared  = regexp.MustCompile(`(?m)^func (Test[A-Za-z0-9]+)\(`)
)

// TestReadme: every row of the tables names tests, and where it says where
// something is, files; and all of them exist.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	tests := make(map[string]map[string]bool)
	rows := 0
	for _, line := range strings.Split(string(text), "\n") {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| statement |") || strings.HasPrefix(line, "| topic |") {
			continue
		}
		rows++
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		last := cells[len(cells)-1]
		if len(cells) != 3 && len(cells) != 5 {
			t.Errorf("%d cells in %s", len(cells), line)
		}
		if len(cells) == 3 {
			checkFiles(t, cells[1])
		}
		found := namedTest.FindAllStringSubmatch(last, -1)
		if len(found) == 0 || len(found) != strings.Count(last, "`")/2 {
			t.Errorf("names of tests cannot be read in %s", line)
		}
		for _, m := range found {
			if tests[m[1]] == nil {
				tests[m[1]] = declaredIn(t, m[1])
			}
			if !tests[m[1]][m[2]] {
				t.Errorf("no %s in %s: %s", m[2], m[1], cells[0])
			}
		}
	}
	if rows < 90 {
		t.Errorf("got %d rows", rows)
	}
}

func checkFiles(t *testing.T, cell string) {
	t.Helper()
	files := namedFile.FindAllStringSubmatch(cell, -1)
	if len(files) == 0 || len(files) != strings.Count(cell, "`")/2 {
		t.Errorf("names of files cannot be read in %s", cell)
	}
	for _, m := range files {
		if _, err := os.Stat(filepath.Join("../..", m[1])); err != nil {
			t.Errorf("%s: %v", cell, err)
		}
	}
}

// declaredIn gives the tests of a directory.
func declaredIn(t *testing.T, dir string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("../..", dir, "*_test.go"))
	if err != nil || len(files) == 0 {
		t.Errorf("no tests in %s: %v", dir, err)
	}
	names := make(map[string]bool)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range declared.FindAllStringSubmatch(string(text), -1) {
			names[m[1]] = true
		}
	}
	return names
}
