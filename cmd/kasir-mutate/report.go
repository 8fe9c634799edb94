package main

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"
)

// report is what came of it.
type report struct {
	dir        string
	all, tried int
	conds      int
	runs       int // of a test
	took       time.Duration
	survivors  []mutant
	blind      []blindSpot
	known      map[string]string // why, by key
}

// blindSpot is a condition and how it came out: 0 not at all, 1 false, 2 true.
type blindSpot struct {
	mutant
	how int
}

// readKnown reads a list of survivors: a line for each, its key, and why it
// stays in the lines under it, which begin with a blank. # begins a remark.
func readKnown(path string) (map[string]string, error) {
	known := make(map[string]string)
	if path == "" {
		return known, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	key := ""
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimRight(lines.Text(), " \t")
		switch {
		case line == "" || line[0] == '#':
		case line[0] != ' ' && line[0] != '\t':
			key = line
			known[key] = ""
		case key == "":
			return nil, fmt.Errorf("read %s: line %d explains nothing", path, n)
		default:
			known[key] = strings.TrimSpace(known[key] + " " + strings.TrimSpace(line))
		}
	}
	for k, why := range known {
		if why == "" {
			return nil, fmt.Errorf("read %s: no reason is given for %s", path, k)
		}
	}
	return known, lines.Err()
}

// print says what survived, and returns the program's exit code.
func (r report) print(w io.Writer) int {
	slices.SortFunc(r.survivors, func(a, b mutant) int {
		return cmp.Or(strings.Compare(a.file, b.file), a.line-b.line, a.id-b.id)
	})
	explained, left := make(map[string]bool), 0
	for _, m := range r.survivors {
		if r.known[m.key()] != "" {
			explained[m.key()] = true
			continue
		}
		if left++; left == 1 {
			fmt.Fprintln(w, "mistakes that no test sees:")
		}
		fmt.Fprintf(w, "%s\n\t%s/%s:%d\n", m.key(), strings.TrimRight(r.dir, "/"), m.file, m.line)
	}
	blind := 0
	for _, b := range r.blind {
		if r.known[b.key()] != "" {
			explained[b.key()] = true
			continue
		}
		if blind++; blind == 1 {
			fmt.Fprintln(w, "conditions that came out one way only:")
		}
		fmt.Fprintf(w, "%s\n\t%s/%s:%d %s\n", b.key(), strings.TrimRight(r.dir, "/"), b.file, b.line,
			[]string{"never reached", "never true", "never false"}[b.how])
	}
	seen := r.tried - len(r.survivors)
	fmt.Fprintf(w, "%s: %d of %d mistakes tried, %d seen (%.1f %%), %d explained, %d not; %d conditions, %d came out one way only; %d runs of a test in %v\n",
		r.dir, r.tried, r.all, seen, 100*float64(seen)/float64(max(1, r.tried)), len(r.survivors)-left, left, r.conds, len(r.blind),
		r.runs, r.took.Round(time.Second))
	if r.tried == r.all {
		for k := range r.known {
			if !explained[k] {
				fmt.Fprintf(w, "explained, and no survivor any more: %s\n", k)
				left++
			}
		}
	}
	if left+blind > 0 {
		return 1
	}
	return 0
}
