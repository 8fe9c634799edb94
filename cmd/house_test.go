package cmd_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The rules of the house. A wall is named by the room it belongs to; the
// longest room that matches a package applies, and so do its walls only.
// allow lists what the room's own files may import besides the standard
// library; never lists what must not be reached from it, directly or not
// ("!os": not directly; fmt itself reaches os).
var walls = []struct {
	room  string
	allow []string
	never []string
	why   string
}{
	{"terminal", nil, []string{"net", "!os", "database/sql", "image"}, "what a till decides must run anywhere, a simulator included"},
	{"terminal/uplink", []string{"kasir/terminal", "kasir/backend/wire"}, []string{"kasir/store", "kasir/display", "database/sql"}, "the uplink only carries words"},
	{"terminal/keypad", []string{"kasir/terminal", "periph.io/x/conn", "periph.io/x/host"}, []string{"net", "kasir/store"}, "keys come from this device alone"},
	{"terminal/speaker", []string{"kasir/terminal", "periph.io/x/conn", "periph.io/x/host"}, []string{"net", "kasir/store"}, "sound stays on this device"},
	{"terminal/speaker/words", []string{"kasir/terminal"}, []string{"net", "!os", "!time"}, "words are text"},
	{"terminal/speaker/queue", []string{"kasir/terminal", "kasir/terminal/speaker/words"}, []string{"net", "!os", "!time"}, "what is heard when must be decided anywhere, a simulator included"},
	{"display", []string{"kasir/terminal", "kasir/display/", "github.com/skip2/go-qrcode", "golang.org/x/image"}, []string{"periph.io", "net", "kasir/store", "kasir/backend"}, "what people see is a function of the screen"},
	{"display/desk", []string{"kasir/terminal", "kasir/display", "golang.org/x/image"}, []string{"periph.io", "kasir/store", "kasir/backend"}, "the desk is glass too"},
	{"display/story", []string{"kasir/terminal"}, []string{"net", "image"}, "a story is told without pictures"},
	{"display/bus", []string{"periph.io/x/conn"}, []string{"kasir/terminal", "kasir/display", "periph.io/x/host", "net"}, "the wire knows no picture"},
	{"display/mipidbi", []string{"kasir/display/frame", "kasir/display/bus", "kasir/display/mipidbi", "periph.io/x/conn"}, []string{"kasir/terminal", "periph.io/x/host", "net", "kasir/store", "kasir/backend"}, "a panel is handed frames and pins"},
	{"display/drawer", []string{"kasir/display/frame", "periph.io/x/conn"}, []string{"kasir/terminal", "periph.io/x/host", "net", "kasir/store", "kasir/backend"}, "a panel is handed frames and pins"},
	{"display/ssd168x", []string{"kasir/display/frame", "kasir/display/bus", "periph.io/x/conn"}, []string{"kasir/terminal", "periph.io/x/host", "net", "kasir/store", "kasir/backend"}, "a panel is handed frames and pins"},
	{"display/ssd168x/emu", []string{"kasir/display/bus", "periph.io/x/conn"}, []string{"kasir/terminal", "kasir/display/ssd168x", "periph.io/x/host", "net"}, "emulated glass obeys the data sheet, not our driver"},
	{"cmd/kasir/update", []string{"kasir/terminal", "kasir/backend/wire", "kasir/cmd/kasir/update/window"}, []string{"kasir/store", "kasir/display", "database/sql"}, "an update knows calm and health, and not sales"},
	{"cmd/kasir/printer", []string{"kasir/terminal"}, []string{"kasir/store", "kasir/display", "net", "database/sql"}, "paper knows what a sale was, and no more"},
	{"cmd/kasir/update/window", nil, []string{"!os", "net"}, "hours of the day are text to text"},
	{"cmd/kasir/provision", []string{"kasir/terminal", "kasir/cmd/kasir/update/window"}, []string{"!os", "net/http", "kasir/store", "kasir/display"}, "what a kasir.txt says is text to text"},
	{"store", []string{"github.com/mattn/go-sqlite3", "golang.org/x/sys"}, []string{"kasir/terminal", "kasir/display", "kasir/backend", "net/http"}, "the journal knows rows, not sales"},
	{"backend/dbfile", []string{"github.com/mattn/go-sqlite3"}, []string{"net/http", "kasir/terminal", "kasir/store"}, "a file knows not what is in it"},
	{"backend/dbfile/oldtest", []string{"kasir/backend/dbfile"}, []string{"kasir/backend/ledger", "kasir/backend/merchant"}, "a file of an earlier release is tables, whatever is in them"},
	{"backend/updates", []string{"kasir/backend/wire"}, []string{"kasir/backend/ledger", "database/sql"}, "a shelf of bundles knows files and not who takes them"},
	{"backend/wire", nil, []string{"database/sql"}, "the words are for both halves"},
	{"backend/ledger", nil, []string{"net", "database/sql", "!os"}, "what a charge may become must run anywhere"},
	{"backend/merchant", []string{"kasir/backend/midtrans", "kasir/backend/wire"}, []string{"kasir/backend/ledger", "database/sql"}, "a paper says nothing that the book says"},
	{"backend/merchant/shelf", []string{"kasir/backend/merchant", "kasir/backend/dbfile"}, []string{"kasir/backend/ledger"}, "the shelf knows papers, not what they say"},
	{"backend/auditor", []string{"kasir/backend/reconcile", "kasir/backend/merchant"}, []string{"kasir/backend/ledger", "database/sql"}, "the accounts are kept on the merchant's shelf"},
	{"backend/merchant/shelf/postgres", []string{"kasir/backend/merchant", "kasir/backend/pgdb", "github.com/jackc/pgx"}, []string{"kasir/backend/ledger"}, "the shelf knows papers, not what they say"},
	{"backend/migrate", []string{"kasir/backend/archive", "kasir/backend/dbfile", "kasir/backend/ledger", "kasir/backend/merchant", "kasir/backend/pgdb", "github.com/jackc/pgx"}, []string{"kasir/backend/midtrans/sandbox", "kasir/terminal"}, "moving knows tables, not what they say"},
	{"backend/pgdb", []string{"github.com/jackc/pgx"}, []string{"net/http", "kasir/backend/ledger", "kasir/backend/merchant", "kasir/terminal"}, "a database knows not what is in it"},
	{"backend/ledger/postgres", []string{"kasir/backend/ledger", "kasir/backend/pgdb", "kasir/backend/wallet", "github.com/jackc/pgx"}, []string{"net/http", "kasir/backend/midtrans", "kasir/terminal"}, "the book knows rows, not the provider"},
	{"backend/office", []string{"kasir/backend/archive", "kasir/backend/auditor", "kasir/backend/identity", "kasir/backend/ledger", "kasir/backend/merchant", "kasir/backend/near", "kasir/backend/reconcile", "kasir/backend/trail", "kasir/backend/wire"}, []string{"database/sql", "kasir/store", "kasir/terminal"}, "a page for people decides nothing and knows no rows"},
	{"backend/archive", []string{"kasir/backend/wire"}, []string{"database/sql", "!net/http", "kasir/backend/ledger"}, "a copy of a journal is rows, whatever they are about"},
	{"backend/archive/archivetest", []string{"kasir/backend/archive", "kasir/backend/wire"}, []string{"database/sql"}, "a contract knows no engine"},
	{"backend/archive/vault", []string{"kasir/backend/archive", "kasir/backend/wire", "kasir/backend/dbfile", "kasir/backend/pgdb", "github.com/jackc/pgx"}, []string{"kasir/backend/ledger"}, "the vault knows rows, not what they say"},
	{"backend/trail", nil, []string{"net", "database/sql"}, "a request's name is a word, whoever asks"},
	{"backend/pace", nil, []string{"net", "database/sql", "!os"}, "who is slowed down is a name"},
	{"backend/near", nil, []string{"database/sql"}, "who is at this machine is the same question for all"},
	{"backend/meter", []string{"github.com/prometheus/client_golang"}, []string{"kasir/backend/ledger"}, "what counts knows only words"},
	{"backend/identity", []string{"kasir/backend/wire"}, []string{"database/sql", "kasir/backend/ledger", "kasir/backend/midtrans"}, "who a device is has nothing to do with what it sells"},
	{"backend/identity/cabinet", []string{"kasir/backend/identity", "kasir/backend/merchant"}, []string{"database/sql"}, "cards are papers"},
	{"backend/wallet", nil, []string{"net", "database/sql", "!os"}, "what a linked wallet may become must run anywhere"},
	{"backend/reconcile", nil, []string{"net", "database/sql", "!os"}, "a comparison is figures, wherever they come from"},
	{"backend/midtrans", nil, []string{"kasir/backend/ledger", "kasir/backend/wire", "kasir/store", "database/sql"}, "the provider does not know us"},
	{"backend/midtrans/sdktest", nil, nil, "it has nothing but tests: they may use the sandbox and the provider's SDK"},
	{"backend/midtrans/sandbox", []string{"kasir/backend/midtrans", "github.com/skip2/go-qrcode"}, []string{"kasir/backend/ledger", "kasir/backend/wire", "kasir/store"}, "the provider does not know us"},
}

