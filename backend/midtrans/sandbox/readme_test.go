package sandbox

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var updateReadme = flag.Bool("update", false, "write the tables of the README anew")

// tables are what the README says of amounts and numbers, as it says it.
func tables() string {
	var b strings.Builder
	b.WriteString("| amount, Rp | what happens |\n|---|---|\n")
	for _, m := range Magic {
		fmt.Fprintf(&b, "| %d | %s |\n", m.Amount, m.Says)
	}
	b.WriteString("\n| number | wallet |\n|---|---|\n")
	for _, w := range Wallets {
		fmt.Fprintf(&b, "| +%s | %s |\n", w.Phone, w.Says)
	}
	fmt.Fprintf(&b, "| any other | can be linked, Rp %d in it; unregistered with `-known-phones-only` |\n", startBalance)
	return b.String()
}

// TestReadmeTables: whoever tries the sandbox by its README meets what it says.
func TestReadmeTables(t *testing.T) {
	const file, begin, end = "README.md", "<!-- tables -->\n", "<!-- end of tables -->"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, found := strings.Cut(string(text), begin)
	old, tail, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s has no %s ... %s", file, strings.TrimSpace(begin), end)
	}
	if *updateReadme {
		if err := os.WriteFile(file, []byte(head+begin+tables()+end+tail), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if old != tables() {
		t.Errorf("the tables of %s are not those of the code; go test ./backend/midtrans/sandbox -run Readme -update writes them", file)
	}
}
