// Package pgtest runs a real PostgreSQL for tests and benchmarks: its own
// server, in a temporary directory, on a Unix socket, as a user who is not root,
// with every commit synced, and gone with the process. It knows nothing of what
// is kept in it. Next room to visit: backend/pgdb, which is tested with it.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Server is a PostgreSQL of our own.
type Server struct {
	dir  string
	post *exec.Cmd
	who  *syscall.Credential // nil: ourselves
	made atomic.Int64
	over chan error
}

const startTime = time.Minute // for initdb, and for the server to be ready

// Start makes a cluster and starts its server. Stop it.
func Start(ctx context.Context) (_ *Server, err error) {
	s := &Server{over: make(chan error, 1)}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("start PostgreSQL: %w", err), s.Stop())
		}
	}()
	if s.who, err = nobody(); err != nil {
		return nil, err
	}
	if s.dir, err = os.MkdirTemp("", "kasir-pg"); err != nil {
		return nil, err
	}
	if s.who != nil {
		if err := os.Chown(s.dir, int(s.who.Uid), int(s.who.Gid)); err != nil {
			return nil, err
		}
	}
	limit, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	initdb, err := s.command(limit, "initdb", "-D", s.data(), "-U", "kasir", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions")
	if err != nil {
		return nil, err
	}
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	return s, s.launch(limit)
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// launch starts the server and waits until it takes connections.
func (s *Server) launch(ctx context.Context) (err error) {
	s.post, err = s.command(context.Background(), "postgres", "-D", s.data(), "-k", s.dir, "-c", "listen_addresses=",
		"-c", "max_connections=200", "-c", "shared_buffers=64MB", "-c", "max_wal_size=4GB")
	if err != nil {
		return err
	}
	log, err := os.Create(filepath.Join(s.dir, "log"))
	if err != nil {
		return err
	}
	defer log.Close()
	s.post.Stdout, s.post.Stderr = log, log
	started := make(chan error)
	go func() {
		// The server dies with the thread that started it, so that stays ours.
		runtime.LockOSThread()
		err := s.post.Start()
		started <- err
		if err == nil {
			s.over <- s.post.Wait()
		}
	}()
	if err := <-started; err != nil {
		s.post = nil
		return err
	}
	for {
		c, err := pgx.Connect(ctx, s.URL("postgres"))
		if err == nil {
			return c.Close(ctx)
		}
		select {
		case wait := <-s.over:
			s.over <- wait
			text, _ := os.ReadFile(log.Name())
			return fmt.Errorf("it ended: %w: %s", errors.Join(wait), text)
		case <-ctx.Done():
			return err
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// command is a program of PostgreSQL's, run as the one who may.
func (s *Server) command(ctx context.Context, name string, args ...string) (*exec.Cmd, error) {
	path, err := program(name)
	if err != nil {
		return nil, err
	}
	c := exec.CommandContext(ctx, path, args...)
	c.Dir, c.Env = s.dir, append(os.Environ(), "LC_ALL=C")
	c.SysProcAttr = &syscall.SysProcAttr{Credential: s.who, Pdeathsig: syscall.SIGQUIT}
	return c, nil
}

// program finds one of PostgreSQL's, which Debian keeps out of the PATH.
func program(name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if len(found) == 0 {
		return "", fmt.Errorf("there is no %s: sudo apt-get install postgresql", name)
	}
	slices.SortFunc(found, func(a, b string) int { return version(a) - version(b) })
	return found[len(found)-1], nil
}

func version(path string) int {
	n, _ := strconv.Atoi(strings.Split(path, "/")[4])
	return n
}

// nobody is a user without rights when we are root, as whom PostgreSQL refuses
// to run.
func nobody() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("nobody")
	if err != nil {
		return nil, err
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, err
}

// URL is where a database of this server is.
func (s *Server) URL(name string) string {
	u := url.URL{Scheme: "postgres", User: url.User("kasir"), Path: "/" + name, RawQuery: "host=" + url.QueryEscape(s.dir)}
	return u.String()
}

// Create makes an empty database and is its URL.
func (s *Server) Create(ctx context.Context) (string, error) {
	name := fmt.Sprintf("t%d", s.made.Add(1))
	return s.URL(name), s.Exec(ctx, "CREATE DATABASE "+name+" TEMPLATE template0")
}

// Exec runs a statement in the server's own database.
func (s *Server) Exec(ctx context.Context, query string) error {
	c, err := pgx.Connect(ctx, s.URL("postgres"))
	if err != nil {
		return err
	}
	defer c.Close(context.WithoutCancel(ctx))
	_, err = c.Exec(ctx, query)
	return err
}

// Stop ends the server and removes what it kept.
func (s *Server) Stop() error {
	if s.post != nil {
		if err := s.post.Process.Signal(syscall.SIGQUIT); err == nil {
			<-s.over
		}
	}
	if s.dir == "" {
		return nil
	}
	return os.RemoveAll(s.dir)
}

// shared is the one server of a package's tests.
var shared struct {
	once sync.Once
	*Server
	err error
}

// roomInMemory is how much there must be for tests to have their files there: a
// container's usual 64 MB would not hold a cluster.
const roomInMemory = 2 << 30

// inMemory has temporary files be in memory, where the system has room for that.
// Commits are synced as ever, and wait for no disk; what a disk does to them is
// tested where it is about that (store, ledger/sqlite). The returned function
// removes what is left.
func inMemory() func() {
	var fs syscall.Statfs_t
	const place = "/dev/shm"
	if os.Getenv("TMPDIR") != "" || syscall.Statfs(place, &fs) != nil || fs.Bavail*uint64(fs.Bsize) < roomInMemory {
		return func() {}
	}
	dir, err := os.MkdirTemp(place, "kasir-test")
	if err != nil || os.Chmod(dir, 0o711) != nil || os.Setenv("TMPDIR", dir) != nil {
		return func() {}
	}
	return func() { os.RemoveAll(dir) }
}

// Main runs a package's tests, with their files in memory where that is possible,
// and stops the server that they may have started:
// func TestMain(m *testing.M) { pgtest.Main(m) }.
func Main(m *testing.M) {
	done := inMemory()
	code := m.Run()
	defer func() { done(); os.Exit(code) }()
	if shared.Server != nil {
		if err := shared.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, "stop PostgreSQL:", err)
			code = 1
		}
	}
}

// Shared is the server of this package's tests, started when it is first asked
// for. The package needs a TestMain; see Main.
func Shared(t testing.TB) *Server {
	t.Helper()
	shared.once.Do(func() { shared.Server, shared.err = Start(context.Background()) })
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.Server
}

// Database makes an empty database for a test and is its URL.
func Database(t testing.TB) string {
	t.Helper()
	address, err := Shared(t).Create(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return address
}
