package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// shop is a package with one mistake of each kind that its test does not see.
const shop = `package shop

type till struct{ sold, sum int }

const limit = 3 + 4

func (t *till) sell(n int, ok bool) bool {
	if n <= 0 || !ok {
		return false
	}
	t.sold++
	t.sum += n * 2
	switch {
	case n > limit:
		return t.sum-n > 0
	}
	return t.sum == n*2
}

func idle() { panic("nobody comes by") }
`

const shopTest = `package shop

import "testing"

func TestSell(t *testing.T) {
	var x till
	if !x.sell(5, true) || x.sell(-1, true) || !x.sell(8, true) {
		t.Fatal("no sale")
	}
}
`

func shopAt(t *testing.T, test string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module shop\n\ngo 1.26\n", "shop.go": shop, "shop_test.go": test} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func hunted(t *testing.T, args ...string) (code int, lines []string, errors string) {
	t.Helper()
	var out, err bytes.Buffer
	code = run(t.Context(), args, &out, &err)
	return code, strings.Split(strings.TrimSpace(out.String()), "\n"), err.String()
}

func TestSurvivors(t *testing.T) {
	dir := shopAt(t, shopTest)
	code, lines, _ := hunted(t, "-workers", "1", dir)
	want := []string{
		"mistakes that no test sees:",
		"shop.go till.sell: && `n <= 0 || !ok`", "\t" + dir + "/shop.go:8",
		"shop.go till.sell: boundary `n <= 0`", "\t" + dir + "/shop.go:8",
		"shop.go till.sell: removed `t.sold++`", "\t" + dir + "/shop.go:11",
		"shop.go till.sell: boundary `n > limit`", "\t" + dir + "/shop.go:14",
		"shop.go till.sell: boundary `t.sum-n > 0`", "\t" + dir + "/shop.go:15",
		"shop.go till.sell: swapped `t.sum-n`", "\t" + dir + "/shop.go:15",
		"conditions that came out one way only:",
		"shop.go till.sell: negated `!ok`", "\t" + dir + "/shop.go:8 never true",
		"shop.go till.sell: negated `t.sum-n > 0`", "\t" + dir + "/shop.go:15 never false",
		"shop.go till.sell: negated `t.sum == n*2`", "\t" + dir + "/shop.go:17 never false",
	}
	got := lines[:len(lines)-1]
	if code != 1 || !slices.Equal(got, want) {
		t.Errorf("exit code %d\n got %q\nwant %q", code, got, want)
	}
	if last := lines[len(lines)-1]; !strings.Contains(last, " mistakes tried, ") || !strings.Contains(last, "3 came out one way only") {
		t.Errorf("last line %q", last)
	}
}

// What is explained is no failure, and an explanation of nothing is one.
func TestExplanations(t *testing.T) {
	dir := shopAt(t, shopTest)
	_, lines, _ := hunted(t, dir)
	var list strings.Builder
	for _, l := range lines {
		if strings.HasPrefix(l, "shop.go") {
			list.WriteString(l + "\n\tthis shop is a test\n\n")
		}
	}
	known := filepath.Join(dir, "known.txt")
	for _, tt := range []struct {
		more string
		code int
	}{
		{"", 0},
		{"# a remark\n", 0},
		{"shop.go till.sell: removed `gone`\n\tit was here once\n", 1},
		{"shop.go till.sell: removed `gone`\n", 2},
	} {
		if err := os.WriteFile(known, []byte(list.String()+tt.more), 0o600); err != nil {
			t.Fatal(err)
		}
		if code, lines, errors := hunted(t, "-known", known, dir); code != tt.code {
			t.Errorf("with %q: exit code %d, want %d\n%s\n%s", tt.more, code, tt.code, strings.Join(lines, "\n"), errors)
		}
	}
	if err := os.WriteFile(known, []byte("\tout of nowhere\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, _ := hunted(t, "-known", known, dir); code != 2 {
		t.Errorf("a reason without a survivor: exit code %d, want 2", code)
	}
}

// A mistake that makes a program that never ends is seen, in time; so is one that
// happens before any test begins.
func TestEndlessAndEarly(t *testing.T) {
	dir := shopAt(t, "package shop\n\nimport \"testing\"\n\nfunc TestCount(t *testing.T) {\n\tif count(3) != 3 || early != 2 {\n\t\tt.Fatal(count(3), early)\n\t}\n}\n")
	text := "package shop\n\nvar early = count(2)\n\nfunc count(most int) (n int) {\n\tfor n < most {\n\t\tn++\n\t}\n\treturn n\n}\n"
	if err := os.WriteFile(filepath.Join(dir, "shop.go"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, lines, errors := hunted(t, "-v", dir); code != 0 {
		t.Errorf("exit code %d\n%s\n%s", code, strings.Join(lines, "\n"), errors)
	}
}

// Only the tests that come by a mistake are run, the quickest first.
func TestFewRuns(t *testing.T) {
	more := strings.Repeat("\nfunc TestNothingN(*testing.T) {}\n", 3)
	for _, n := range []string{"A", "B", "C"} {
		more = strings.Replace(more, "NothingN", "Nothing"+n, 1)
	}
	dir := shopAt(t, shopTest+more)
	for _, tt := range []struct{ only, says string }{
		{"removed `t.sold.*`", "1 of 15 mistakes tried, 0 seen (0.0 %)"}, {"swapped `n .* 2`", "1 of 15 mistakes tried, 1 seen (100.0 %)"},
	} {
		_, lines, _ := hunted(t, "-only", tt.only, dir)
		if last := lines[len(lines)-1]; !strings.Contains(last, tt.says) || !strings.Contains(last, "; 1 runs of a test in ") {
			t.Errorf("%s: %s", tt.only, last)
		}
	}
}

func TestNoVerdict(t *testing.T) {
	failing := shopAt(t, strings.Replace(shopTest, "!x.sell(5, true)", "x.sell(5, true)", 1))
	broken := shopAt(t, "package shop\n\nvar x = nothing\n")
	for _, args := range [][]string{
		nil, {"-every", "0", "."}, {"-workers", "0", "."}, {"-bad"}, {"-only", "(", "."}, {t.TempDir()}, {"-known", "/nowhere/at/all", "."}, {failing}, {broken},
	} {
		if code, _, errors := hunted(t, args...); code != 2 || errors == "" {
			t.Errorf("%q: exit code %d, said %q; want 2 and why", args, code, errors)
		}
	}
	if code, _, _ := hunted(t, "-h"); code != 0 {
		t.Errorf("-h: exit code %d", code)
	}
}

func TestSampleAndBudget(t *testing.T) {
	dir := shopAt(t, shopTest)
	_, lines, _ := hunted(t, "-every", "1000", dir)
	if last := lines[len(lines)-1]; !strings.Contains(last, ": 1 of ") {
		t.Errorf("every 1000th: %q", last)
	}
	if code, _, errors := hunted(t, "-budget", "1ns", dir); code != 2 {
		t.Errorf("no time at all: exit code %d, %s", code, errors)
	}
}
