package cluster

import (
	"os"
	"path/filepath"
	"syscall"
)

const (
	// StatePrefix begins the name of the directory of each running cluster.
	StatePrefix = "regcred-cluster-"
	lockName    = "lock"
)

// state is the directory of one running cluster. It holds a lock as long as the program lives, so
// that another one can tell an abandoned directory from a used one.
type state struct {
	dir  string
	lock *os.File
}

func newState() (*state, error) {
	if err := os.MkdirAll(os.TempDir(), 0o777); err != nil { // an image FROM scratch has none
		return nil, err
	}
	dir, err := os.MkdirTemp("", StatePrefix)
	if err != nil {
		return nil, err
	}
	// Locked under another name first: whoever sees the lock file sees it locked.
	lock, err := os.OpenFile(filepath.Join(dir, "lock.new"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return nil, err
	}
	return &state{dir, lock}, os.Rename(lock.Name(), filepath.Join(dir, lockName))
}

func (s *state) remove() {
	_ = os.RemoveAll(s.dir)
	_ = s.lock.Close()
}

// RemoveAbandonedStates removes what a killed program left: its children died with it, but nobody
// was left to remove the directory.
func RemoveAbandonedStates() {
	locks, _ := filepath.Glob(filepath.Join(os.TempDir(), StatePrefix+"*", lockName))
	for _, name := range locks {
		lock, err := os.OpenFile(name, os.O_RDWR, 0)
		if err != nil {
			continue // another user's
		}
		if syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			_ = os.RemoveAll(filepath.Dir(name))
		}
		_ = lock.Close()
	}
}

// InNewState gives a directory to one cluster for as long as it runs.
func InNewState(use func(dir string) error) error {
	s, err := newState()
	if err != nil {
		return err
	}
	defer s.remove()
	return use(s.dir)
}
