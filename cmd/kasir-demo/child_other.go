//go:build unix && !linux

package main

import "syscall"

// apart keeps a Ctrl-C from reaching the programs past us.
func apart() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
