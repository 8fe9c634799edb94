package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// programs are what is passed on.
var programs = []string{"kasir", "kasir-backend", "midtrans-sandbox", "kasir-demo"}

// part is one module of somebody else's.
type part struct {
	path, version, licence string
	in                     []string // programs, or "tests"
	texts                  []text   // that go with it
}

func (p part) testsOnly() bool { return slices.Equal(p.in, []string{inTests}) }

// text is one file.
type text struct{ name, body string }

const inTests = "tests"

// module is what go list says of one.
type module struct {
	Path, Version, Dir string
	Main               bool
}

// parts are all modules, by path, and what comes with Go and SQLite.
func parts(ctx context.Context) ([]part, error) {
	found := map[string]*part{}
	note := func(name string, args ...string) error {
		mods, err := modules(ctx, args...)
		for _, m := range mods {
			p := found[m.Path]
			if p == nil {
				p = &part{path: m.Path, version: m.Version}
				if p.texts, err = texts(m.Dir); err != nil {
					return fmt.Errorf("licence of %s: %w", m.Path, err)
				}
				if p.licence, err = licenceOf(p.texts[0].body); err != nil {
					return fmt.Errorf("licence of %s: %w", m.Path, err)
				}
				found[m.Path] = p
			}
			if name != inTests || len(p.in) == 0 {
				p.in = append(p.in, name)
			}
		}
		return err
	}
	for _, name := range programs {
		if err := note(name, "./cmd/"+name); err != nil {
			return nil, err
		}
	}
	if err := note(inTests, "-test", "./..."); err != nil {
		return nil, err
	}
	all, err := alsoIn(found["golang.org/x/sys"])
	if err != nil {
		return nil, err
	}
	for _, p := range found {
		all = append(all, *p)
	}
	slices.SortFunc(all, func(a, b part) int { return strings.Compare(a.path, b.path) })
	return all, nil
}

// modules are those that packages depend on, without our own.
func modules(ctx context.Context, args ...string) ([]module, error) {
	out, err := command(ctx, append([]string{"list", "-deps", "-json=Module"}, args...)...)
	if err != nil {
		return nil, err
	}
	var all []module
	seen := map[string]bool{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct{ Module *module }
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		if p.Module != nil && !p.Module.Main && !seen[p.Module.Path] {
			seen[p.Module.Path] = true
			all = append(all, *p.Module)
		}
	}
}

// command is the go command at the top of our own module; it may not go to the
// network.
func command(ctx context.Context, args ...string) ([]byte, error) {
	c := exec.CommandContext(ctx, "go", args...)
	c.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=-mod=readonly", "GOTOOLCHAIN=local", "GOOS=linux", "CGO_ENABLED=1")
	var stderr bytes.Buffer
	c.Stderr = &stderr
	if top, err := os.Getwd(); err == nil {
		for ; top != "/"; top = filepath.Dir(top) {
			if _, err := os.Stat(filepath.Join(top, "go.mod")); err == nil {
				c.Dir = top
				break
			}
		}
	}
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w: %s", strings.Join(args, " "), err, &stderr)
	}
	return out, nil
}

// texts are the files in a module's directory that say how it may be passed on,
// the licence first.
func texts(dir string) (all []text, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, kind := range []string{"licen", "copying", "notice"} {
		for _, e := range entries {
			if !strings.HasPrefix(strings.ToLower(e.Name()), kind) || e.IsDir() {
				continue
			}
			body, err := os.ReadFile(filepath.Join(dir, e.Name()))
			if err != nil {
				return nil, err
			}
			all = append(all, text{e.Name(), string(body)})
		}
	}
	if len(all) == 0 {
		return nil, errors.New("there is none")
	}
	return all, nil
}

// alsoIn is what is in our programs and is no module: the C of SQLite, and Go's own
// packages, whose licence is word for word that of golang.org/x/sys.
func alsoIn(sys *part) ([]part, error) {
	if sys == nil {
		return nil, errors.New("golang.org/x/sys is not used any more: take Go's licence from elsewhere")
	}
	const blessing = "The author disclaims copyright to this source code.  In place of\na legal notice, here is a blessing:\n\n" +
		"   May you do good and not evil.\n   May you find forgiveness for yourself and forgive others.\n   May you share freely, never taking more than you give.\n"
	return []part{
		{path: "go (standard library)", version: "as in go.mod", licence: sys.licence, in: programs, texts: sys.texts[:1]},
		{path: "sqlite (in go-sqlite3)", version: "as there", licence: "public domain", in: programs[:2], texts: []text{{"sqlite3.c", blessing}}},
	}, nil
}

// licenceOf is a licence's SPDX name. Only those are known that ask for no more
// than that they go along.
func licenceOf(body string) (string, error) {
	flat := strings.Join(strings.Fields(body), " ")
	has := func(s string) bool { return strings.Contains(flat, s) }
	switch {
	case has("GNU GENERAL PUBLIC") || has("GNU LESSER") || has("Mozilla Public") || has("Commons Clause") || has("Server Side Public"):
		return "", errors.New("it asks for more than to be named; a person must decide")
	case has("Apache License") && has("Version 2.0"):
		return "Apache-2.0", nil
	case has("Permission is hereby granted, free of charge") && has("THE SOFTWARE IS PROVIDED \"AS IS\""):
		return "MIT", nil
	case has("Redistribution and use in source and binary forms") && (has("Neither the name") || has("may be used to endorse")):
		return "BSD-3-Clause", nil
	case has("Redistribution and use in source and binary forms"):
		return "BSD-2-Clause", nil
	case has("Permission to use, copy, modify, and/or distribute this software") || has("Permission to use, copy, modify, and distribute this software"):
		return "ISC", nil
	}
	return "", errors.New("it is not one that is known here; a person must read it")
}
