package update

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestHostileTill: the till is not trusted. Whatever it leaves, the keeper neither
// hangs, nor follows it somewhere, nor installs something.
func TestHostileTill(t *testing.T) {
	name := strings.Repeat("ab", 32) + bundleSuffix
	good := "signed kasir-pi3 " + newVersion
	for _, c := range []struct {
		what string
		do   func(t *testing.T, m *machine) error
	}{
		{"a link as a question", func(t *testing.T, m *machine) error { return os.Symlink("/etc/passwd", m.till.ask()) }},
		{"a pipe as a question", func(t *testing.T, m *machine) error { return syscall.Mkfifo(m.till.ask(), 0o600) }},
		{"a directory as a question", func(t *testing.T, m *machine) error { return os.MkdirAll(filepath.Join(m.till.ask(), "x"), 0o700) }},
		{"a long question", func(t *testing.T, m *machine) error {
			return os.WriteFile(m.till.ask(), []byte(strings.Repeat("x", 1<<20)), 0o600)
		}},
		{"nonsense", func(t *testing.T, m *machine) error { return os.WriteFile(m.till.ask(), []byte("rm -rf /\n"), 0o600) }},
		{"a path", func(t *testing.T, m *machine) error { return m.till.AskInstall("../home/" + name) }},
		{"another file's name", func(t *testing.T, m *machine) error { return m.till.AskInstall("journal.db") }},
		{"nothing there", func(t *testing.T, m *machine) error { return m.till.AskInstall(name) }},
		{"a link as a bundle", func(t *testing.T, m *machine) error {
			at := filepath.Join(t.TempDir(), "file")
			return errorsOf(os.WriteFile(at, []byte(good), 0o600), os.Symlink(at, filepath.Join(m.k.Inbox, name)), m.till.AskInstall(name))
		}},
		{"a bundle with a second name", func(t *testing.T, m *machine) error {
			m.fetched(good)
			return errorsOf(os.Link(filepath.Join(m.k.Inbox, name), filepath.Join(m.k.Inbox, "mine")), m.till.AskInstall(name))
		}},
		{"a directory as a bundle", func(t *testing.T, m *machine) error {
			return errorsOf(os.MkdirAll(filepath.Join(m.k.Inbox, name, "x"), 0o700), m.till.AskInstall(name))
		}},
		{"a pipe as a bundle", func(t *testing.T, m *machine) error {
			return errorsOf(syscall.Mkfifo(filepath.Join(m.k.Inbox, name), 0o600), m.till.AskInstall(name))
		}},
		{"what the keeper does not have", func(t *testing.T, m *machine) error { return m.till.AskInstall("") }},
	} {
		t.Run(c.what, func(t *testing.T) {
			m := build(t)
			if err := c.do(t, m); err != nil {
				t.Fatal(err)
			}
			m.k.step(t.Context())
			if _, err := os.Lstat(m.till.ask()); err == nil {
				t.Error("the question is still there")
			}
			left, _ := filepath.Glob(m.k.home("*.raucb"))
			if got := m.state(); got.Phase != Nothing || m.next != "A" || m.starts != 0 || len(left) > 0 {
				t.Errorf("got %+v, next %s, %d starts, left over %q", got, m.next, m.starts, left)
			}
			m.ask(m.fetched(good)) // and it still works
			if got := m.state(); got.Phase != Installed {
				t.Errorf("afterwards: got %+v\n%s", got, m.log.String())
			}
		})
	}
}

func errorsOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func TestStarted(t *testing.T) {
	for _, c := range []struct{ line, slot, disk string }{
		{"quiet root=/dev/mmcblk0p3 ro rauc.slot=B panic=10", "B", "/dev/mmcblk0"},
		{"root=/dev/nvme0n1p2 rauc.slot=A\n", "A", "/dev/nvme0n1"},
		{"root=/dev/mmcblk0p2", "", ""}, {"rauc.slot=A", "", ""}, {"root=/dev/sda2 rauc.slot=A", "", ""}, {"root=/dev/mmcblk0p2 rauc.slot=C", "", ""}, {"", "", ""},
	} {
		slot, disk, err := Started(c.line)
		if slot != c.slot || disk != c.disk || (err == nil) != (c.slot != "") {
			t.Errorf("%q: got %q, %q, %v", c.line, slot, disk, err)
		}
	}
}

// TestManifest is what RAUC 1.8 prints of a bundle of ours.
func TestManifest(t *testing.T) {
	text := "RAUC_MF_COMPATIBLE='kasir-pi3'\nRAUC_MF_VERSION='20261121T152030Z-v1'\nRAUC_MF_DESCRIPTION=''\nRAUC_MF_BUILD=''\nRAUC_MF_IMAGES=1\nRAUC_IMAGE_NAME_0='rootfs.squashfs'\n"
	if got, want := manifestOf(text), (Manifest{"kasir-pi3", "20261121T152030Z-v1"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := manifestOf("no such thing"); got != (Manifest{}) {
		t.Errorf("got %+v of nothing", got)
	}
}

func TestSticks(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"mmcblk0", "mmcblk0p1", "sda", "sda1", "sda2", "sdb", "loop0", "sdc", "sdc1"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	got, err := sticks(dir, "sdc")
	if err != nil || strings.Join(got, " ") != "/dev/sda1 /dev/sda2 /dev/sdb" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestOutput(t *testing.T) {
	if err := tool(t.Context(), mountMost, "sh", "-c", "echo out; echo worn out >&2; exit 3"); err == nil || !strings.Contains(err.Error(), "worn out") {
		t.Errorf("got %v, want what the tool said", err)
	}
	if err := tool(t.Context(), 1, "sleep", "60"); err == nil {
		t.Error("a tool that hangs is waited for")
	}
	if err := tool(t.Context(), mountMost, "no-such-tool"); err == nil {
		t.Error("a tool that is not there did something")
	}
}