// pkg is what go list says of one package.
type pkg struct {
	ImportPath, Dir, Doc string
	Imports, Deps        []string
	GoFiles              []string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Dir,Doc,Imports,Deps,GoFiles", "kasir/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []pkg
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// within reports whether path is the package or below it; a room that ends in
// "/" matches only what is below.
func within(path, room string) bool {
	return path == room || strings.HasPrefix(path, strings.TrimSuffix(room, "/")+"/")
}

func TestWalls(t *testing.T) {
	for _, p := range packages(t) {
		best := -1
		for i, w := range walls {
			if within(p.ImportPath, "kasir/"+w.room) && (best < 0 || len(w.room) > len(walls[best].room)) {
				best = i
			}
		}
		if best < 0 {
			continue
		}
		w := walls[best]
		// The ledger's walls are its core's; its storage is a room below it.
		if w.room == "backend/ledger" && p.ImportPath != "kasir/backend/ledger" {
			continue
		}
		for _, dep := range p.Deps {
			if i := slices.IndexFunc(w.never, func(n string) bool { return within(dep, n) }); i >= 0 {
				t.Errorf("%s reaches %s: %s", p.ImportPath, dep, w.why)
			}
		}
		for _, dep := range p.Imports {
			if slices.Contains(w.never, "!"+dep) {
				t.Errorf("%s imports %s: %s", p.ImportPath, dep, w.why)
			}
			std := !strings.Contains(strings.SplitN(dep, "/", 2)[0], ".") && !strings.HasPrefix(dep, "kasir/")
			if !std && !slices.ContainsFunc(w.allow, func(a string) bool { return within(dep, a) }) {
				t.Errorf("%s imports %s: not among %v", p.ImportPath, dep, w.allow)
			}
		}
	}
}

// sameProgram reports whether two packages are rooms of one program.
func sameProgram(a, b string) bool {
	return len(strings.Split(a, "/")) > 2 && len(strings.Split(b, "/")) > 2 && strings.Split(a, "/")[2] == strings.Split(b, "/")[2] &&
		within(a, "kasir/cmd") && within(b, "kasir/cmd")
}

func TestPrivateRooms(t *testing.T) {
	for _, p := range packages(t) {
		for _, dep := range p.Imports {
			switch {
			case within(dep, "kasir/cmd") && !sameProgram(dep, p.ImportPath):
				t.Errorf("%s imports %s: programs are imported by nobody, and their own rooms by them alone", p.ImportPath, dep)
			case within(dep, "kasir/store/crashvfs"):
				t.Errorf("%s imports %s: a disk that loses power is for tests", p.ImportPath, dep)
			case within(dep, "github.com/midtrans"):
				t.Errorf("%s imports %s: the provider's SDK is for tests", p.ImportPath, dep)
			case within(dep, "kasir/backend") && dep != "kasir/backend/wire" &&
				!within(p.ImportPath, "kasir/cmd") && !within(p.ImportPath, "kasir/backend"):
				t.Errorf("%s imports %s: the merchant's side is never flashed to a device", p.ImportPath, dep)
			}
		}
		if p.ImportPath == "kasir/cmd/kasir" {
			for _, dep := range p.Deps {
				if within(dep, "kasir/backend") && dep != "kasir/backend/wire" {
					t.Errorf("the device binary holds %s", dep)
				}
				if within(dep, "kasir/terminal/speaker/voice/recorded") {
					t.Errorf("the device binary holds %s: recordings lie beside it", dep)
				}
			}
		}
	}
}

func TestEveryPackageHasOneDoc(t *testing.T) {
	for _, p := range packages(t) {
		docs := 0
		for _, name := range p.GoFiles {
			text, err := os.ReadFile(filepath.Join(p.Dir, name))
			if err != nil {
				t.Fatal(err)
			}
			before, _, _ := strings.Cut(string(text), "\npackage ")
			lines := strings.Split(strings.TrimRight(before, "\n"), "\n")
			if !strings.HasSuffix(before, "\n") && strings.HasPrefix(lines[len(lines)-1], "//") && !strings.HasPrefix(lines[len(lines)-1], "//go:") {
				docs++
			}
		}
		if docs != 1 {
			t.Errorf("%s has %d package comments, want 1", p.ImportPath, docs)
		}
	}
}

// TestSizes keeps files readable at one sitting.
func TestSizes(t *testing.T) {
	root := ".."
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && path == filepath.Join(root, "dist") {
			return fs.SkipDir // what was packed, with everybody's modules
		}
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		text, err := os.ReadFile(path)
		if n := bytes.Count(text, []byte("\n")); n > 400 {
			t.Errorf("%s has %d lines, at most 400", path, n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestTopLevel keeps the repository's first page as it was agreed.
func TestTopLevel(t *testing.T) {
	allowed := []string{"go.mod", "go.sum", "cmd", "display", "terminal", "store", "buildroot", "backend", "Makefile", "README.md", "LICENSE", "bin", "dist", "demo-data"}
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(allowed, e.Name()) {
			t.Errorf("top level holds %s", e.Name())
		}
	}
}
