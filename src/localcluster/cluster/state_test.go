package cluster

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestADirectoryIsKeptAsLongAsItsProgramLives(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	var used string
	err := InNewState(func(dir string) error {
		used = dir
		RemoveAbandonedStates()
		if _, err := os.Stat(dir); err != nil {
			t.Errorf("another program removed it: %v", err)
		}
		return errors.New("the end")
	})
	if err == nil || err.Error() != "the end" {
		t.Errorf("it returns %v", err)
	}
	if _, err := os.Stat(used); !os.IsNotExist(err) {
		t.Errorf("%s is left: %v", used, err)
	}
	if !strings.HasPrefix(filepath.Base(used), StatePrefix) {
		t.Errorf("it is called %s", used)
	}
}

func TestADirectoryWhoseProgramWasKilledGoesAway(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	killed, err := newState()
	if err != nil {
		t.Fatal(err)
	}
	// The kernel gives up the lock of a process that ends.
	if err := killed.lock.Close(); err != nil {
		t.Fatal(err)
	}
	others := filepath.Join(os.TempDir(), "regcred-other")
	if err := os.Mkdir(others, 0o755); err != nil {
		t.Fatal(err)
	}

	RemoveAbandonedStates()

	if _, err := os.Stat(killed.dir); !os.IsNotExist(err) {
		t.Errorf("%s is left: %v", killed.dir, err)
	}
	if _, err := os.Stat(others); err != nil {
		t.Errorf("what is somebody else's went, too: %v", err)
	}
}

func TestATemporaryDirectoryThatIsNotThereIsMade(t *testing.T) {
	// As in an image FROM scratch.
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "tmp"))
	if err := InNewState(func(string) error { return nil }); err != nil {
		t.Error(err)
	}
}
