package backend

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// schema is the part of JSON Schema that openapi.json uses; a word it does not
// know makes the document unreadable instead of being passed over.
type schema struct {
	Ref         string             `json:"$ref"`
	Type        string             `json:"type"`
	Description string             `json:"description"`
	Properties  map[string]*schema `json:"properties"`
	Required    []string           `json:"required"`
	Additional  *bool              `json:"additionalProperties"`
	Items       *schema            `json:"items"`
	MaxItems    *int               `json:"maxItems"`
	MinItems    *int               `json:"minItems"`
	Enum        []string           `json:"enum"`
	Pattern     string             `json:"pattern"`
	MinLength   *int               `json:"minLength"`
	MaxLength   *int               `json:"maxLength"`
	Minimum     *float64           `json:"minimum"`
	Maximum     *float64           `json:"maximum"`
}

type media map[string]struct {
	Schema *schema `json:"schema"`
}

type operation struct {
	Tags        []string `json:"tags"`
	Summary     string   `json:"summary"`
	Description string   `json:"description"`
	Parameters  []struct {
		Name        string  `json:"name"`
		In          string  `json:"in"`
		Required    bool    `json:"required"`
		Description string  `json:"description"`
		Schema      *schema `json:"schema"`
	} `json:"parameters"`
	Body *struct {
		Required bool  `json:"required"`
		Content  media `json:"content"`
	} `json:"requestBody"`
	Responses map[string]struct {
		Description string `json:"description"`
		Content     media  `json:"content"`
	} `json:"responses"`
	Security []map[string][]string `json:"security"`
}

// apiDoc is openapi.json as far as it is looked at.
type apiDoc struct {
	OpenAPI    string                           `json:"openapi"`
	Info       map[string]string                `json:"info"`
	Tags       []map[string]string              `json:"tags"`
	Paths      map[string]map[string]*operation `json:"paths"`
	Components struct {
		Schemas         map[string]*schema           `json:"schemas"`
		SecuritySchemes map[string]map[string]string `json:"securitySchemes"`
	} `json:"components"`
}

// decoded is the document, read once.
var decoded = sync.OnceValues(func() (*apiDoc, error) {
	d := json.NewDecoder(bytes.NewReader(openAPIText))
	d.DisallowUnknownFields()
	var doc apiDoc
	return &doc, d.Decode(&doc)
})

func readAPI(t *testing.T) *apiDoc {
	t.Helper()
	doc, err := decoded()
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// find is the schema that a reference names.
func (d *apiDoc) find(ref string) *schema {
	return d.Components.Schemas[strings.TrimPrefix(ref, "#/components/schemas/")]
}

// check holds v, as json.Unmarshal gives it, against s. It is stricter than
// JSON Schema: a property that is not named is wrong unless the schema says
// that others are welcome.
func (d *apiDoc) check(s *schema, v any, at string) error {
	if s == nil {
		return fmt.Errorf("%s: no schema", at)
	}
	if s.Ref != "" {
		return d.check(d.find(s.Ref), v, at)
	}
	switch v := v.(type) {
	case map[string]any:
		return d.checkObject(s, v, at)
	case []any:
		if s.Type != "array" || s.MaxItems != nil && len(v) > *s.MaxItems || s.MinItems != nil && len(v) < *s.MinItems {
			return fmt.Errorf("%s: %d items, want %s", at, len(v), s.Type)
		}
		for i, one := range v {
			if err := d.check(s.Items, one, fmt.Sprintf("%s[%d]", at, i)); err != nil {
				return err
			}
		}
	case string:
		return s.checkText(v, at)
	case float64:
		if s.Type != "integer" || v != math.Trunc(v) || s.Minimum != nil && v < *s.Minimum || s.Maximum != nil && v > *s.Maximum {
			return fmt.Errorf("%s: %v, want %s in bounds", at, v, s.Type)
		}
	case bool:
		if s.Type != "boolean" {
			return fmt.Errorf("%s: %v, want %s", at, v, s.Type)
		}
	default:
		return fmt.Errorf("%s: %v, want %s", at, v, s.Type)
	}
	return nil
}

func (d *apiDoc) checkObject(s *schema, v map[string]any, at string) error {
	if s.Type != "object" {
		return fmt.Errorf("%s: an object, want %s", at, s.Type)
	}
	for _, must := range s.Required {
		if _, ok := v[must]; !ok {
			return fmt.Errorf("%s: %s is missing", at, must)
		}
	}
	for name, one := range v {
		is, ok := s.Properties[name]
		switch {
		case ok:
			if err := d.check(is, one, at+"."+name); err != nil {
				return err
			}
		case s.Additional == nil || !*s.Additional:
			return fmt.Errorf("%s: %s is not described", at, name)
		}
	}
	return nil
}

// patterns are those that were compiled already: there are few, and every answer
// of every test is held to them.
var patterns sync.Map

func pattern(text string) *regexp.Regexp {
	if p, ok := patterns.Load(text); ok {
		return p.(*regexp.Regexp)
	}
	p := regexp.MustCompile(text)
	patterns.Store(text, p)
	return p
}

func (s *schema) checkText(v, at string) error {
	switch {
	case s.Type != "string":
		return fmt.Errorf("%s: %q, want %s", at, v, s.Type)
	case s.Enum != nil && !slices.Contains(s.Enum, v):
		return fmt.Errorf("%s: %q is none of %q", at, v, s.Enum)
	case s.MaxLength != nil && len(v) > *s.MaxLength, s.MinLength != nil && len(v) < *s.MinLength:
		return fmt.Errorf("%s: %d characters", at, len(v))
	case s.Pattern != "" && !pattern(s.Pattern).MatchString(v):
		return fmt.Errorf("%s: %q does not match %s", at, v, s.Pattern)
	}
	return nil
}

// TestSchemaCheck: the judge himself is judged.
func TestSchemaCheck(t *testing.T) {
	doc := readAPI(t)
	for text, right := range map[string]bool{
		`{"order_id":"K-00000001","amount":1,"state":"pending"}`:                                    true,
		`{"order_id":"K-00000001","amount":1,"state":"pending","reason":{"code":"x","retry":true}}`: true,
		`{"order_id":"K-1","amount":1,"state":"pending"}`:                                           false,
		`{"order_id":"K-00000001","amount":0,"state":"pending"}`:                                    false,
		`{"order_id":"K-00000001","amount":1.5,"state":"pending"}`:                                  false,
		`{"order_id":"K-00000001","amount":"1","state":"pending"}`:                                  false,
		`{"order_id":"K-00000001","amount":1,"state":"paid"}`:                                       false,
		`{"order_id":"K-00000001","amount":1}`:                                                      false,
		`{"order_id":"K-00000001","amount":1,"state":"pending","tip":1}`:                            false,
		`{"order_id":"K-00000001","amount":1,"state":"pending","reason":null}`:                      false,
		`{"order_id":"K-00000001","amount":1,"state":"pending","reason":{"code":"x"}}`:              false,
		`[]`: false,
	} {
		var v any
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			t.Fatal(err)
		}
		if err := doc.check(doc.Components.Schemas["Charge"], v, "charge"); (err == nil) != right {
			t.Errorf("%s: %v", text, err)
		}
	}
}
