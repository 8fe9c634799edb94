package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The list is what go list says today; make licences writes it anew.
func TestListIsCurrent(t *testing.T) {
	want, err := os.ReadFile("LICENSES")
	if err != nil {
		t.Fatal(err)
	}
	var out, stderr bytes.Buffer
	if code := run(t.Context(), nil, &out, &stderr); code != 0 {
		t.Fatalf("exit code %d\n%s", code, &stderr)
	}
	if !bytes.Equal(out.Bytes(), want) {
		got, old := strings.Split(out.String(), "\n"), strings.Split(string(want), "\n")
		for i := range min(len(got), len(old)) {
			if got[i] != old[i] {
				t.Fatalf("LICENSES is old; run: make licences\nline %d is  %q\nand must be %q", i+1, old[i], got[i])
			}
		}
		t.Fatal("LICENSES is old; run: make licences")
	}
	for _, must := range []string{"github.com/mattn/go-sqlite3", "go (standard library)", "sqlite (in go-sqlite3)", "github.com/jackc/pgx/v5"} {
		if !strings.Contains(string(want), "\n"+must+" ") {
			t.Errorf("%s is not in the list", must)
		}
	}
}

func TestLicenceOf(t *testing.T) {
	for body, want := range map[string]string{
		"Apache License\n  Version 2.0, January 2004":                                                            "Apache-2.0",
		"Permission is hereby granted,\nfree of charge ... THE SOFTWARE IS PROVIDED \"AS IS\"":                   "MIT",
		"Redistribution and use in source and binary forms ... Neither the name of":                              "BSD-3-Clause",
		"Redistribution and use in source and\nbinary forms, with or without":                                    "BSD-2-Clause",
		"Permission to use, copy, modify, and/or distribute this software for any":                               "ISC",
		"GNU GENERAL PUBLIC LICENSE":                                                                             "",
		"Mozilla Public License":                                                                                 "",
		"All rights reserved. Pay us.":                                                                           "",
		"GNU LESSER GENERAL ... Permission is hereby granted, free of charge THE SOFTWARE IS PROVIDED \"AS IS\"": "",
	} {
		got, err := licenceOf(body)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%.40q: got %q, %v, want %q", body, got, err, want)
		}
	}
}

func TestTexts(t *testing.T) {
	dir := t.TempDir()
	if _, err := texts(dir); err == nil {
		t.Error("a module without a licence was taken")
	}
	for _, name := range []string{"NOTICE", "LICENSE.md", "license_test.go.d", "README"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := texts(dir)
	if err != nil || len(got) != 3 || got[0].name != "LICENSE.md" || got[2].name != "NOTICE" {
		t.Errorf("got %+v, %v", got, err)
	}
}
