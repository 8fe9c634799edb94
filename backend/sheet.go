package backend

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"
)

const htmlKind = "text/html; charset=utf-8"

// sheet is a page for people, and what it may do in their browser.
type sheet struct {
	template *template.Template
	policy   string
}

func newSheet(name, page string) sheet {
	return sheet{template.Must(template.New(name).Parse(page)), policyOf(page)}
}

// show is the page with what there is to say.
func (s sheet) show(status int, says any) (any, error) {
	var text bytes.Buffer
	if err := s.template.Execute(&text, says); err != nil {
		return nil, fmt.Errorf("write page %s: %w", s.template.Name(), err)
	}
	return document{status, htmlKind, text.Bytes(), s.policy}, nil
}

// policyOf is what a page of ours may do: look as its own style says, and send
// a form back to where it came from. Nothing else, from nowhere.
func policyOf(page string) string {
	_, style, _ := strings.Cut(page, "<style>")
	style, _, _ = strings.Cut(style, "</style>")
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}
