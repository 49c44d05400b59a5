package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestAComponentSeesNothingOfTheCallersEnvironment(t *testing.T) {
	t.Setenv("ETCD_NAME", "stray")
	dir := t.TempDir()
	c := started(t, dir, "env")
	<-c.exited

	lines := strings.Split(strings.TrimSpace(c.logTail()), "\n")
	slices.Sort(lines)
	if want := []string{"HOME=" + dir, "PATH=" + os.Getenv("PATH"), "TMPDIR=" + dir}; !slices.Equal(lines, want) {
		t.Errorf("it sees %q", lines)
	}
}

func TestOneThatEndsIsBlamedWithTheEndOfItsLog(t *testing.T) {
	c := started(t, t.TempDir(), "sh", "-c", "seq 100; exit 7")
	cp := &ControlPlane{components: []*Component{c}}

	err := cp.Await(context.Background(), c, "it", func() error { return errors.New("not yet") })

	if err == nil || !strings.HasPrefix(err.Error(), "sh ended (exit status 7)") ||
		!strings.HasSuffix(err.Error(), "\n99\n100") || strings.Contains(err.Error(), "\n75\n") {
		t.Errorf("it says %v", err)
	}
	if errors.Is(err, errPortTaken) || len(cp.components) != 0 {
		t.Error("it is not over")
	}
}

func TestALostRaceForAPortIsToldFromOtherFailures(t *testing.T) {
	c := started(t, t.TempDir(), "sh", "-c", "echo listen: address already in use; exit 1")
	cp := &ControlPlane{components: []*Component{c}}

	if err := cp.Await(context.Background(), c, "it", func() error { return errors.New("not yet") }); !errors.Is(err, errPortTaken) {
		t.Errorf("it says %v", err)
	}
}

func TestOneThatDoesNotBecomeReadyIsBlamedWithWhatWasSeenLast(t *testing.T) {
	c := started(t, t.TempDir(), "sh", "-c", "echo still starting; exec sleep 60")
	defer c.stop()
	cp := &ControlPlane{components: []*Component{c}}
	ctx, cancel := context.WithCancel(context.Background())

	looks := 0
	err := cp.Await(ctx, c, "an answer", func() error {
		if looks++; looks == 3 {
			cancel()
		}
		return fmt.Errorf("look %d", looks)
	})

	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "sh: waiting for an answer: ") ||
		!strings.Contains(err.Error(), "last: look 3") || !strings.HasSuffix(err.Error(), "still starting") {
		t.Errorf("it says %v", err)
	}
}

func TestAStoppedOneHasEnded(t *testing.T) {
	c := started(t, t.TempDir(), "sleep", "60")
	c.stop()
	if c.cmd.ProcessState == nil || c.cmd.ProcessState.Success() {
		t.Errorf("it is %v", c.cmd.ProcessState)
	}
}

func started(t *testing.T, dir, program string, args ...string) *Component {
	t.Helper()
	c, err := startComponent(dir, program, program, args...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
