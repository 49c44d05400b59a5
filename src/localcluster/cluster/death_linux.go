package cluster

import "syscall"

// diesWithParent makes the kernel kill a child when this program dies, even by SIGKILL. Its own
// process group keeps a Ctrl-C in the terminal away from it, so that only this program stops it.
func diesWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
}
