//go:build !linux

package cluster

import "syscall"

// diesWithParent can only keep Ctrl-C away from a child here: no other kernel than Linux kills it
// when this program is killed by SIGKILL.
func diesWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
