package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"go/importer"
)

// mutant is one mistake that can be made.
type mutant struct {
	id   int
	file string // base name
	line int
	in   string // the function
	kind string
	text string // what stands there
	nth  int    // of those that look alike in one function, from 1
}

// key names the mutant in a list; it does not change when lines move.
func (m mutant) key() string {
	k := fmt.Sprintf("%s %s: %s `%s`", m.file, m.in, m.kind, m.text)
	if m.nth > 1 {
		k += fmt.Sprintf(" (%d)", m.nth)
	}
	return k
}

// edit replaces some bytes of a file by text. Of two at one place the one with
// the lower rank comes first.
type edit struct {
	at, length, rank int
	text             string
}

// source is one package and every mistake that was made possible in it.
type source struct {
	name    string            // of the package
	files   map[string][]byte // by path, with the mistakes in them
	mutants []mutant
	conds   map[int]bool // those whose outcome is noted
}

// read parses and type-checks the package in dir, without its tests.
func read(dir string) (*source, error) {
	fset := token.NewFileSet()
	all, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	var parsed []*ast.File
	texts := make(map[string][]byte)
	for _, path := range all {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		f, err := parser.ParseFile(fset, path, text, parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("parse %s: %w", path, err)
		}
		parsed, texts[path] = append(parsed, f), text
	}
	if len(parsed) == 0 {
		return nil, fmt.Errorf("read %s: no Go files", dir)
	}
	info := &types.Info{Types: make(map[ast.Expr]types.TypeAndValue)}
	check := types.Config{Importer: importer.ForCompiler(fset, "source", nil)}
	if _, err := check.Check(parsed[0].Name.Name, fset, parsed, info); err != nil {
		return nil, fmt.Errorf("check %s: %w", dir, err)
	}
	s := &source{name: parsed[0].Name.Name, files: make(map[string][]byte), conds: make(map[int]bool)}
	for _, f := range parsed {
		path := fset.Position(f.Package).Filename
		p := &planter{source: s, fset: fset, info: info, path: path, text: texts[path], seen: make(map[string]int)}
		p.plant(f)
		s.files[path] = p.apply()
	}
	return s, nil
}

// apply is the file with its edits.
func (p *planter) apply() []byte {
	sort.SliceStable(p.edits, func(i, j int) bool {
		a, b := p.edits[i], p.edits[j]
		return a.at < b.at || a.at == b.at && a.rank < b.rank
	})
	var out []byte
	at := 0
	for _, e := range p.edits {
		out = append(append(out, p.text[at:e.at]...), e.text...)
		at = e.at + e.length
	}
	return append(out, p.text[at:]...)
}
