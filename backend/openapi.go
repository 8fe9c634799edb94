package backend

import (
	_ "embed"
	"net/http"
)

// openapi.json describes every path of this package; a test holds it to that,
// and every answer that any test of this package sees is held against it.
//
//go:embed openapi.json
var openAPIText []byte

func (b *Backend) openAPI(*http.Request) (any, error) {
	return document{status: http.StatusOK, kind: "application/json", text: openAPIText}, nil
}
