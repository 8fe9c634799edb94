package main

import "syscall"

// apart keeps a Ctrl-C from reaching the programs past us, and lets none of
// them outlive us.
func apart() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
