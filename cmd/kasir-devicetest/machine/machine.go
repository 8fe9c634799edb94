package machine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// Options are what a machine is made of.
type Options struct {
	Dir      string // its own, for sockets; the path must be short
	Card     string // image of the card, which is written to
	Tree     string // device tree
	Firmware string // U-Boot
	WriteLog string // where each write to the card is noted (dm-log-writes); "": nowhere
}

// Machine has power until Kill.
type Machine struct {
	cmd     *exec.Cmd
	gone    chan struct{} // closed when QEMU has ended
	console *console
	monitor net.Conn
	*glassPort
	once sync.Once
}

// arguments is QEMU's command line. The card is a virtio disk, and not one of those
// on which the kernel forces single writes (FUA): QEMU's NVMe forgets that they are
// forced on their way to the write log. The log is outside of the image's own
// format, and so is what a card's cache does: a write is where the next may read
// it, and safe when the device was told to flush.
func (o Options) arguments() []string {
	card := []string{"-drive", "if=none,id=card,format=raw,file=" + o.Card}
	if o.WriteLog != "" {
		card = []string{
			"-blockdev", "driver=file,node-name=image,filename=" + o.Card,
			"-blockdev", "driver=file,node-name=log,filename=" + o.WriteLog,
			"-blockdev", "driver=blklogwrites,node-name=card,file=image,log=log,log-sector-size=512",
		}
	}
	return append([]string{
		"-M", "virt,acpi=off", "-cpu", "cortex-a53", "-smp", "2", "-m", "512", "-display", "none", "-serial", "stdio",
		"-dtb", o.Tree, "-bios", o.Firmware,
		"-device", "virtio-blk-pci,drive=card",
		"-netdev", "user,id=net", "-device", "virtio-net-pci,netdev=net,romfile=",
		"-device", "virtio-keyboard-pci",
		"-device", "i6300esb", "-action", "watchdog=reset",
		"-device", "virtio-serial-pci", "-chardev", "socket,id=glass,server=on,wait=off,path=" + o.socket("glass"), "-device", "virtserialport,chardev=glass,name=glass",
		"-monitor", "unix:" + o.socket("monitor") + ",server=on,wait=off",
	}, card...)
}

func (o Options) socket(name string) string { return filepath.Join(o.Dir, name) }

// Start gives a machine power. It has lost it when ctx ends, or this program does.
func Start(ctx context.Context, o Options) (*Machine, error) {
	for _, name := range []string{"glass", "monitor"} {
		if err := os.Remove(o.socket(name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("start machine: %w", err)
		}
	}
	if o.WriteLog != "" {
		if err := os.WriteFile(o.WriteLog, nil, 0o600); err != nil {
			return nil, fmt.Errorf("start machine: %w", err)
		}
	}
	m := &Machine{gone: make(chan struct{}), console: newConsole()}
	m.cmd = exec.CommandContext(ctx, "qemu-system-aarch64", o.arguments()...)
	m.cmd.Stdout, m.cmd.Stderr = m.console, m.console
	m.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	m.cmd.WaitDelay = time.Second
	stdin, err := m.cmd.StdinPipe() // an open one: nobody types on the console
	if err != nil {
		return nil, fmt.Errorf("start machine: %w", err)
	}
	if err := m.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start machine: %w", err)
	}
	go func() {
		_ = m.cmd.Wait() // it is killed
		stdin.Close()
		close(m.gone)
	}()
	monitor, err1 := m.dial(ctx, o.socket("monitor"))
	glass, err2 := m.dial(ctx, o.socket("glass"))
	if err := errors.Join(err1, err2); err != nil {
		m.Kill()
		return nil, fmt.Errorf("start machine: %w; it said: %s", err, m.console.tail())
	}
	m.monitor, m.glassPort = monitor, newGlassPort(glass)
	go func() { _, _ = io.Copy(io.Discard, monitor) }()
	return m, nil
}

// dial waits until QEMU listens.
func (m *Machine) dial(ctx context.Context, path string) (net.Conn, error) {
	for {
		conn, err := net.Dial("unix", path)
		if err == nil {
			return conn, nil
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-m.gone:
			return nil, err
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Kill is a power cut: nothing is flushed and nobody is asked.
func (m *Machine) Kill() {
	m.once.Do(func() {
		_ = m.cmd.Process.Kill() // it may have ended before
		<-m.gone
		if m.monitor != nil {
			m.monitor.Close()
			m.glassPort.close()
		}
	})
}

// names are QEMU's for the keys of a number pad.
var names = map[rune]string{'\n': "kp_enter", '\b': "backspace", '\x1b': "esc", '+': "kp_add", '*': "asterisk", '/': "kp_divide"}

// Press presses keys one after the other: digits, and Enter for "\n".
func (m *Machine) Press(keys string) error {
	for _, k := range keys {
		name, other := names[k]
		if !other {
			name = string(k)
		}
		if _, err := fmt.Fprintf(m.monitor, "sendkey %s 30\n", name); err != nil {
			return fmt.Errorf("press %q: %w", k, err)
		}
		time.Sleep(120 * time.Millisecond)
	}
	return nil
}

// Console waits until the console has said something for the nth time, from 1, and
// returns when that was.
func (m *Machine) Console(ctx context.Context, what string, nth int) (time.Time, error) {
	return m.console.wait(ctx, what, nth)
}

// Said is the end of what the console said, for whoever wants to know what went wrong.
func (m *Machine) Said() string { return m.console.tail() }
