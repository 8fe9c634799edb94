package backend

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kasir/backend/wire"
)

// TestEveryRouteIsDescribed, and nothing else is.
func TestEveryRouteIsDescribed(t *testing.T) {
	doc := readAPI(t)
	b, err := New(Options{Book: brokenBook{}, Provider: &fakeProvider{}, NotifyKey: "k"})
	if err != nil {
		t.Fatal(err)
	}
	served := map[string]bool{}
	for _, r := range b.table() {
		for method := range r.methods {
			served[method+" "+r.path] = true
			o := doc.Paths[r.path][strings.ToLower(method)]
			if o == nil {
				t.Errorf("%s %s is served and not described", method, r.path)
				continue
			}
			guarded := strings.HasPrefix(r.path, "/v1/merchant/")
			if got := len(o.Security) == 1; got != guarded {
				t.Errorf("%s %s: described with a token %v, want %v", method, r.path, got, guarded)
			}
		}
	}
	for path, methods := range doc.Paths {
		for method := range methods {
			if !served[strings.ToUpper(method)+" "+path] {
				t.Errorf("%s %s is described and not served", method, path)
			}
		}
	}
}

// TestDocumentIsWhole: every operation says what it is for, names its path's
// parameters, and refuses with an Error; every reference leads somewhere.
func TestDocumentIsWhole(t *testing.T) {
	doc := readAPI(t)
	used := map[string]bool{}
	var walk func(string, *schema)
	walk = func(at string, s *schema) {
		if s == nil {
			return
		}
		if s.Ref != "" {
			name := strings.TrimPrefix(s.Ref, "#/components/schemas/")
			if doc.find(s.Ref) == nil {
				t.Errorf("%s: %s leads nowhere", at, s.Ref)
			} else if !used[name] {
				used[name] = true
				walk(name, doc.find(s.Ref))
			}
		}
		walk(at, s.Items)
		for name, p := range s.Properties {
			walk(at+"."+name, p)
		}
	}
	for path, methods := range doc.Paths {
		for method, o := range methods {
			at := method + " " + path
			if o.Summary == "" || len(o.Tags) != 1 || o.Responses["200"].Description == "" {
				t.Errorf("%s does not say what it is for", at)
			}
			if s := o.Responses["default"].Content["application/json"].Schema; s == nil || s.Ref != "#/components/schemas/Error" {
				t.Errorf("%s does not refuse with an Error", at)
			}
			for _, p := range o.Parameters {
				if in := strings.Contains(path, "{"+p.Name+"}"); in != (p.In == "path") {
					t.Errorf("%s: parameter %s in %s", at, p.Name, p.In)
				}
				walk(at, p.Schema)
			}
			if o.Body != nil {
				walk(at, o.Body.Content["application/json"].Schema)
			}
			for _, r := range o.Responses {
				for _, m := range r.Content {
					walk(at, m.Schema)
				}
			}
		}
	}
	for name := range doc.Components.Schemas {
		if !used[name] {
			t.Errorf("schema %s is used nowhere", name)
		}
	}
}

// TestErrorsAreDescribed: the document knows every code there is.
func TestErrorsAreDescribed(t *testing.T) {
	codes := slices.Sorted(slices.Values(readAPI(t).Components.Schemas["Error"].Properties["code"].Enum))
	if want := wire.Codes(); !slices.Equal(codes, want) {
		t.Errorf("got %q, want %q", codes, want)
	}
}

// TestWireIsDescribed: every golden message of the protocol fits its schema.
func TestWireIsDescribed(t *testing.T) {
	doc := readAPI(t)
	schemas := map[string]string{
		"charge": "Charge", "customer": "Customer", "error": "Error", "events": "Events",
		"enrol": "Enrol", "identity": "Identity", "renewal": "Renewal", "standing": "Standing",
		"find": "Find", "hello": "Hello", "link": "Link", "link_open": "LinkOpen", "open": "Open",
		"update": "Update", "journal": "JournalPage", "taken": "JournalTaken",
	}
	files, err := filepath.Glob("wire/testdata/*.json")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d golden files, %v", len(files), err)
	}
	for _, file := range files {
		base := strings.TrimSuffix(filepath.Base(file), ".json")
		name, ok := schemas[base]
		for !ok && strings.Contains(base, "_") {
			base = base[:strings.LastIndex(base, "_")]
			name, ok = schemas[base]
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var v any
		if err := json.Unmarshal(text, &v); err != nil {
			t.Fatal(err)
		}
		if err := doc.check(doc.Components.Schemas[name], v, file); err != nil {
			t.Error(err)
		}
	}
}

// conforms holds an answer against the document.
func (d *apiDoc) conforms(method, path string, res *http.Response, body []byte) error {
	path, _, _ = strings.Cut(path, "?")
	template := d.template(path)
	o := d.Paths[template][strings.ToLower(method)]
	at := fmt.Sprintf("%s %.60s: HTTP %d", method, path, res.StatusCode)
	var m media
	switch {
	case o == nil: // no such path or method: still an Error
		m = media{"application/json": {Schema: &schema{Ref: "#/components/schemas/Error"}}}
	default:
		r, ok := o.Responses[strconv.Itoa(res.StatusCode)]
		if !ok {
			r = o.Responses["default"]
		}
		m = r.Content
	}
	kind, _, _ := strings.Cut(res.Header.Get("Content-Type"), ";")
	is, ok := m[kind]
	if !ok {
		return fmt.Errorf("%s: %s, want one of %q", at, kind, slices.Collect(maps.Keys(m)))
	}
	if kind != "application/json" {
		return nil
	}
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		return fmt.Errorf("%s: %w", at, err)
	}
	return d.check(is.Schema, v, at)
}

// template is the described path that this one is; "" when there is none.
func (d *apiDoc) template(path string) string {
	if d.Paths[path] != nil {
		return path
	}
	parts := strings.Split(path, "/")
	for _, t := range slices.Sorted(maps.Keys(d.Paths)) {
		want := strings.Split(t, "/")
		same := len(want) == len(parts)
		for i := 0; same && i < len(want); i++ {
			same = strings.HasPrefix(want[i], "{") || want[i] == parts[i]
		}
		if same {
			return t
		}
	}
	return ""
}
