package display

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"kasir/terminal"
)

// What the cashier's page calls a screen is what stands on the glass: who reads
// one and looks at the other must find the same words.
func TestGuideSaysWhatTheGlassSays(t *testing.T) {
	loud := regexp.MustCompile(`\*\*([A-Z][A-Z …?]{3,})\*\*`)
	for lang, name := range map[terminal.Lang]string{terminal.Indonesian: "id", terminal.English: "en"} {
		text, err := os.ReadFile("../cmd/kasir-screens/guide/kasir." + name + ".md")
		if err != nil {
			t.Fatal(err)
		}
		all := allWords(lang)
		found := loud.FindAllSubmatch(text, -1)
		if len(found) < 8 {
			t.Errorf("kasir.%s.md names only %d screens", name, len(found))
		}
		for _, m := range found {
			said := false
			for _, words := range all {
				said = said || words == strings.TrimSpace(string(m[1]))
			}
			if !said {
				t.Errorf("kasir.%s.md says %q, which no glass says", name, m[1])
			}
		}
	}
}
